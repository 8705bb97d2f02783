"""Shows what the user of an extension sees and may change, now or after a change of the rules."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.people import PeopleDirectory, Person
from linkus.client_permission.rules import repository
from linkus.client_permission.rules.catalogue import CLIENT_KINDS, IN_CLIENTS, TARGETS, Kind, expand, is_on_client
from linkus.client_permission.rules.preview import Difference, compare
from linkus.client_permission.rules.resolution import Decision, Rule, Subject, decide, resolve
from linkus.client_permission.rules.schemas import (
    ClientDecisions,
    ConcernedExtension,
    DecisionView,
    ExtensionPermissions,
    PermissionPreview,
    PermissionRuleValues,
    PermissionType,
    PreviewedClient,
    PreviewedTarget,
    PreviewRequest,
    RuleName,
)
from linkus.client_permission.rules.service import subjects_of
from linkus.client_permission.rules.subjects import subjects_of as subjects_of_person
from linkus.client_permission.rules.subjects import subjects_of_named
from linkus.kit.errors import NotFound
from linkus.shared.models.extension import Extension

MAX_EXAMPLES = 20
NEW_RULE_ID = 0


async def extension_permissions(db: AsyncSession, extension_id: int) -> ExtensionPermissions:
    """Return every decision for an extension, with the rules that made it."""

    async def of(kind: Kind) -> list[DecisionView]:
        rows = await repository.rules_concerning(db, kind, extension_id)
        decisions = decide(TARGETS[kind], [repository.rule_of(row) for row in rows])
        return _views(decisions, {row.id: row.name for row in rows})

    settings = await of("setting")
    return ExtensionPermissions(
        menus=await of("menu"),
        settings=[
            ClientDecisions(client=client, decisions=[view for view in settings if is_on_client(view.target, client)])
            for client in CLIENT_KINDS
        ],
    )


def _views(decisions: Mapping[str, Decision], names: Mapping[int, str]) -> list[DecisionView]:
    return [
        DecisionView(
            target=target,
            allowed=decision.is_allowed,
            reason=decision.reason,
            rules=[RuleName(id=rule_id, name=names[rule_id]) for rule_id in decision.rule_ids],
            in_clients=target in IN_CLIENTS,
        )
        for target, decision in decisions.items()
    ]


async def preview(db: AsyncSession, people: PeopleDirectory, kind: Kind, request: PreviewRequest) -> PermissionPreview:
    """Show whom a change of the rules would affect, and for one extension each decision before and after."""
    rows = await repository.rows(db, kind)
    chosen = await repository.subjects_by_rule(db, [row.id for row in rows])
    before = [repository.rule_of(row, chosen.get(row.id, ())) for row in rows]
    if request.rule_id is not None and all(rule.id != request.rule_id for rule in before):
        raise NotFound("permission_rule_not_found")
    rule = None if request.values is None else _rule(request.values, request.rule_id or NEW_RULE_ID)
    after = [other for other in before if other.id != request.rule_id] + ([rule] if rule is not None else [])
    persons = (await people.current()).persons
    changed = [rule, *(other for other in before if other.id == request.rule_id)]
    difference = await asyncio.to_thread(_compare, kind, before, after, persons, changed)
    names = {row.id: row.name for row in rows} | ({rule.id: request.values.name} if rule and request.values else {})
    shown_ids = sorted(difference.changed)[:MAX_EXAMPLES]
    compared_id = request.extension_id or next(iter([*shown_ids, *difference.concerned]), None)
    compared = await _extensions(db, [] if compared_id is None else [compared_id])
    person = persons.get(compared[0].id) if compared else None
    own = subjects_of_person(person) if person is not None else frozenset[Subject]()
    return PermissionPreview(
        concerned=len(difference.concerned),
        changed=len(difference.changed),
        gaining=len(difference.gaining),
        losing=len(difference.losing),
        examples=await _extensions(db, shown_ids),
        extension=compared[0] if compared else None,
        clients=_compare_clients(kind, before, after, own, names) if compared else [],
        warnings=list(difference.warnings),
    )


def _compare(
    kind: Kind,
    before: Sequence[Rule],
    after: Sequence[Rule],
    persons: Mapping[int, Person],
    changed: Sequence[Rule | None],
) -> Difference:
    """Compare for those whom the rule names, before or after: nobody else gains or loses anything."""
    return compare(TARGETS[kind], before, after, subjects_of_named(changed, persons), changed[0])


def _rule(values: PermissionRuleValues, rule_id: int) -> Rule:
    return Rule(
        rule_id,
        values.permission is PermissionType.ALLOW,
        frozenset(subjects_of(values)),
        expand(values.targets),
        values.enabled,
    )


def _compare_clients(
    kind: Kind, before: Sequence[Rule], after: Sequence[Rule], own: frozenset[Subject], names: Mapping[int, str]
) -> list[PreviewedClient]:
    """Pair the decisions for each kind of client. All kinds have the same menus."""
    targets = TARGETS[kind]
    now = {view.target: view for view in _views(resolve(targets, before, own), names)}
    then = {view.target: view for view in _views(resolve(targets, after, own), names)}
    return [
        PreviewedClient(
            client=client,
            targets=[
                PreviewedTarget(target=target, now=now[target], then=then[target])
                for target in targets
                if kind == "menu" or is_on_client(target, client)
            ],
        )
        for client in CLIENT_KINDS
    ]


async def _extensions(db: AsyncSession, extension_ids: Sequence[int]) -> list[ConcernedExtension]:
    query = select(Extension).where(Extension.id.in_(extension_ids)).order_by(Extension.number)
    return [
        ConcernedExtension(id=extension.id, number=extension.number, name=extension.display_name)
        for extension in await db.scalars(query)
    ]
