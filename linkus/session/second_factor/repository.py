from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.shared.models.administrator import RecoveryCode, SecondFactor


async def confirmed(db: AsyncSession, administrator_id: int) -> SecondFactor | None:
    """Return the factor that is asked for at sign-in."""
    found = await db.get(SecondFactor, administrator_id)
    return None if found is None or found.confirmed_at is None else found


async def all_confirmed(db: AsyncSession) -> set[int]:
    """Return the administrators who have a second factor."""
    query = select(SecondFactor.administrator_id).where(SecondFactor.confirmed_at.is_not(None))
    return set((await db.scalars(query)).all())


async def use_step(db: AsyncSession, administrator_id: int, step: int) -> bool:
    """Use up all codes until this step. Return False if they are used up already: one statement, so that of two
    requests with the same code only one succeeds."""
    statement = (
        update(SecondFactor)
        .where(SecondFactor.administrator_id == administrator_id, SecondFactor.last_step < step)
        .values(last_step=step)
        .returning(SecondFactor.administrator_id)
    )
    return (await db.execute(statement)).scalar_one_or_none() is not None


async def use_recovery_code(db: AsyncSession, administrator_id: int, code_hash: str, moment: datetime) -> bool:
    """Use up a recovery code. Return False if there is no such unused code."""
    statement = (
        update(RecoveryCode)
        .where(
            RecoveryCode.administrator_id == administrator_id,
            RecoveryCode.code_hash == code_hash,
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=moment)
        .returning(RecoveryCode.id)
    )
    return (await db.execute(statement)).scalar_one_or_none() is not None


async def recovery_codes_left(db: AsyncSession, administrator_id: int) -> int:
    query = select(func.count()).select_from(RecoveryCode)
    query = query.where(RecoveryCode.administrator_id == administrator_id, RecoveryCode.used_at.is_(None))
    return await db.scalar(query) or 0


async def replace_recovery_codes(db: AsyncSession, administrator_id: int, hashes: Iterable[str]) -> None:
    await db.execute(delete(RecoveryCode).where(RecoveryCode.administrator_id == administrator_id))
    db.add_all(RecoveryCode(administrator_id=administrator_id, code_hash=code_hash) for code_hash in hashes)


async def remove(db: AsyncSession, administrator_id: int) -> bool:
    """Remove factor and recovery codes. Return whether there was a factor."""
    await db.execute(delete(RecoveryCode).where(RecoveryCode.administrator_id == administrator_id))
    statement = delete(SecondFactor).where(SecondFactor.administrator_id == administrator_id)
    return (await db.execute(statement.returning(SecondFactor.administrator_id))).scalar_one_or_none() is not None
