"""An SQLite file with all tables, without the migrations and the server: it is there at once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from linkus.features import load_models
from linkus.kit.database import Base, Database


@asynccontextmanager
async def small_database(folder: Path) -> AsyncIterator[Database]:
    """Open a new, empty database."""
    load_models()
    database = Database(f"sqlite+aiosqlite:///{folder / 'small.db'}")
    async with database.engine.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    yield database
    await database.engine.dispose()
