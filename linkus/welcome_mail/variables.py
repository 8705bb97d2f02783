"""The allow-list of variables in the welcome mail (WM-6), with their meaning in both languages."""

from __future__ import annotations

from linkus.mail.template import Use, Variable, Vocabulary

WELCOME_VARIABLES = Vocabulary(
    (
        Variable("CompanyName", Use.TEXT, "公司名称", "Company name"),
        Variable("FirstName", Use.TEXT, "名", "First name"),
        Variable("LastName", Use.TEXT, "姓", "Last name"),
        Variable("DisplayName", Use.TEXT, "姓名", "Name as colleagues see it"),
        Variable("ExtensionNumber", Use.TEXT, "分机号码", "Extension number"),
        Variable(
            "UserName", Use.TEXT, "手动登录的用户名（按登录模式）", "User name to sign in by hand, by the login mode"
        ),
        Variable("EmailAddress", Use.TEXT, "邮箱地址", "Email address"),
        Variable(
            "VoicemailPIN",
            Use.TEXT,
            "语音信箱 PIN 码；未启用语音信箱时为空",
            "Voicemail PIN; empty while voicemail is off",
            is_secret=True,
        ),
        Variable("ServerDomain", Use.TEXT, "PBX 域名（手动登录）", "Server to sign in by hand"),
        Variable("LinkusPort", Use.TEXT, "Linkus 端口", "Port of the Linkus service"),
        Variable("MobileLoginLink", Use.LINK, "手机端登录链接", "Login link of the mobile client", "mobile"),
        Variable(
            "MobileQRCode",
            Use.PICTURE,
            "手机端登录二维码（图片）",
            "Login QR code of the mobile client (picture)",
            "mobile",
        ),
        Variable("DesktopLoginLink", Use.LINK, "桌面端登录链接", "Login link of the desktop client", "desktop"),
        Variable(
            "DesktopQRCode",
            Use.PICTURE,
            "桌面端登录二维码（图片）",
            "Login QR code of the desktop client (picture)",
            "desktop",
        ),
        Variable("WebLoginLink", Use.LINK, "网页端登录链接", "Login link of the web client", "web"),
        Variable(
            "WebQRCode", Use.PICTURE, "网页端登录二维码（图片）", "Login QR code of the web client (picture)", "web"
        ),
        Variable("WebClientURL", Use.LINK, "网页端地址（手动登录）", "Address of the web client, to sign in by hand"),
        Variable("CredentialExpiry", Use.TEXT, "登录凭证的失效时间", "When the login credentials expire"),
        Variable(
            "ValidityDays", Use.TEXT, "登录凭证的有效期（天）", "For how many days the login credentials are valid"
        ),
    )
)
