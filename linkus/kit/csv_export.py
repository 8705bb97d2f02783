"""Streams database rows as a CSV file."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.csv_file import Sheet
from linkus.kit.database import Database
from linkus.kit.messages import Language

Records = Callable[[AsyncSession], AsyncIterator[Sequence[object]]]


async def export(sheet: Sheet, database: Database, language: Language, records: Records) -> AsyncIterator[bytes]:
    """Write what `records` reads. Uses its own transaction, because the answer is sent after the request's dependencies
    are closed."""
    async with database.transaction(write=False) as db:
        async for piece in sheet.write(language, records(db)):
            yield piece
