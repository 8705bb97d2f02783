from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import StatementError

from linkus.kit.clock import now
from linkus.kit.database import Database, _Connection, after_commit
from linkus.session.models import Session
from linkus.shared.models.setting import Setting
from tests.support.api import Server


async def test_transaction_commits_at_its_end_and_rolls_back_on_any_error(server: Server) -> None:
    async with server.database.transaction() as db:
        db.add(Setting(key="kept", value={}))
    with pytest.raises(asyncio.CancelledError):
        async with server.database.transaction() as db:
            db.add(Setting(key="lost", value={}))
            await db.flush()
            raise asyncio.CancelledError
    async with server.database.transaction(write=False) as db:
        assert (await db.scalars(select(Setting.key))).all() == ["kept"]


async def test_after_commit_sees_the_committed_rows(server: Server) -> None:
    seen: list[list[str]] = []

    async def look() -> None:
        async with server.database.transaction(write=False) as db:
            seen.append(list((await db.scalars(select(Setting.key))).all()))

    async with server.database.transaction() as db:
        db.add(Setting(key="a", value={}))
        after_commit(db, look)
        assert seen == []
    assert seen == [["a"]]


async def test_after_commit_is_not_called_after_a_rollback(server: Server) -> None:
    ran: list[int] = []
    with pytest.raises(ValueError, match="no"):
        async with server.database.transaction() as db:
            after_commit(db, lambda: ran.append(1))
            raise ValueError("no")
    assert ran == []


async def test_task_cancelled_at_any_moment_leaves_no_lock(server: Server) -> None:
    """Its statement may be running then, and its cursor survives in a traceback."""

    async def work(number: int) -> None:
        async with server.database.transaction() as db:
            db.add(Setting(key=str(number), value={}))
            await db.flush()
            await db.scalars(select(Setting))

    await work(-1)
    held: list[BaseException] = []  # as code that logs or gathers exceptions does
    for number in range(100):
        task = asyncio.create_task(work(number))
        for _ in range(number // 2):
            await asyncio.sleep(0)
        task.cancel()
        held += [one for one in await asyncio.gather(task, return_exceptions=True) if one is not None]
        async with asyncio.timeout(5):
            await work(1000 + number)
    assert held


async def test_times_are_read_aware_and_in_utc(server: Server) -> None:
    shanghai = datetime(2026, 1, 1, 8, 0, 0, 123456, tzinfo=timezone(timedelta(hours=8)))
    extension = await server.make_extension()
    opened = await server.open_session(extension)
    async with server.database.transaction() as db:
        session = await db.get_one(Session, opened.session.id)
        session.ended_at = shanghai
    async with server.database.transaction(write=False) as db:
        stored = (await db.get_one(Session, opened.session.id)).ended_at
    assert stored == shanghai
    assert stored is not None
    assert stored.tzinfo is UTC or stored.utcoffset() == timedelta(0)


async def test_naive_time_is_refused(server: Server) -> None:
    extension = await server.make_extension()
    naive = now().replace(tzinfo=None)
    with pytest.raises(StatementError, match="naive"):
        async with server.database.transaction() as db:
            db.add(Session(token_hash="x", extension_id=extension.id, client_kind="web", expires_at=naive))


async def test_database_file_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path / 'linkus.db'}")
    async with database.transaction() as db:
        await db.execute(text("CREATE TABLE t (x)"))
        assert {path.name: oct(path.stat().st_mode & 0o777) for path in tmp_path.iterdir()} == {
            "linkus.db": "0o600",
            "linkus.db-shm": "0o600",
            "linkus.db-wal": "0o600",
        }
    await database.close()


def test_connection_can_be_closed_twice(tmp_path: Path) -> None:
    """A download that its reader breaks off closes it twice, and each wrote an error to the log."""
    connection = sqlite3.connect(tmp_path / "a.db", factory=_Connection)
    connection.close()
    connection.close()
