"""The CSV file of extensions: its columns, with their headings in both languages, and its export."""

from __future__ import annotations

from collections.abc import AsyncIterator

from linkus.extension import repository
from linkus.kit.csv_file import Column, Sheet
from linkus.kit.database import Database
from linkus.kit.messages import Language
from linkus.organization import csv_places

COLUMNS = (
    Column("number", "Extension Number", "分机号码", digits=True),
    Column("first_name", "First Name", "名"),
    Column("last_name", "Last Name", "姓"),
    Column("email", "Email Address", "邮箱地址"),
    Column("mobile_number", "Mobile Number", "手机号码", digits=True),
    Column("user_password", "User Password", "用户密码", secret=True),
    Column("language", "System Prompt Language", "提示音语言", former=("系统提示音语言",)),
    Column("email_language", "Email Language", "邮件语言"),
    Column("organization", "Organization", "组织架构"),
    Column("extension_group", "Extension Group", "分机组"),
    Column("caller_id", "Caller ID", "去电显示号码", digits=True, former=("主叫号码",)),
    Column("registration_name", "Registration Name", "注册名称"),
    Column("registration_password", "Registration Password", "注册密码", secret=True),
    Column("phone_max_contacts", "IP Phone Concurrent Registrations", "IP 话机并发注册数"),
    Column(
        "emergency_caller_id",
        "Emergency Outbound Caller ID",
        "紧急去电显示号码",
        digits=True,
        former=("紧急外呼主叫号码",),
    ),
    Column("voicemail_enabled", "Enable Voicemail", "启用语音信箱", flag=True),
    Column("voicemail_pin", "Voicemail PIN", "语音信箱 PIN 码", secret=True),
    Column("linkus_enabled", "Enable Linkus Clients", "启用 Linkus 客户端", flag=True),
)
SHEET = Sheet(COLUMNS, needed="number", missing="csv_no_number_column")


async def export(database: Database, language: Language) -> AsyncIterator[bytes]:
    """Export all extensions without secrets. Uses its own transaction, because the answer is sent after the request's
    dependencies are closed."""
    async with database.transaction(write=False) as db:
        places = await csv_places.all_places(db)

        async def records() -> AsyncIterator[list[object]]:
            async for extension in repository.stream(db):
                own = places.cells(extension.id)
                yield [own.get(column.field, getattr(extension, column.field, None)) for column in COLUMNS]

        async for piece in SHEET.write(language, records()):
            yield piece
