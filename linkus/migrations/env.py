"""Runs the migrations with the async drivers that the server itself uses."""

from __future__ import annotations

import asyncio
import threading
from typing import Any, Literal

from alembic import context
from sqlalchemy import Connection, event

from linkus.features import load_models
from linkus.kit.database import Base, Database, UTCDateTime

load_models()


def _render(kind: str, item: object, _context: object) -> str | Literal[False]:
    """Render our own type as a plain column type, so that an old migration does not change when our type does."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTCDateTime) else False


def _migrate(connection: Connection) -> None:
    # batch: SQLite cannot alter a table in place
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,  # on SQLite too: kit/database.py begins the transaction explicitly
        render_item=_render,
    )
    with context.begin_transaction():
        context.run_migrations()


def _without_foreign_keys(database: Database) -> None:
    """Let SQLite drop a table that others refer to, and build it anew. It cannot switch this within a transaction."""

    @event.listens_for(database.engine.sync_engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys=OFF")
        cursor.close()


def _check_foreign_keys(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        raise RuntimeError(f"rows refer to others that do not exist: {broken[:5]}")


async def _run(url: str) -> None:
    database = Database(url)
    if database.is_sqlite:
        _without_foreign_keys(database)
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(_migrate)
            if database.is_sqlite:
                await connection.run_sync(_check_foreign_keys)
    finally:
        await database.close()


def run() -> None:
    """Run the migrations in a thread of their own, so that a running event loop of the caller does not matter."""
    given: Connection | None = context.config.attributes.get("connection")
    if given is not None:
        _migrate(given)
        return
    url = context.config.get_main_option("sqlalchemy.url")
    if not url:
        raise RuntimeError("sqlalchemy.url is not set")
    failures: list[BaseException] = []

    def work() -> None:
        try:
            asyncio.run(_run(url))
        except BaseException as error:  # noqa: BLE001 - raised in the caller's thread below
            failures.append(error)

    thread = threading.Thread(target=work, name="migrations")
    thread.start()
    thread.join()
    if failures:
        raise failures[0]


run()
