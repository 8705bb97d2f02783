"""Lets a command of the terminal use only a database that is there: opening SQLite would create an empty file."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError

from linkus.kit.database import Database
from linkus.kit.settings import Settings
from linkus.runtime.console import Refusal
from linkus.runtime.migrate import is_at_head, is_empty


@contextlib.asynccontextmanager
async def existing_database(settings: Settings, command: str) -> AsyncIterator[Database]:
    """Open the database of this version for `command`, else refuse in a sentence that says how to find it."""
    if (path := sqlite_path(settings)) is not None and not (path.is_file() and path.stat().st_size):
        raise no_database(settings, command)
    database = Database(settings.database)
    try:
        try:
            async with database.engine.connect() as connection:
                empty, current = await connection.run_sync(lambda sync: _state(settings, sync))
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise Refusal(f"无法使用数据库：{reason}", f"The database cannot be used: {reason}") from error
        if empty:
            raise no_database(settings, command)
        if not current:
            raise Refusal(
                "数据库结构不是此版本的。请先启动服务器，或运行 linkus migrate。",
                "The database is of another version. Start the server first, or run linkus migrate.",
            )
        yield database
    finally:
        await database.close()


def require_database(settings: Settings, command: str) -> None:
    """Refuse if there is no database file, before anything else is written to the folder."""
    if (path := sqlite_path(settings)) is not None and not path.is_file():
        raise no_database(settings, command)


def sqlite_path(settings: Settings) -> Path | None:
    url = make_url(settings.database)
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def no_database(settings: Settings, command: str) -> Refusal:
    if settings.database_url:
        return Refusal(
            "LINKUS_DATABASE_URL 指向的数据库不是 Linkus 的数据库。请使用与服务器相同的环境变量。",
            "There is no Linkus database at LINKUS_DATABASE_URL. Use the same variables as the server.",
        )
    example = f"LINKUS_HOME=/var/lib/linkus .venv/bin/linkus {command}"
    return Refusal(
        f"{settings.home} 中没有 Linkus 数据库。请用 LINKUS_HOME 指定服务器的目录，例如 {example}",
        f"There is no Linkus database in {settings.home}. Set LINKUS_HOME to the server's folder, such as {example}",
    )


def _state(settings: Settings, connection: Connection) -> tuple[bool, bool]:
    return is_empty(connection), is_at_head(settings, connection)
