"""Says whom the move or the deletion of a department or a group concerns, before it is done.

Features with rules for departments and groups add a source to `Services.impact_sources`, so that this feature need not
know them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.models import Extension
from linkus.extension.schemas import NamedExtension
from linkus.kit.errors import Conflict, NotFound, ValidationFailed
from linkus.organization import repository
from linkus.organization.departments import known, place_errors
from linkus.organization.models import ExtensionGroup
from linkus.organization.naming import EVERYONE_ID
from linkus.organization.queries import in_department, in_group
from linkus.organization.schemas import AffectedRule, Impact

MAX_NAMED_EXTENSIONS = 10


@dataclass(frozen=True)
class Change:
    """Describes which departments and groups the extensions concerned leave and join. A department counts for
    everything below it."""

    left_departments: frozenset[int] = frozenset()
    joined_departments: frozenset[int] = frozenset()
    left_groups: frozenset[int] = frozenset()


ImpactSource = Callable[[AsyncSession, Change], Awaitable[list[AffectedRule]]]


async def of_move(db: AsyncSession, sources: Sequence[ImpactSource], department_id: int, parent_id: int) -> Impact:
    tree = await repository.tree(db)
    node = known(tree, department_id)
    if errors := place_errors(tree, parent_id, node.name, node):
        raise ValidationFailed(fields={"parent_id": next(iter(errors.values()))})
    before, after = tree.up_ids([node.parent_id]), tree.up_ids([parent_id])
    change = Change(left_departments=before - after, joined_departments=after - before)
    below = len(tree.below(department_id)) - 1
    return await _impact(db, sources, change, in_department(Extension.id, department_id), below)


async def of_department_deletion(db: AsyncSession, sources: Sequence[ImpactSource], department_id: int) -> Impact:
    tree = await repository.tree(db)
    known(tree, department_id)
    change = Change(left_departments=frozenset({department_id}))
    below = len(tree.below(department_id)) - 1
    return await _impact(db, sources, change, in_department(Extension.id, department_id), below)


async def of_group_deletion(db: AsyncSession, sources: Sequence[ImpactSource], group_id: int) -> Impact:
    if group_id == EVERYONE_ID:
        raise Conflict("extension_group_everyone")
    if await db.get(ExtensionGroup, group_id) is None:
        raise NotFound("extension_group_not_found")
    change = Change(left_groups=frozenset({group_id}))
    return await _impact(db, sources, change, in_group(Extension.id, group_id), 0)


async def _impact(
    db: AsyncSession,
    sources: Sequence[ImpactSource],
    change: Change,
    concerned: ColumnElement[bool],
    departments: int,
) -> Impact:
    count, first = await repository.first_extensions(db, concerned, MAX_NAMED_EXTENSIONS)
    rules = [rule for source in sources for rule in await source(db, change)]
    return Impact(
        extensions=count,
        first=[NamedExtension.model_validate(extension) for extension in first],
        departments=departments,
        rules=rules,
    )
