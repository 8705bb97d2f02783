"""Says whom the move or the deletion of a department or a group concerns, before it is done: who is in it, and whose
permissions or visible colleagues change by rules, who may be somebody else.

Features with rules for departments and groups add a source to `Services.impact_sources`, so that this feature need not
know them.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import Conflict, NotFound, ValidationFailed
from linkus.organization import repository
from linkus.organization.departments import known, place_errors
from linkus.organization.layout import Layout, read_layout
from linkus.organization.models import ExtensionGroup
from linkus.organization.naming import EVERYONE_ID
from linkus.organization.queries import in_department, in_group
from linkus.organization.removal import Removal
from linkus.organization.schemas import AffectedExtensions, AffectedRule, ConcernedObject, Impact
from linkus.shared.extension_schemas import NamedExtension
from linkus.shared.models.extension import Extension
from linkus.shared.roles.holders import holders_among

MAX_NAMED_EXTENSIONS = 10


@dataclass(frozen=True)
class Change:
    """Describes a change that is not made yet: which departments and groups the extensions concerned leave and join,
    and where everybody belongs before and after. A department counts for everything below it. Rules that name what is
    `removed` name it no more."""

    before: Layout
    after: Layout
    left_departments: frozenset[int] = frozenset()
    joined_departments: frozenset[int] = frozenset()
    left_groups: frozenset[int] = frozenset()
    removed: Removal = field(default_factory=Removal)


@dataclass(frozen=True)
class Effect:
    """Says which extensions gain and lose something by the rules of a kind."""

    kind: str
    gaining: frozenset[int]
    losing: frozenset[int]


@dataclass(frozen=True)
class RuleImpact:
    """Holds the rules that a change concerns, what becomes of the extensions by them, and what goes with them."""

    rules: Sequence[AffectedRule] = ()
    effects: Sequence[Effect] = ()
    objects: Sequence[ConcernedObject] = ()


ImpactSource = Callable[[AsyncSession, Change], Awaitable[RuleImpact]]


async def of_move(db: AsyncSession, sources: Sequence[ImpactSource], department_id: int, parent_id: int) -> Impact:
    tree = await repository.tree(db)
    node = known(tree, department_id)
    if errors := place_errors(tree, parent_id, node.name, node):
        raise ValidationFailed(fields={"parent_id": next(iter(errors.values()))})
    before, after = tree.up_ids([node.parent_id]), tree.up_ids([parent_id])
    layout = await read_layout(db)
    change = Change(
        layout,
        layout.moved(department_id, parent_id),
        left_departments=before - after,
        joined_departments=after - before,
    )
    below = len(tree.below(department_id)) - 1
    return await _impact(db, sources, change, in_department(Extension.id, department_id), below)


async def of_department_deletion(db: AsyncSession, sources: Sequence[ImpactSource], department_id: int) -> Impact:
    tree = await repository.tree(db)
    known(tree, department_id)
    layout, gone = await read_layout(db), frozenset({department_id})
    change = Change(
        layout,
        layout.without_department(department_id),
        left_departments=gone,
        removed=Removal(departments=gone),
    )
    below = len(tree.below(department_id)) - 1
    return await _impact(db, sources, change, in_department(Extension.id, department_id), below)


async def of_group_deletion(db: AsyncSession, sources: Sequence[ImpactSource], group_id: int) -> Impact:
    if group_id == EVERYONE_ID:
        raise Conflict("extension_group_everyone")
    if await db.get(ExtensionGroup, group_id) is None:
        raise NotFound("extension_group_not_found")
    layout, gone = await read_layout(db), frozenset({group_id})
    change = Change(layout, layout.without_group(group_id), left_groups=gone, removed=Removal(groups=gone))
    return await _impact(db, sources, change, in_group(Extension.id, group_id), 0)


async def of_extension_deletion(db: AsyncSession, sources: Sequence[ImpactSource], ids: Collection[int]) -> Impact:
    """Tell which rules lose these extensions, and which other extensions that concerns."""
    layout, gone = await read_layout(db), frozenset(ids)
    change = Change(layout, layout, removed=Removal(extensions=gone))
    return await _impact(db, sources, change, Extension.id.in_(gone), 0)


async def _impact(
    db: AsyncSession,
    sources: Sequence[ImpactSource],
    change: Change,
    concerned: ColumnElement[bool],
    departments: int,
) -> Impact:
    count, first = await repository.first_extensions(db, concerned, MAX_NAMED_EXTENSIONS)
    impacts = [await source(db, change) for source in sources]
    holders = await holders_among(db, change.removed.extensions) if change.removed.extensions else []
    administrators = [
        ConcernedObject(kind="administrator", id=found.administrator.id, name=found.name) for found in holders
    ]
    return Impact(
        extensions=count,
        first=[NamedExtension.model_validate(extension) for extension in first],
        departments=departments,
        rules=[rule for impact in impacts for rule in impact.rules],
        effects=[
            await _affected(db, effect)
            for impact in impacts
            for effect in impact.effects
            if effect.gaining or effect.losing
        ],
        objects=[*administrators, *(concerned for impact in impacts for concerned in impact.objects)],
    )


async def _affected(db: AsyncSession, effect: Effect) -> AffectedExtensions:
    changed = effect.gaining | effect.losing
    _count, first = await repository.first_extensions(db, Extension.id.in_(changed), MAX_NAMED_EXTENSIONS)
    return AffectedExtensions(
        kind=effect.kind,
        extensions=len(changed),
        gaining=len(effect.gaining),
        losing=len(effect.losing),
        first=[NamedExtension.model_validate(extension) for extension in first],
    )
