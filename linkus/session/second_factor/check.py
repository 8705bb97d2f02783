"""Checks codes, and whether the company requires a second factor of every administrator."""

from __future__ import annotations

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import now
from linkus.kit.secrets import Seal, WrongKey
from linkus.session.second_factor import codes, repository
from linkus.shared.models.administrator import SecondFactor
from linkus.shared.setting_groups import read_group

KEY = "second_factor"


class SecondFactorPolicy(BaseModel):
    """The company's setting."""

    required: bool = False  # of every administrator


async def is_required(db: AsyncSession) -> bool:
    return (await read_group(db, KEY, SecondFactorPolicy))[0].required


async def use_code(db: AsyncSession, seal: Seal, administrator_id: int, code: str) -> bool:
    """Use up a code of the app, or a recovery code. Return False if it is wrong or was used before."""
    typed = codes.tidy(code)
    found = await repository.confirmed(db, administrator_id)
    if found is None:
        return False
    if not codes.is_app_code(typed):
        return await repository.use_recovery_code(db, administrator_id, codes.hash_recovery_code(typed), now())
    secret = open_secret(seal, found)
    step = None if secret is None else codes.matching_step(secret, typed, now())
    return step is not None and await repository.use_step(db, administrator_id, step)


def open_secret(seal: Seal, found: SecondFactor) -> str | None:
    """Return the app's key; None if the server's own key was lost. Recovery codes still work then."""
    try:
        return seal.open(found.secret_sealed)
    except WrongKey:
        return None
