"""Checks that the key file belongs to the database and opens all sealed values."""

from linkus.doctor.finding import Finding, Level, Text
from linkus.kit.database import Database
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.runtime.key_check import check_keys as find_problem
from linkus.runtime.key_check import present_key
from linkus.system.sealed import seal_of, unreadable

_SUBJECT = Text("密钥", "Keys")
_AGAIN = Text("请在管理网页中重新填写。", "Enter them again in the portal.")


async def check_keys(settings: Settings) -> tuple[Finding, Seal | None]:
    """Return the finding, and the key if it is the right one. Writes nothing: the first start creates a missing key."""
    if (problem := await find_problem(settings, only_look=True)) is not None:
        remedy = Text(problem.remedy_chinese, problem.remedy_english)
        return Finding(Level.PROBLEM, _SUBJECT, Text(problem.chinese, problem.english), remedy), None
    seal = seal_of(present_key(settings.home / "keys"))
    if seal is None:
        return Finding(Level.NOTE, _SUBJECT, Text("首次启动时创建", "made at the first start")), None
    database = Database(settings.database)
    try:
        async with database.transaction(write=False) as db:
            found = await unreadable(db, seal)
    finally:
        await database.close()
    if not found:
        return Finding(Level.OK, _SUBJECT, Text("与数据库相符", "fit the database")), seal
    chinese = [*(f"中继 {name}" for name in found.trunks), *(["邮件服务器"] if found.mail_server else [])]
    english = [*(f"trunk {name}" for name in found.trunks), *(["mail server"] if found.mail_server else [])]
    said = Text(f"无法读取密码：{'、'.join(chinese)}", f"passwords that cannot be read: {', '.join(english)}")
    return Finding(Level.PROBLEM, _SUBJECT, said, _AGAIN), seal
