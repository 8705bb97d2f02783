"""A full disk or a damaged database is shown, with a remedy, while all else would look well."""

from __future__ import annotations

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import DatabaseError, OperationalError

from linkus.kit.database import Database
from linkus.kit.database_failure import DatabaseFailure, failure_of
from linkus.kit.settings import Settings
from linkus.runtime.migrate import upgrade
from linkus.system.storage import MEGABYTE, Room, StorageState, StorageWatch, is_sound, room_of
from tests.support.api import Server
from tests.system.secrets import damage

GIGABYTE = 1024 * MEGABYTE


class TestRoom:
    @pytest.mark.parametrize(
        ("total", "free", "room"),
        [
            (100 * GIGABYTE, 50 * GIGABYTE, Room.ENOUGH),
            (1000 * GIGABYTE, 2 * GIGABYTE, Room.ENOUGH),
            (1000 * GIGABYTE, GIGABYTE - 1, Room.NEARLY_FULL),
            (100 * GIGABYTE, 63 * MEGABYTE, Room.FULL),
            (100 * MEGABYTE, 11 * MEGABYTE, Room.ENOUGH),
            (100 * MEGABYTE, 9 * MEGABYTE, Room.NEARLY_FULL),
            (100 * MEGABYTE, MEGABYTE, Room.FULL),
            (100 * GIGABYTE, 0, Room.FULL),
        ],
    )
    def test_examples(self, total: int, free: int, room: Room) -> None:
        assert room_of(total, free) is room

    @given(st.integers(1, 10**15), st.floats(0, 1), st.floats(0, 1))
    def test_less_free_is_never_better(self, total: int, one: float, other: float) -> None:
        order = [Room.FULL, Room.NEARLY_FULL, Room.ENOUGH]
        less, more = sorted((int(total * one), int(total * other)))
        assert order.index(room_of(total, less)) <= order.index(room_of(total, more))


def sqlite_error(code: int) -> sqlite3.DatabaseError:
    error = sqlite3.DatabaseError("x")
    error.sqlite_errorcode = code
    return error


