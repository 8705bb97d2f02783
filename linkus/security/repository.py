"""Queries for blocked addresses."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.pages import like_pattern
from linkus.security.models import BlockedAddress


def _goes_on(moment: datetime) -> ColumnElement[bool]:
    return or_(BlockedAddress.blocked_until.is_(None), BlockedAddress.blocked_until > moment)


def query(moment: datetime, search: str) -> Select[BlockedAddress]:
    """Select the current blocks, newest first."""
    found = select(BlockedAddress).where(_goes_on(moment))
    if search:
        pattern = like_pattern(search.lower())
        columns = (BlockedAddress.address, BlockedAddress.identity)
        found = found.where(or_(*(func.lower(column).like(pattern, escape="\\") for column in columns)))
    return found.order_by(BlockedAddress.blocked_at.desc(), BlockedAddress.id.desc())


async def current(db: AsyncSession, moment: datetime) -> list[BlockedAddress]:
    return list((await db.scalars(select(BlockedAddress).where(_goes_on(moment)))).all())


async def find(db: AsyncSession, address: str) -> BlockedAddress | None:
    return await db.scalar(select(BlockedAddress).where(BlockedAddress.address == address))


async def forget_ended(db: AsyncSession, moment: datetime) -> None:
    await db.execute(delete(BlockedAddress).where(BlockedAddress.blocked_until <= moment))


async def remove(db: AsyncSession, block_id: int) -> str | None:
    """Remove a block. Return its address, or None if the block no longer exists."""
    statement = delete(BlockedAddress).where(BlockedAddress.id == block_id).returning(BlockedAddress.address)
    return (await db.execute(statement)).scalar_one_or_none()
