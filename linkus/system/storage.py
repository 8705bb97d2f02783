"""Watches the storage: the free space at LINKUS_HOME, and whether the database accepts writes."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import sqlite3
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import structlog
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.database_failure import DatabaseFailure, failure_of
from linkus.kit.waiting import wait_with_timeout
from linkus.shared.models.setting import Setting

log = structlog.get_logger("storage")
PROBE = "write_probe"  # a row of the settings table that nothing else uses
PROBE_SECONDS = 30.0
WRITE_SECONDS = 20.0  # more than a writer waits for SQLite's lock
MEGABYTE = 1024 * 1024
NEARLY_FULL_BYTES, NEARLY_FULL_SHARE = 1024 * MEGABYTE, 0.10  # the lower limit counts
FULL_BYTES, FULL_SHARE = 64 * MEGABYTE, 0.02


class Room(StrEnum):
    ENOUGH = "enough"
    NEARLY_FULL = "nearly_full"
    FULL = "full"


def room_of(total: int, free: int) -> Room:
    """Return the state of a file system. The share limits small file systems, and the absolute number large ones."""
    if free < min(FULL_BYTES, total * FULL_SHARE):
        return Room.FULL
    return Room.NEARLY_FULL if free < min(NEARLY_FULL_BYTES, total * NEARLY_FULL_SHARE) else Room.ENOUGH


@dataclass(frozen=True)
class StorageState:
    """Result of a check. `failure`: the error of the last write to the database, or a damaged file."""

    room: Room = Room.ENOUGH
    free_bytes: int = 0
    failure: DatabaseFailure | None = None


class StorageWatch:
    """Checks the storage every half minute, and immediately after a request met a database error."""

    def __init__(self, home: Path, database: Database, suspicion: asyncio.Event) -> None:
        self._home, self._database = home, database
        self._damaged = False  # a damaged file stays so until it is replaced, which needs a restart
        self.state = StorageState()
        self.suspicion = suspicion

    async def run(self) -> None:
        """Check the whole database file at the start, which takes seconds if it is large. Then look periodically."""
        await self.check_file()
        while True:
            await self.look()
            with contextlib.suppress(TimeoutError):
                await wait_with_timeout(self.suspicion.wait(), PROBE_SECONDS)
            if self.suspicion.is_set():
                self.suspicion.clear()
                await self.check_file()
                await asyncio.sleep(1)  # a burst of errors causes one check

    async def look(self) -> StorageState:
        free, room = await asyncio.to_thread(self._room)
        failure = await self._try_to_write()
        if failure is DatabaseFailure.DAMAGED and self._database.is_sqlite:
            self._damaged = True
        state = StorageState(room, free, DatabaseFailure.DAMAGED if self._damaged else failure)
        if (state.room, state.failure) != (self.state.room, self.state.failure):
            level = log.info if state.room is Room.ENOUGH and state.failure is None else log.error
            level("storage_changed", room=state.room, free_bytes=free, failure=state.failure)
        self.state = state
        return state

    async def check_file(self) -> None:
        path = self._database.engine.url.database
        if self._database.is_sqlite and path and not await asyncio.to_thread(is_sound, Path(path)):
            self._damaged = True

    def _room(self) -> tuple[int, Room]:
        usage = shutil.disk_usage(self._home)
        return usage.free, room_of(usage.total, usage.free)

    async def _try_to_write(self) -> DatabaseFailure | None:
        """Write one small row. A successful read says nothing about a full disk."""
        try:
            async with asyncio.timeout(WRITE_SECONDS), self._database.transaction() as db:
                await db.merge(Setting(key=PROBE, value={"at": now().isoformat()}, version=1))
        except (DBAPIError, sqlite3.Error) as error:
            return failure_of(error) or DatabaseFailure.UNREACHABLE
        except (PoolTimeoutError, SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("database_not_written", error=str(error))
            return DatabaseFailure.UNREACHABLE
        return None


def is_sound(path: Path) -> bool:
    """Return whether SQLite finds its file well formed. Reads on a connection of its own, so no other task waits."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=15)) as connection:
            return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))
    except sqlite3.DatabaseError as error:
        return failure_of(error) is not DatabaseFailure.DAMAGED
