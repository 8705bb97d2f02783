"""Knows the numbers that can be dialled, and keeps them unique: an extension and a paging group never have the same
one."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.shared.models.paging import PagingGroup

ECHO_NUMBER = "*43"  # answers every call with the caller's own voice
_LOCK = 714_201  # an arbitrary number that nothing else locks


async def lock_numbers(db: AsyncSession) -> None:
    """Lock all numbers until the commit, because two tables cannot share a constraint. SQLite's writers wait for each
    other anyway."""
    if db.get_bind().dialect.name == "postgresql":
        await db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


async def numbers_of_groups(db: AsyncSession, numbers: Collection[str]) -> set[str]:
    """Return those of the numbers that a paging group has."""
    query = select(PagingGroup.number).where(PagingGroup.number.in_(list(numbers)))
    return set((await db.scalars(query)).all())
