from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.importing.models import CsvImport, CsvImportError


async def errors(db: AsyncSession, import_id: int, limit: int) -> list[CsvImportError]:
    query = select(CsvImportError).where(CsvImportError.import_id == import_id)
    query = query.order_by(CsvImportError.row, CsvImportError.id).limit(limit)
    return list((await db.scalars(query)).all())


async def forget(db: AsyncSession, before: datetime) -> None:
    await db.execute(delete(CsvImport).where(CsvImport.created_at < before))


async def running(db: AsyncSession) -> list[CsvImport]:
    return list((await db.scalars(select(CsvImport).where(CsvImport.state == "running"))).all())
