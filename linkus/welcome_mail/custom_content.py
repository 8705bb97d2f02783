"""Builds the welcome mail from the administrator's own template."""

from __future__ import annotations

from linkus.credential.links import qr_png
from linkus.kit.settings import LINKUS_PORT
from linkus.mail.compose import Content
from linkus.mail.template import Compiled, Values
from linkus.mail.template.compiled import document, render_subject
from linkus.welcome_mail.content import PictureUrl, Welcome, picture_id

_CLIENT_KINDS_BY_PICTURE = {"MobileQRCode": "mobile", "DesktopQRCode": "desktop", "WebQRCode": "web"}
_CLIENT_KINDS_BY_LINK = {"MobileLoginLink": "mobile", "DesktopLoginLink": "desktop", "WebLoginLink": "web"}


def template_values(welcome: Welcome, picture_url: PictureUrl) -> Values:
    """Return a value for every template variable."""
    links = welcome.links()
    return {
        "CompanyName": welcome.company_name,
        "FirstName": welcome.first_name,
        "LastName": welcome.last_name,
        "DisplayName": welcome.display_name,
        "ExtensionNumber": welcome.number,
        "UserName": welcome.user_name,
        "EmailAddress": welcome.email,
        "VoicemailPIN": welcome.voicemail_pin,
        "ServerDomain": welcome.domain,
        "LinkusPort": str(LINKUS_PORT),
        "WebClientURL": welcome.web_address,
        "CredentialExpiry": welcome.until,
        "ValidityDays": str(welcome.validity_days),
        **{name: links.get(kind, "") for name, kind in _CLIENT_KINDS_BY_LINK.items()},
        **{name: picture_url(picture_id(kind)) for name, kind in _CLIENT_KINDS_BY_PICTURE.items()},
    }


def custom_subject(compiled: Compiled, welcome: Welcome) -> str:
    return render_subject(compiled.subject, template_values(welcome, lambda _id: ""))


def custom_content(compiled: Compiled, welcome: Welcome, picture_url: PictureUrl) -> Content:
    links = welcome.links()
    kinds = [compiled.vocabulary.by_name[name].client_kind for name in sorted(compiled.pictures)]
    named = {name: links.get(kind, "") for name, kind in _CLIENT_KINDS_BY_PICTURE.items()}
    rendered = compiled.render(template_values(welcome, picture_url), welcome.language, named)
    return Content(
        subject=rendered.subject,
        plain=rendered.plain,
        language=welcome.language,
        html=document(rendered.html, welcome.language, rendered.subject),
        pictures={picture_id(kind): qr_png(links[kind]) for kind in kinds if kind in links},
    )
