"""Tries a number by the rules of a real call, before anybody calls."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.numbers import ECHO_NUMBER
from linkus.extension.repository import by_numbers
from linkus.kit.errors import ValidationFailed
from linkus.route import field_rules, outbound, repository, rules, shadow
from linkus.route.rules import Outbound
from linkus.route.schemas import (
    InsideNumber,
    OutboundDryRun,
    OutboundDryRunRequest,
    PatternDryRun,
    PatternDryRunRequest,
    RouteName,
)


async def dry_run(db: AsyncSession, body: OutboundDryRunRequest) -> OutboundDryRun:
    """Return what would be dialled. A number of this PBX never goes out; any other goes by the first route that fits,
    whether or not its trunks work."""
    number = shadow.clean_did(body.number)
    if (inside := await _inside(db, number)) is not None:
        return OutboundDryRun(number=number, inside=inside)
    views = [view for view in await outbound.views(db) if view.enabled]
    route = next((view for view in views if rules.fits(view.pattern, number)), None)
    if route is None:
        return OutboundDryRun(number=number)
    sent = rules.sent_number(Outbound(route.name, route.pattern, route.strip, route.prepend), number)
    return OutboundDryRun(number=number, route=RouteName(id=route.id, name=route.name), sent=sent, trunks=route.trunks)


async def _inside(db: AsyncSession, number: str) -> InsideNumber | None:
    if number == ECHO_NUMBER:
        return InsideNumber(kind="echo", number=number)
    if extension := (await by_numbers(db, [number])).get(number):
        return InsideNumber(kind="extension", number=number, name=extension.display_name)
    if group := await repository.paging_group_by_number(db, number):
        return InsideNumber(kind="paging_group", number=number, name=group.name)
    return None


def dry_run_pattern(body: PatternDryRunRequest) -> PatternDryRun:
    if errors := field_rules.number_errors(body.pattern, body.strip, body.prepend):
        raise ValidationFailed(fields=errors)
    number, pattern = shadow.clean_did(body.number), body.pattern.upper()
    if not rules.fits(pattern, number):
        return PatternDryRun(number=number, fits=False)
    return PatternDryRun(
        number=number, fits=True, sent=rules.sent_number(Outbound("", pattern, body.strip, body.prepend), number)
    )
