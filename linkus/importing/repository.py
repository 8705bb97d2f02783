from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.importing.models import CsvImport, CsvImportError


async def errors(db: AsyncSession, import_id: int, limit: int) -> list[CsvImportError]:
    query = select(CsvImportError).where(CsvImportError.import_id == import_id)
    query = query.order_by(CsvImportError.row, CsvImportError.id).limit(limit)
    return list((await db.scalars(query)).all())


async def count_errors(db: AsyncSession, import_id: int) -> int:
    query = select(func.count(CsvImportError.id)).where(CsvImportError.import_id == import_id)
    return await db.scalar(query) or 0


async def stream_errors(db: AsyncSession, import_id: int) -> AsyncIterator[CsvImportError]:
    query = select(CsvImportError).where(CsvImportError.import_id == import_id)
    rows = await db.stream_scalars(query.order_by(CsvImportError.row, CsvImportError.id))
    async for row in rows:
        yield row


async def forget(db: AsyncSession, before: datetime) -> None:
    await db.execute(delete(CsvImport).where(CsvImport.created_at < before))


async def running(db: AsyncSession) -> list[CsvImport]:
    return list((await db.scalars(select(CsvImport).where(CsvImport.state == "running"))).all())
