"""Checks certificates, engine and database of the instance."""

import asyncio
import datetime
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from linkus.doctor.finding import Finding, Level, Text
from linkus.engine.image import is_current
from linkus.engine.layout import Layout
from linkus.engine.sandbox import SandboxUnavailable, choose_sandbox
from linkus.engine.tls import Certificate
from linkus.engine.versions import read_versions
from linkus.kit.database import Database
from linkus.kit.settings import Settings
from linkus.runtime.console import Refusal
from linkus.runtime.migrate import is_at_head
from linkus.runtime.preflight import check_tls, version_problem
from linkus.system.storage import is_sound

WARN_DAYS = 14


def check_certificate(layout: Layout, now: datetime.datetime) -> Finding:
    subject = Text("证书", "Certificate")
    if not layout.tls:
        said = Text("仅在本机使用，不需要证书", "loopback only, none is needed")
        return Finding(Level.OK, subject, said)
    try:
        check_tls(layout)
    except Refusal as refusal:
        chinese, english = str(refusal).split("\n")
        remedy = Text("请检查 LINKUS_TLS_CERT 和 LINKUS_TLS_KEY。", "Check LINKUS_TLS_CERT and LINKUS_TLS_KEY.")
        return Finding(Level.PROBLEM, subject, Text(chinese, english), remedy)
    if layout.tls_cert is None:
        own = layout.keys / "tls" / "cert.pem"
        said = Text("使用自有 CA 签发的证书，自动更新", "issued by the instance's own authority, renewed by itself")
        remedy = Text(
            "如需浏览器直接信任，请设置 LINKUS_TLS_CERT 和 LINKUS_TLS_KEY。",
            "For a certificate that browsers trust, set LINKUS_TLS_CERT and LINKUS_TLS_KEY.",
        )
        level = Level.NOTE if own.exists() else Level.OK
        return Finding(level, subject, said, remedy)
    ends = Certificate(layout.tls_cert, layout.tls_key or layout.tls_cert).not_after
    days = (ends - now).days
    said = Text(f"有效期至 {ends:%Y-%m-%d}", f"valid until {ends:%Y-%m-%d}")
    if days < WARN_DAYS:
        remedy = Text(
            "请更新证书文件；一小时内自动生效，无需重新启动。",
            "Renew the certificate file: it is taken within the hour, without a restart.",
        )
        return Finding(Level.PROBLEM if days < 0 else Level.NOTE, subject, said, remedy)
    return Finding(Level.OK, subject, said)


async def check_engine(layout: Layout) -> list[Finding]:
    subject = Text("引擎", "Engine")
    if not layout.native and not is_current(layout):
        said = Text(f"{layout.image} 不存在或已过时", f"{layout.image} does not exist or is out of date")
        return [Finding(Level.PROBLEM, subject, said, Text("请运行 make run。", "Run make run."))]
    try:
        sandbox = choose_sandbox(layout)
    except SandboxUnavailable:
        said = Text("bubblewrap 在这里不可用", "bubblewrap does not work here")
        remedy = Text("请以 root 运行，或允许用户命名空间。", "Run as root, or allow user name spaces.")
        return [Finding(Level.PROBLEM, subject, said, remedy)]
    versions = await read_versions(sandbox)
    findings = []
    for found in versions.values():
        if (problem := version_problem(found)) is not None:
            chinese, english = str(problem).split("\n")
            remedy = Text(f"请删除 {layout.image}，再运行 make run。", f"Remove {layout.image}, then run make run.")
            findings.append(Finding(Level.PROBLEM, subject, Text(chinese, english), remedy))
    listed = ", ".join(f"{found.name} {found.version}" for found in versions.values())
    return findings or [Finding(Level.OK, subject, Text(listed, listed))]


async def check_database(settings: Settings) -> Finding:
    subject = Text("数据库", "Database")
    kind = "SQLite" if settings.database.startswith("sqlite") else "PostgreSQL"
    if kind == "SQLite" and not settings.database_url and not (settings.home / "linkus.db").exists():
        return Finding(Level.NOTE, subject, Text("尚未创建，首次启动时创建", "not there yet, made at the first start"))
    try:
        current = await _is_current(settings)
    except (SQLAlchemyError, OSError, TimeoutError) as error:
        reason = str(getattr(error, "orig", None) or error).splitlines()[0]
        remedy = Text("请检查 LINKUS_DATABASE_URL 以及数据库是否运行。", "Check LINKUS_DATABASE_URL and the database.")
        return Finding(Level.PROBLEM, subject, Text(f"无法连接：{reason}", f"cannot be used: {reason}"), remedy)
    if not current:
        said = Text(f"{kind}，结构需要更新", f"{kind}, its schema is of another version")
        remedy = Text("启动时会自动更新，或运行 linkus migrate。", "The next start updates it, or run linkus migrate.")
        return Finding(Level.NOTE, subject, said, remedy)
    return Finding(Level.OK, subject, Text(kind, kind))


async def check_integrity(settings: Settings) -> Finding:
    """Check the whole database file. A damaged file still answers many queries correctly."""
    subject = Text("数据库文件", "Database file")
    database = Database(settings.database)
    path = database.engine.url.database if database.is_sqlite else None
    await database.close()
    if not path:
        said = Text("由 PostgreSQL 管理", "PostgreSQL's own matter")
        return Finding(Level.OK, subject, said)
    if await asyncio.to_thread(is_sound, Path(path)):
        return Finding(Level.OK, subject, Text("完好", "sound"))
    remedy = Text("请停止服务器，并从备份恢复此文件。", "Stop the server, and restore this file from a backup.")
    return Finding(Level.PROBLEM, subject, Text(f"{path} 已损坏", f"{path} is damaged"), remedy)


async def _is_current(settings: Settings) -> bool:
    database = Database(settings.database)
    try:
        async with database.engine.connect() as connection:
            return await connection.run_sync(lambda sync: is_at_head(settings, sync))
    finally:
        await database.close()
