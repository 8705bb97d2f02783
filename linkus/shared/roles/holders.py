"""Reads which role an administrator holds now. Nothing is kept in memory: a change counts from the next request."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import cast

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.shared.models.administrator import Administrator, CustomRole
from linkus.shared.models.extension import Extension
from linkus.shared.roles.builtin import BUILTIN, CUSTOM
from linkus.shared.roles.catalogue import PAGES, Permissions, Role


@dataclass(frozen=True, slots=True)
class Holder:
    """Describes an administrator: the role, and the extension whose login they use, if any."""

    administrator: Administrator
    role: Role
    extension: Extension | None

    @property
    def name(self) -> str:
        """Return what the holder signs in with: a name, or the number of the extension."""
        return self.administrator.username if self.extension is None else self.extension.number


def custom_role(row: CustomRole) -> Role:
    """Return the role of a row, without pages that this version no longer has."""
    permissions = {page: row.permissions[page] for page in PAGES if page in row.permissions}
    return Role(f"{CUSTOM}:{row.id}", cast("Permissions", permissions), row.name)


def role_of(administrator: Administrator, row: CustomRole | None) -> Role:
    return BUILTIN[administrator.role] if row is None else custom_role(row)


def select_holders() -> Select[Administrator, CustomRole, Extension]:
    """Select what `holder_of` makes holders from. The last two are None in most rows."""
    return (
        select(Administrator, CustomRole, Extension)
        .outerjoin(CustomRole, CustomRole.id == Administrator.custom_role_id)
        .outerjoin(Extension, Extension.id == Administrator.extension_id)
    )


def holder_of(administrator: Administrator, role: CustomRole | None, extension: Extension | None) -> Holder:
    return Holder(administrator, role_of(administrator, role), extension)


async def holder(db: AsyncSession, administrator_id: int) -> Holder | None:
    row = (await db.execute(select_holders().where(Administrator.id == administrator_id))).one_or_none()
    return None if row is None else holder_of(*row)


async def holds_role(db: AsyncSession, extension_id: int) -> bool:
    """Return whether the user of an extension may open the portal."""
    query = select(Administrator.disabled).where(Administrator.extension_id == extension_id)
    return (await db.scalar(query)) is False


async def all_holders(db: AsyncSession) -> list[Holder]:
    """Return all administrators, in the order in which they were added."""
    return [holder_of(*row) for row in await db.execute(select_holders().order_by(Administrator.id))]


async def holders_among(db: AsyncSession, extension_ids: Collection[int]) -> list[Holder]:
    """Return those of these extensions whose users hold a role. They are few, whatever the number of extensions."""
    rows = await db.execute(select_holders().where(Administrator.extension_id.is_not(None)))
    wanted = set(extension_ids)
    return [holder_of(*row) for row in rows if row[0].extension_id in wanted]
