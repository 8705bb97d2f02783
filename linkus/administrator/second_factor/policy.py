"""The company's setting: whether every administrator must have a second factor."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator.events import AdministratorChanged
from linkus.administrator.second_factor.schemas import (
    SecondFactorPolicyUpdate,
    SecondFactorPolicyView,
)
from linkus.kit.bus import PORTAL
from linkus.kit.errors import Conflict
from linkus.kit.work import UnitOfWork
from linkus.session.second_factor import repository
from linkus.session.second_factor.check import KEY, SecondFactorPolicy
from linkus.shared.roles.holders import all_holders
from linkus.shared.setting_groups import read_group, write_group


async def view(db: AsyncSession) -> SecondFactorPolicyView:
    values, version = await read_group(db, KEY, SecondFactorPolicy)
    having = await repository.all_confirmed(db)
    active = [found.administrator.id for found in await all_holders(db) if not found.administrator.disabled]
    return SecondFactorPolicyView(
        required=values.required, version=version, without=len([one for one in active if one not in having])
    )


async def update(work: UnitOfWork, administrator_id: int, body: SecondFactorPolicyUpdate) -> SecondFactorPolicyView:
    """Change the setting. Whoever requires a second factor of others has one."""
    if body.required and await repository.confirmed(work.db, administrator_id) is None:
        raise Conflict("second_factor_own_first")
    await write_group(work, KEY, SecondFactorPolicy(required=body.required), body.version, lambda: view(work.db))
    work.publish([PORTAL], AdministratorChanged(id=None))
    return await view(work.db)
