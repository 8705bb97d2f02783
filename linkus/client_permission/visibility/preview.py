"""Shows what a change of the visibility rules would do, before it is saved."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import PeopleDirectory, Person
from linkus.client_permission.visibility import repository
from linkus.client_permission.visibility.effective import Difference, compare, count_subjects
from linkus.client_permission.visibility.models import VisibilityRule
from linkus.client_permission.visibility.resolution import Rule, visible_scope
from linkus.client_permission.visibility.schemas import (
    VisibilityPreview,
    VisibilityPreviewRequest,
    VisibilitySeen,
    VisibilityWarning,
)
from linkus.client_permission.visibility.service import rule_of_values
from linkus.kit.errors import NotFound
from linkus.organization.impact import MAX_NAMED_EXTENSIONS
from linkus.shared.extension_schemas import NamedExtension
from linkus.shared.models.extension import Extension

MAX_EXAMPLES = 20
_NEW_RULE_ID = 0
_BY_NUMBER = (func.length(Extension.number), Extension.number)


async def preview(db: AsyncSession, people: PeopleDirectory, request: VisibilityPreviewRequest) -> VisibilityPreview:
    """Say whose view a change would alter, and whom one of them sees now and then."""
    before = await repository.rules(db)
    if request.rule_id is not None and await db.get(VisibilityRule, request.rule_id) is None:
        raise NotFound("visibility_rule_not_found")
    values = request.values
    rule = None if values is None else rule_of_values(request.rule_id or _NEW_RULE_ID, values)
    after = [other for other in before if other.id != request.rule_id]
    if rule is not None and values is not None and values.enabled:
        after.append(rule)
    persons = (await people.current()).persons
    difference, concerned = await asyncio.to_thread(_compare, before, after, persons, rule)
    shown_ids = difference.changed[:MAX_EXAMPLES]
    examples = await _named(db, shown_ids)
    chosen_id = request.extension_id or next((extension.id for extension in examples), None)
    extension = next(iter(await _named(db, [] if chosen_id is None else [chosen_id])), None)
    viewer = None if extension is None else persons.get(extension.id)
    return VisibilityPreview(
        concerned=concerned,
        changed=len(difference.changed),
        gaining=len(difference.gaining),
        losing=len(difference.losing),
        examples=examples,
        extension=None if viewer is None else extension,
        now=None if viewer is None else await _seen(db, viewer, before, persons),
        then=None if viewer is None else await _seen(db, viewer, after, persons),
        warnings=_warnings(rule, concerned, difference),
    )


def _compare(
    before: Sequence[Rule], after: Sequence[Rule], persons: Mapping[int, Person], rule: Rule | None
) -> tuple[Difference, int]:
    concerned = 0 if rule is None else count_subjects([rule], persons)[rule.id]
    return compare(before, after, persons), concerned


def _warnings(rule: Rule | None, concerned: int, difference: Difference) -> list[VisibilityWarning]:
    if rule is not None and concerned == 0:
        return ["nobody"]
    return [] if difference.changed else ["no_effect"]


async def _seen(
    db: AsyncSession, viewer: Person, rules: Sequence[Rule], persons: Mapping[int, Person]
) -> VisibilitySeen:
    scope = visible_scope(viewer, rules)
    others = [person for person in persons.values() if person.extension_id != viewer.extension_id]
    seen = [person.extension_id for person in others if scope is None or scope.covers(person)]
    first = await _named(db, seen) if len(seen) <= MAX_NAMED_EXTENSIONS else await _first(db, set(seen))
    return VisibilitySeen(is_restricted=scope is not None, visible=len(seen), first=first)


async def _first(db: AsyncSession, seen: set[int]) -> list[NamedExtension]:
    """Return the first by number. What is seen may be too many to ask for by id."""
    query = select(Extension.id).order_by(*_BY_NUMBER)
    found: list[int] = []
    for extension_id in await db.scalars(query):
        if extension_id in seen:
            found.append(extension_id)
        if len(found) == MAX_NAMED_EXTENSIONS:
            break
    return await _named(db, found)


async def _named(db: AsyncSession, extension_ids: Sequence[int]) -> list[NamedExtension]:
    query = select(Extension).where(Extension.id.in_(extension_ids)).order_by(*_BY_NUMBER)
    return [NamedExtension.model_validate(extension) for extension in await db.scalars(query)]
