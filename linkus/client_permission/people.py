"""Says where extensions belong, which is what rules refer to."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.models import Extension
from linkus.organization import repository as organization
from linkus.organization.models import DepartmentMember, ExtensionGroupMember

_NONE: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Person:
    """Describes where an extension belongs. `departments` has those that it is in, and all above them."""

    extension_id: int
    departments: frozenset[int] = _NONE
    groups: frozenset[int] = _NONE


async def person(db: AsyncSession, extension_id: int) -> Person:
    tree = await organization.tree(db)
    departments = {owner for _one, owner in await organization.memberships(db, DepartmentMember, [extension_id])}
    groups = {owner for _one, owner in await organization.memberships(db, ExtensionGroupMember, [extension_id])}
    return Person(extension_id, tree.up_ids(departments), frozenset(groups))


async def persons(db: AsyncSession) -> tuple[dict[int, Person], dict[str, int]]:
    """Return where every extension belongs, and the ids of the extensions by number."""
    tree = await organization.tree(db)
    departments: dict[int, set[int]] = {}
    groups: dict[int, set[int]] = {}
    for extension_id, department_id in await organization.all_memberships(db, DepartmentMember):
        departments.setdefault(extension_id, set()).add(department_id)
    for extension_id, group_id in await organization.all_memberships(db, ExtensionGroupMember):
        groups.setdefault(extension_id, set()).add(group_id)
    above: dict[frozenset[int], frozenset[int]] = {}  # many extensions are in the same departments
    found: dict[int, Person] = {}
    ids: dict[str, int] = {}
    for extension_id, number in await db.execute(select(Extension.id, Extension.number)):
        own = frozenset(departments.get(extension_id, ()))
        if own not in above:
            above[own] = tree.up_ids(own)
        found[extension_id] = Person(extension_id, above[own], frozenset(groups.get(extension_id, ())))
        ids[number] = extension_id
    return found, ids
