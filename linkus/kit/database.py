"""Opens SQLite or PostgreSQL through SQLAlchemy. A request or a task owns its transaction; no code below it commits."""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, MetaData, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

AfterCommit = Callable[[], Awaitable[None] | None]
_WRITE = "linkus_write"
_AFTER_COMMIT = "linkus_after_commit"
CONNECT_TIMEOUT_SECONDS = 10.0


class Base(DeclarativeBase):
    # Constraints need names: Alembic cannot alter a nameless one, and errors report the name of the violated one.
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )

    def __init_subclass__(cls, **options: Any) -> None:
        """Let SQLite use no id twice: files, logs and credentials name rows that may be deleted by now."""
        super().__init_subclass__(**options)
        table = cls.__dict__.get("__table__")
        if table is not None and [column.name for column in table.primary_key.columns] == ["id"]:
            table.dialect_options["sqlite"]["autoincrement"] = True


class UTCDateTime(TypeDecorator[datetime]):
    """Stores an aware UTC datetime on both databases. SQLite drops the zone, so reading restores it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime must not reach the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Database:
    """Owns the SQLAlchemy engine and opens transactions."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.is_sqlite = url.startswith("sqlite")
        options: dict[str, Any] = {"pool_size": 20, "max_overflow": 20, "pool_pre_ping": True}
        options["connect_args"] = {"timeout": CONNECT_TIMEOUT_SECONDS}
        if self.is_sqlite:
            options = {"connect_args": {"factory": _Connection}}
        self.engine: AsyncEngine = create_async_engine(url, **options)
        if self.is_sqlite:
            _make_private(self.engine.url.database)
            _prepare_sqlite(self.engine)
        else:
            _prepare_postgresql(self.engine)
        self._sessions = async_sessionmaker(self.engine, expire_on_commit=False)
        self._one_writer = asyncio.Lock()

    @contextlib.asynccontextmanager
    async def transaction(self, *, write: bool = True) -> AsyncIterator[AsyncSession]:
        """Open a transaction: commit at the end, roll back on any exception, then run the after-commit hooks.

        A read transaction on SQLite takes no lock. A write transaction takes its lock immediately (`BEGIN IMMEDIATE`),
        because upgrading a lock midway fails instead of waiting. Writers of this process queue for an asyncio lock:
        SQLite does not queue them fairly, and among hundreds of writers some would time out.
        """
        async with self._turn(write), self._sessions() as session:
            await session.connection(execution_options={_WRITE: write})
            try:
                yield session
                await session.commit()
            except BaseException:
                await session.rollback()
                raise
        for hook in session.info.pop(_AFTER_COMMIT, []):
            result = hook()
            if result is not None:
                await result

    def _turn(self, write: bool) -> contextlib.AbstractAsyncContextManager[object]:
        return self._one_writer if write and self.is_sqlite else contextlib.nullcontext()

    async def close(self) -> None:
        await self.engine.dispose()


def after_commit(session: AsyncSession, hook: AfterCommit) -> None:
    """Run `hook` once the transaction of `session` has committed. A rollback discards it."""
    session.info.setdefault(_AFTER_COMMIT, []).append(hook)


class _Connection(sqlite3.Connection):
    """Rolls back when closed.

    A task that is cancelled during a statement leaves its cursor in a traceback. SQLite keeps a connection that is
    closed before its statements as a "zombie" (sqlite3_close_v2), which keeps holding the write lock.
    """

    def close(self) -> None:
        with contextlib.suppress(sqlite3.ProgrammingError):  # closed already: a broken-off download is closed twice
            if self.in_transaction:
                self.rollback()
        super().close()


def _make_private(path: str | None) -> None:
    """Create the file with mode 0600: it holds password hashes and digest hashes. SQLite copies the mode to its
    journals."""
    if path and path != ":memory:" and Path(path).parent.is_dir():
        Path(path).touch(mode=0o600)


def _prepare_sqlite(engine: AsyncEngine) -> None:
    @event.listens_for(engine.sync_engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        # disable the driver's own transaction handling; BEGIN is emitted below
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "busy_timeout=15000"):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        write = connection.get_execution_options().get(_WRITE, True)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def _prepare_postgresql(engine: AsyncEngine) -> None:
    import asyncpg  # type: ignore[import-untyped]  # no stubs; imported only where it is used

    @event.listens_for(engine.sync_engine, "do_connect")
    def _connect(dialect: Dialect, _record: object, arguments: Any, options: dict[str, Any]) -> Any:
        """Convert connect and log-in errors of the driver. SQLAlchemy passes them through unchanged, so callers would
        not recognise them as database errors."""
        try:
            return dialect.connect(*arguments, **options)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as error:  # TimeoutError is an OSError
            raise OperationalError("connect", None, error) from error
