"""Holds what an administrator chooses for locking out. The bounds keep a typing mistake from opening the door, or from
shutting everybody out."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.lockout.rules import Policy
from linkus.shared.setting_groups import read_group

LOCKOUT = "lockout"  # the group of settings


class LockoutSettings(BaseModel):
    max_failures: Annotated[int, Field(ge=3, le=20)] = 5
    window_minutes: Annotated[int, Field(ge=1, le=60)] = 10
    first_pause_minutes: Annotated[int, Field(ge=1, le=60)] = 1
    longest_pause_minutes: Annotated[int, Field(ge=1, le=24 * 60)] = 60
    block_after: Annotated[int, Field(ge=10, le=200)] | None = 15  # failures within 24 hours; None: never


async def policy(db: AsyncSession) -> Policy:
    chosen, _version = await read_group(db, LOCKOUT, LockoutSettings)
    return Policy(
        max_failures=chosen.max_failures,
        window_seconds=chosen.window_minutes * 60,
        first_pause_seconds=chosen.first_pause_minutes * 60,
        longest_pause_seconds=chosen.longest_pause_minutes * 60,
        block_after=chosen.block_after,
    )
