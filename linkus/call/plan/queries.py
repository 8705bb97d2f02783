"""Reads the parties of a call from the database. These queries are our part of the ringing delay: a call between two
extensions costs one query."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.call.plan.types import Group
from linkus.call.types import Client, Party
from linkus.client_settings.models import ClientSetting
from linkus.client_settings.schemas import CallSettings
from linkus.kit.kinds import SipKind
from linkus.kit.messages import DEFAULT_LANGUAGE, LANGUAGES, Language
from linkus.paging.rules import Permission
from linkus.route.rules import Inbound, Outbound, RouteTrunk
from linkus.shared.general_settings import GENERAL
from linkus.shared.models.extension import Extension
from linkus.shared.models.paging import PagingGroup, PagingGroupCaller, PagingGroupMember
from linkus.shared.models.route import InboundRoute, OutboundRoute, OutboundRouteTrunk
from linkus.shared.models.setting import Setting
from linkus.trunk.models import Trunk


@dataclass(frozen=True, slots=True)
class NumberStatus:
    """Describes a number: the registered kinds of client, the kinds on a call, and the number of calls of each."""

    registered: frozenset[SipKind]
    on_call: frozenset[SipKind]
    calls: Mapping[SipKind, int]


StatusOf = Callable[[str], NumberStatus]
_DEFAULT_SETTINGS = CallSettings()
_PARTY_COLUMNS = (
    Extension.number,
    Extension.id,
    Extension.display_name,
    Extension.language,
    Extension.linkus_enabled,
    Extension.caller_id,
    Extension.voicemail_enabled,
    ClientSetting.client_kind,
    ClientSetting.call_waiting,
    ClientSetting.paging_auto_answer,
    ClientSetting.paging_preempt,
    ClientSetting.auto_answer,
    ClientSetting.auto_answer_delay,
    select(Setting.value).where(Setting.key == GENERAL).scalar_subquery().label("general"),
)
_INBOUND_COLUMNS = (
    InboundRoute.name,
    InboundRoute.destination,
    InboundRoute.trunk_id,
    InboundRoute.did_number,
    InboundRoute.did_name,
    InboundRoute.extension_id,
    InboundRoute.paging_group_id,
)


async def parties(db: AsyncSession, which: ColumnElement[bool], status_of: StatusOf) -> list[Party]:
    """Return extensions with their clients' settings, and the system's language, in one query."""
    query = select(*_PARTY_COLUMNS).outerjoin(ClientSetting, ClientSetting.extension_id == Extension.id)
    rows: dict[str, list[Any]] = {}  # Row of the columns above; the two type checkers disagree on its type
    for row in await db.execute(query.where(which).order_by(Extension.number)):
        rows.setdefault(row.number, []).append(row)
    return [_party(party_rows, status_of) for party_rows in rows.values()]


async def by_number(db: AsyncSession, numbers: Iterable[str], status_of: StatusOf) -> dict[str, Party]:
    return {party.number: party for party in await parties(db, Extension.number.in_(set(numbers)), status_of)}


def _party(rows: list[Row[Any]], status_of: StatusOf) -> Party:
    """Build a party from its rows, which differ only in the kind of client. A user who has changed no setting has one
    row without a kind."""
    first = rows[0]
    settings = {row.client_kind: row for row in rows if row.client_kind is not None}
    status = status_of(first.number)
    return Party(
        number=first.number,
        name=first.display_name,
        extension_id=first.id,
        language=_language(first.language, (first.general or {}).get("system_language", "")),
        linkus_enabled=first.linkus_enabled,
        caller_id=first.caller_id,
        voicemail_enabled=first.voicemail_enabled,
        clients=tuple(_client(kind, status, settings) for kind in SipKind if kind in status.registered),
    )


def _client(kind: SipKind, status: NumberStatus, settings: dict[str, Row[Any]]) -> Client:
    own = settings.get(kind, _DEFAULT_SETTINGS)
    return Client(
        kind,
        on_call=kind in status.on_call,
        call_waiting=own.call_waiting,
        paging_auto_answer=own.paging_auto_answer,
        paging_preempt=own.paging_preempt,
        auto_answer=own.auto_answer,
        auto_answer_delay=own.auto_answer_delay,
        calls=status.calls.get(kind, 0),
    )


def _language(own: str, of_system: str) -> Language:
    chosen = own if own in LANGUAGES else of_system
    return chosen if chosen in LANGUAGES else DEFAULT_LANGUAGE


async def system_language(db: AsyncSession) -> Language:
    """Return the language for callers from outside."""
    general = await db.scalar(select(Setting.value).where(Setting.key == GENERAL))
    return _language("", (general or {}).get("system_language", ""))


async def group(db: AsyncSession, which: ColumnElement[bool], status_of: StatusOf) -> Group | None:
    row = (await db.scalars(select(PagingGroup).where(which))).one_or_none()
    if row is None:
        return None
    member_ids = select(PagingGroupMember.extension_id).where(PagingGroupMember.group_id == row.id)
    members = await parties(db, Extension.id.in_(member_ids), status_of)
    caller_ids: Iterable[int] = ()
    if row.callers == "chosen":
        caller_ids = await db.scalars(
            select(PagingGroupCaller.extension_id).where(PagingGroupCaller.group_id == row.id)
        )
    permission = Permission(
        callers=row.callers,
        member_ids=frozenset(member.extension_id for member in members if member.extension_id is not None),
        caller_ids=frozenset(caller_ids),
    )
    return Group(row.number, row.name, row.mode == "two_way", permission, tuple(members))


async def inbound_routes(db: AsyncSession) -> list[Inbound]:
    """Return the enabled inbound routes in order. They may be hundreds, and objects of the table take longer."""
    query = select(*_INBOUND_COLUMNS).where(InboundRoute.enabled.is_(True))
    rows = await db.execute(query.order_by(InboundRoute.position, InboundRoute.id))
    return [
        Inbound(
            name=row.name,
            destination=row.destination,  # the schema lets in nothing else
            trunk_id=row.trunk_id,
            did_number=row.did_number,
            did_name=row.did_name,
            extension_id=row.extension_id,
            paging_group_id=row.paging_group_id,
        )
        for row in rows
    ]


async def outbound_routes(db: AsyncSession, calls_on: Callable[[int], int]) -> list[Outbound]:
    """Return the enabled outbound routes in order, each with its trunks in order."""
    query = (
        select(OutboundRoute, Trunk)
        .outerjoin(OutboundRouteTrunk, OutboundRouteTrunk.route_id == OutboundRoute.id)
        .outerjoin(Trunk, Trunk.id == OutboundRouteTrunk.trunk_id)
        .where(OutboundRoute.enabled.is_(True))
        .order_by(OutboundRoute.position, OutboundRoute.id, OutboundRouteTrunk.position)
    )
    routes: dict[int, tuple[OutboundRoute, list[RouteTrunk]]] = {}
    for route, trunk in (await db.execute(query)).all():
        trunks = routes.setdefault(route.id, (route, []))[1]
        if trunk is not None:
            trunks.append(_trunk(trunk, calls_on(trunk.id)))
    return [
        Outbound(route.name, route.pattern, route.strip, route.prepend, tuple(trunks))
        for route, trunks in routes.values()
    ]


def _trunk(trunk: Trunk, calls: int) -> RouteTrunk:
    return RouteTrunk(
        trunk_id=trunk.id,
        name=trunk.name,
        caller_id=trunk.caller_id,
        caller_id_name=trunk.caller_id_name,
        enabled=trunk.enabled,
        calls=calls,
        max_calls=trunk.max_calls,
    )
