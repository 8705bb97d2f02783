"""The columns of the CSV file (linkus-facts 1.2), with their headings in both languages."""

from __future__ import annotations

from dataclasses import dataclass

from linkus.kit.messages import Language


@dataclass(frozen=True)
class Column:
    field: str  # of ExtensionValues
    english: str
    chinese: str
    secret: bool = False  # never exported; an empty cell leaves it as it is
    flag: bool = False  # 0 or 1

    def heading(self, language: Language) -> str:
        return self.chinese if language == "zh-CN" else self.english


COLUMNS = (
    Column("number", "Extension Number", "分机号码"),
    Column("first_name", "First Name", "名"),
    Column("last_name", "Last Name", "姓"),
    Column("email", "Email Address", "邮箱地址"),
    Column("mobile_number", "Mobile Number", "手机号码"),
    Column("user_password", "User Password", "用户密码", secret=True),
    Column("language", "System Prompt Language", "系统提示音语言"),
    Column("email_language", "Email Language", "邮件语言"),
    Column("caller_id", "Caller ID", "主叫号码"),
    Column("registration_name", "Registration Name", "注册名称"),
    Column("registration_password", "Registration Password", "注册密码", secret=True),
    Column("phone_max_contacts", "IP Phone Concurrent Registrations", "IP 话机并发注册数"),
    Column("emergency_caller_id", "Emergency Outbound Caller ID", "紧急外呼主叫号码"),
    Column("voicemail_enabled", "Enable Voicemail", "启用语音信箱", flag=True),
    Column("voicemail_pin", "Voicemail PIN", "语音信箱 PIN 码", secret=True),
    Column("linkus_enabled", "Enable Linkus Clients", "启用 Linkus 客户端", flag=True),
)
BY_FIELD = {column.field: column for column in COLUMNS}


def _key(heading: str) -> str:
    return "".join(heading.split()).lower()


_BY_HEADING = {_key(heading): column for column in COLUMNS for heading in (column.english, column.chinese)}


def column_of(heading: str) -> Column | None:
    """Whatever the language, case and spacing of the heading."""
    return _BY_HEADING.get(_key(heading))