class PostgresqlError(Exception):
    """Has a code like asyncpg's error, from which SQLAlchemy's adapter raises its own."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__("x")
        self.sqlstate = sqlstate


class TestFailures:
    @pytest.mark.parametrize(
        ("code", "failure"),
        [
            (sqlite3.SQLITE_FULL, DatabaseFailure.FULL),
            (sqlite3.SQLITE_CORRUPT, DatabaseFailure.DAMAGED),
            (sqlite3.SQLITE_CORRUPT_INDEX, DatabaseFailure.DAMAGED),
            (sqlite3.SQLITE_NOTADB, DatabaseFailure.DAMAGED),
            (sqlite3.SQLITE_IOERR_WRITE, DatabaseFailure.UNWRITABLE),
            (sqlite3.SQLITE_READONLY_DBMOVED, DatabaseFailure.UNWRITABLE),
            (sqlite3.SQLITE_BUSY, None),
            (sqlite3.SQLITE_CONSTRAINT_UNIQUE, None),
        ],
    )
    def test_sqlite(self, code: int, failure: DatabaseFailure | None) -> None:
        assert failure_of(DatabaseError("", None, sqlite_error(code))) is failure

    @pytest.mark.parametrize(
        ("code", "failure"),
        [
            ("53100", DatabaseFailure.FULL),
            ("XX001", DatabaseFailure.DAMAGED),
            ("25006", DatabaseFailure.UNWRITABLE),
            ("57P01", None),
        ],
    )
    def test_postgresql(self, code: str, failure: DatabaseFailure | None) -> None:
        adapted = Exception("adapted")
        adapted.__cause__ = PostgresqlError(code)
        assert failure_of(OperationalError("", None, adapted)) is failure


async def test_a_sound_database(server: Server) -> None:
    watch = StorageWatch(server.services.settings.home, server.database, asyncio.Event())
    await watch.check_file()
    assert (await watch.look()).failure is None


@pytest.mark.parametrize("language", ["zh-CN", "en"])
@pytest.mark.parametrize(
    ("state", "part", "shown", "ready"),
    [
        (StorageState(Room.NEARLY_FULL, 700 * MEGABYTE), "storage", "warning", True),
        (StorageState(Room.FULL, 3 * MEGABYTE), "storage", "failed", False),
        (StorageState(failure=DatabaseFailure.FULL), "database", "failed", False),
        (StorageState(failure=DatabaseFailure.DAMAGED), "database", "failed", False),
        (StorageState(failure=DatabaseFailure.UNWRITABLE), "database", "failed", False),
    ],
)
async def test_it_is_shown_with_what_to_do(
    server: Server,
    admin: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    state: StorageState,
    part: str,
    shown: str,
    ready: bool,
    language: str,
) -> None:
    monkeypatch.setattr(server.services.storage, "state", state)
    status = (await admin.get("/api/v1/admin/status", headers={"Accept-Language": language})).json()
    [found] = [each for each in status["parts"] if each["name"] == part]
    assert (found["state"], status["ready"]) == (shown, ready)
    if part == "storage":
        assert f" {state.free_bytes // MEGABYTE} MB" in found["message"]
    assert len(found["message"]) > 20
    assert (await admin.get("/readyz")).status_code == (200 if ready else 503)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path, engine="off")
    upgrade(made)
    return made


class TestDamage:
    async def test_it_is_found_at_the_start(self, settings: Settings) -> None:
        """The damage is found even in pages that no query reads."""
        path = settings.home / "linkus.db"
        assert is_sound(path)
        damage(path)
        assert not is_sound(path)
        database = Database(settings.database)
        watch = StorageWatch(settings.home, database, asyncio.Event())
        await watch.check_file()
        assert (await watch.look()).failure is DatabaseFailure.DAMAGED
        assert (await watch.look()).failure is DatabaseFailure.DAMAGED  # the state does not recover
        await database.close()

    async def test_what_is_no_database_at_all(self, settings: Settings) -> None:
        path = settings.home / "linkus.db"
        for journal in ("-wal", "-shm"):
            path.with_name(path.name + journal).unlink(missing_ok=True)
        path.write_bytes(b"not a database" * 1000)
        assert not is_sound(path)
        database = Database(settings.database)
        watch = StorageWatch(settings.home, database, asyncio.Event())
        assert (await watch.look()).failure is DatabaseFailure.DAMAGED
        await database.close()

    async def test_a_request_that_meets_it_says_so(
        self, server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise DatabaseError("", None, sqlite_error(sqlite3.SQLITE_CORRUPT))

        server.services.storage.suspicion.clear()
        with monkeypatch.context() as patch:
            patch.setattr(Database, "transaction", broken)
            answer = await admin.get("/api/v1/admin/extensions")
        assert (answer.status_code, answer.json()["code"]) == (503, "database_damaged")
        assert server.services.storage.suspicion.is_set()  # the file is checked immediately


@pytest.mark.slow
def test_a_full_disk(tmp_path: Path) -> None:
    """Test with a real one: a file system of 24 MB in its own mount namespace."""
    own = [] if os.geteuid() == 0 else ["--map-root-user"]
    done = subprocess.run(
        ["unshare", "--mount", *own, sys.executable, "-m", "tests.system.small_disk", str(tmp_path)],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    before, full, after = json.loads(done.stdout.splitlines()[-1])
    assert (before["status"], before["parts"]["storage"], before["parts"]["database"]) == (200, "ready", "ready")
    assert (full["status"], full["parts"]["storage"], full["parts"]["database"]) == (503, "failed", "failed")
    assert (full["write"], full["read"]) == ([503, "database_full"], 200)
    assert (after["status"], after["parts"]["storage"], after["write"][0]) == (200, "ready", 200)
