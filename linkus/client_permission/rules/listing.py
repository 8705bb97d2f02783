"""Reads permission rules, with whom they concern."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import PeopleDirectory, Person
from linkus.client_permission.rules import repository
from linkus.client_permission.rules.catalogue import IN_CLIENTS, TARGETS, Kind
from linkus.client_permission.rules.effective import count_concerned, is_without_effect, rules_without_effect
from linkus.client_permission.rules.models import PermissionRule
from linkus.client_permission.rules.names import labels
from linkus.client_permission.rules.resolution import Rule
from linkus.client_permission.rules.schemas import (
    PermissionRules,
    PermissionRuleView,
    PermissionType,
    SubjectView,
)
from linkus.client_permission.rules.subjects import named_by, subjects_by_extension, subjects_of
from linkus.kit.errors import NotFound


async def all_rules(
    db: AsyncSession, people: PeopleDirectory, kind: Kind, extension_id: int | None = None
) -> PermissionRules:
    """List the rules; with `extension_id` only those that concern this extension, enabled or not."""
    rows = await repository.rows(db, kind)
    shown = None if extension_id is None else await repository.naming(db, kind, extension_id)
    views = await _views(db, people, kind, rows, shown)
    not_in_clients = [target for target in TARGETS[kind] if target not in IN_CLIENTS]
    return PermissionRules(items=views, targets=list(TARGETS[kind]), not_in_clients=not_in_clients)


async def _views(
    db: AsyncSession,
    people: PeopleDirectory,
    kind: Kind,
    rows: Sequence[PermissionRule],
    shown: Collection[int] | None = None,
) -> list[PermissionRuleView]:
    """Return the rules of `rows`, which are all of a kind, or those with an id in `shown`. A thread counts: that
    takes long with many rules and extensions."""
    subjects = await repository.subjects_by_rule(db, [row.id for row in rows])
    rules = [repository.rule_of(row, subjects.get(row.id, ())) for row in rows]
    persons = (await people.current()).persons
    counts, idle = await asyncio.to_thread(_count, kind, rules, persons, shown)
    chosen = [row for row in rows if row.id in counts]
    label = await labels(db, {subject for row in chosen for subject in subjects.get(row.id, ())})
    return [
        PermissionRuleView(
            id=row.id,
            kind=kind,
            name=row.name,
            note=row.note,
            permission=PermissionType.ALLOW if row.is_allowing else PermissionType.DISALLOW,
            targets=row.targets,
            subjects=[
                SubjectView(kind=subject.kind, id=subject.id, label=label[subject])
                for subject in subjects.get(row.id, ())
            ],
            enabled=row.enabled,
            version=row.version,
            extensions=counts[row.id],
            without_effect=row.id in idle,
        )
        for row in chosen
    ]


def _count(
    kind: Kind, rules: Sequence[Rule], persons: Mapping[int, Person], shown: Collection[int] | None
) -> tuple[dict[int, int], frozenset[int]]:
    """Count the extensions of the shown rules, and find those without effect. Of a few rules, only those whom they name
    are looked at."""
    if shown is None:
        members = subjects_by_extension(persons)
        return count_concerned(rules, members), rules_without_effect(TARGETS[kind], rules, members)
    counts: dict[int, int] = {}
    idle = set()
    for rule in rules:
        if rule.id in shown:
            named = named_by([rule], persons)
            counts[rule.id] = len(named)
            if is_without_effect(TARGETS[kind], rules, rule, map(subjects_of, named)):
                idle.add(rule.id)
    return counts, frozenset(idle)


async def get(db: AsyncSession, people: PeopleDirectory, kind: Kind, rule_id: int) -> PermissionRuleView:
    views = await _views(db, people, kind, await repository.rows(db, kind), {rule_id})
    if not views:
        raise NotFound("permission_rule_not_found")
    return views[0]
