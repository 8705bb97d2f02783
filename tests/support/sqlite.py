"""An SQLite file with the tables that a test needs, without the migrations and the server: it is there at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from linkus.kit.database import Base, Database


@asynccontextmanager
async def small_database(folder: Path, *tables: str) -> AsyncIterator[Database]:
    """Open a new database that has only these tables."""
    database = Database(f"sqlite+aiosqlite:///{folder / 'small.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all, tables=[Base.metadata.tables[name] for name in tables])
    yield database
    await database.engine.dispose()
