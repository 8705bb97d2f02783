"""Checks the mail server with the worker's connection code, without sending a mail."""

from linkus.doctor.finding import Finding, Level, Text
from linkus.kit.database import Database
from linkus.kit.messages import LANGUAGES
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.mail.explain import MailError
from linkus.mail.server import account
from linkus.mail.transport import Account, Connection
from linkus.mail.wording import describe

_SUBJECT = Text("邮件服务器", "Mail server")
_WHERE = Text(
    "请在管理网页的“系统 > 邮箱 > 邮件服务器”中检查设置。",
    "Check the settings at System > Email > Mail server in the portal.",
)


async def check_mail_server(settings: Settings, seal: Seal) -> Finding:
    database = Database(settings.database)
    try:
        async with database.transaction(write=False) as db:
            found = await account(db, seal)
    finally:
        await database.close()
    if found is None:
        said = Text(
            "未设置，二维码和链接显示在管理网页中", "none is set, the portal shows codes and links on the screen"
        )
        return Finding(Level.NOTE, _SUBJECT, said)
    return await try_mail_server(found)


async def try_mail_server(found: Account) -> Finding:
    connection = Connection(found)
    place = f"{found.host}:{found.port}"
    try:
        await connection.open()
    except MailError as error:
        chinese, english = (describe(language, error.code, error.answer, found, "") for language in LANGUAGES)
        return Finding(Level.PROBLEM, _SUBJECT, Text(f"{place}，{chinese}", f"{place}, {english}"), _WHERE)
    await connection.quit()
    return Finding(Level.OK, _SUBJECT, Text(f"{place} 可以使用", f"{place} works"))
