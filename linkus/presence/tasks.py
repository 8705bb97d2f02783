"""Connects the edge with the presence registry: takes events and dumps in, writes phones and revocations out."""

from __future__ import annotations

import asyncio
import functools
import time
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from linkus.call.live.leg_owners import contact_owner
from linkus.engine.edge_events import (
    Disconnected,
    EdgeEvent,
    EdgeEvents,
    Heard,
    Registered,
    Silent,
    Started,
    Unregistered,
)
from linkus.engine.kamailio import CREDENTIAL_SECONDS, Edge, EdgeError, EdgeUnreachableError, Phone, Registration
from linkus.engine.layout import layout_of
from linkus.extension.models import Extension
from linkus.extension.notify import phone_payload
from linkus.kit.background import Task
from linkus.kit.clock import now
from linkus.kit.kinds import SipKind, aor
from linkus.kit.outbox import RetryLater
from linkus.kit.outbox_worker import Handler, Worker
from linkus.kit.settings import EDGE_RPC_PORT
from linkus.presence import revocations
from linkus.presence.lost_clients import LostClients
from linkus.presence.models import SipRevocation
from linkus.presence.phones import MOST, Phones
from linkus.presence.registry import Contact, split_aor
from linkus.services import Services

log = structlog.get_logger("presence")
Answer = TypeVar("Answer")
RECONCILE_SECONDS = 8.0  # a lost datagram is made up for within ten seconds
RECONCILE_SHARE = 0.01  # maximum share of time: reading the registrations of ten thousand clients takes a while
RETRY_SECONDS = 1.0
CHUNK = 500  # phones per database query
AT_ONCE = 16  # concurrent requests to the edge


def tasks(services: Services) -> list[Task]:
    """Return no tasks without the engine: changes for the edge then wait in the outbox."""
    settings = services.settings
    if settings.engine == "off":
        return []
    edge = Edge.at(settings.internal_host, EDGE_RPC_PORT, layout_of(settings).keys)
    services.on_close.append(edge.close)
    keeper = Keeper(services, edge)

    def work(topic: str, handler: Handler, max_concurrency: int = 0) -> Task:
        return Worker(
            services.database, services.outbox, topic, handler, concurrency=AT_ONCE, max_concurrency=max_concurrency
        ).run

    return [
        functools.partial(keeper.listen, layout_of(settings).edge_events_socket),
        keeper.reconcile_forever,
        work("edge.phone", keeper.write_phone, max_concurrency=2 * MOST),  # one batch is read while another is written
        work("edge.revoke", keeper.revoke),
        work("call.end", keeper.end_calls),
    ]


def contact_uri(contact: str) -> str:
    """Return the bare URI of a Contact value: an event has the header, a dump the URI (RFC 3261, 20.10)."""
    _, bracket, rest = contact.partition("<")
    return rest.partition(">")[0] if bracket else contact.partition(";expires=")[0].strip()


def contact_of(registration: Registration) -> Contact:
    return Contact(
        uri=contact_uri(registration.contact),
        address=registration.address,
        user_agent=registration.user_agent,
        connection=registration.connection,
    )


class Keeper:
    """Keeps the registry and the edge consistent."""

    def __init__(self, services: Services, edge: Edge) -> None:
        self._services = services
        self._database, self._presence = services.database, services.presence
        self._edge = edge
        self._phones = Phones(self._database, self._tell_phones)
        self._events: EdgeEvents | None = None
        self._over: dict[tuple[str, int], str] = {}  # (aor, connection) -> the browser or app at its other end
        self._lost = LostClients(services)

    # ------------------------------------------------------------------ edge -> control server
    async def listen(self, path: Path) -> None:
        self._events = await EdgeEvents.listen(path, self.take)
        try:
            await asyncio.get_running_loop().create_future()  # until cancelled
        finally:
            self._events.close()

    def take(self, event: EdgeEvent) -> None:
        for listener in self._services.edge_listeners:
            listener(event)
        registry = self._presence.registry
        match event:
            case Registered():
                contact = Contact(contact_uri(event.contact), event.address, event.user_agent, event.websocket)
                self._presence.publish(registry.registered(event.aor, contact))
                if event.websocket is not None:
                    self._over[event.aor, event.websocket] = contact_owner(contact.uri)
            case Unregistered():
                self._presence.publish(registry.unregistered(event.aor, contact_uri(event.contact)))
                self._presence.report_lost(event.session, [contact_uri(event.contact)])
            case Silent():
                self._presence.report_lost(event.session, registry.uris_over(event.aor, event.connection))
                self._presence.publish(registry.silent(event.aor, event.connection))
                self._lost.silent(event.aor, self._over.get((event.aor, event.connection)))
            case Heard():
                self._presence.publish(registry.heard(event.aor, event.connection))
            case Disconnected():
                self._presence.report_lost(event.session, registry.uris_over(event.aor, event.connection))
                self._presence.publish(registry.disconnected(event.aor, event.connection))
                self._lost.gone(event.aor, self._over.pop((event.aor, event.connection), None))
            case Started():
                self._services.background.keep(self._edge_started, "edge filled")

    async def reconcile_forever(self) -> None:
        while True:
            began = time.monotonic()
            try:
                await self.reconcile()
            except EdgeError as error:
                log.info("edge_not_read", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await asyncio.sleep(max(RECONCILE_SECONDS, (time.monotonic() - began) / RECONCILE_SHARE))

    async def reconcile(self) -> None:
        """Read all registrations from the edge: events may be lost, and the edge does not report what it forgot."""
        registry = self._presence.registry
        registry.dump_begins()
        dump = None
        try:
            # the edge keeps deleted and expired contacts for some seconds, until it has saved them
            present = [each for each in await self._edge.registrations() if each.expires > 0]
            dump = [(each.aor, contact_of(each)) for each in present]
        finally:
            self._presence.publish(registry.dump_ended(dump))
        self._lost.look_for_missed()

    # ------------------------------------------------------------------ control server -> edge
    async def _edge_started(self) -> None:
        """Write all phones and revocations to an edge that has started with none; retry until it has them."""
        while True:
            try:
                await self._write_everything()
                await self.reconcile()
            except (EdgeError, SQLAlchemyError, OSError) as error:
                log.warning("edge_not_filled", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)
            else:
                return

    async def _write_everything(self) -> None:
        async with self._database.transaction(write=False) as db:
            revoked = await revocations.current(db)
        for row in revoked:
            await self._edge.revoke(row.aor, row.until)
        await self._edge.say_complete("revoked")
        last, written = 0, 0
        while True:
            async with self._database.transaction(write=False) as db:
                query = select(Extension).where(Extension.id > last).order_by(Extension.id).limit(CHUNK)
                rows = list((await db.scalars(query)).all())
            if not rows:
                break
            await self._edge.set_phones([phone_of(extension) for extension in rows])
            last, written = rows[-1].id, written + len(rows)
        await self._edge.say_complete("phones")
        log.info("edge_filled", phones=written, revocations=len(revoked))

    async def write_phone(self, payload: dict[str, Any]) -> None:
        """Write a phone to the edge. The outbox row only names the phone, and its values come from the database as they
        are now, so the order of rows does not matter."""
        await self._phones.changed(str(payload["aor"]))

    async def _tell_phones(self, found: Sequence[Extension], gone: Sequence[str]) -> None:
        await self._tell(self._edge.set_phones([phone_of(extension) for extension in found]))
        for name in gone:
            await self._tell(self._edge.throw_off_phone(name))
            self._presence.publish(self._presence.registry.forget(name))

    async def revoke(self, payload: dict[str, Any]) -> None:
        """Refuse issued credentials, deregister the client, and end its calls."""
        name, until = str(payload["aor"]), int(payload["until"])
        if "session" in payload:
            await self._revoke_session(name, int(payload["session"]), until)
            return
        async with self._database.transaction() as db:
            until = await revocations.remember(db, name, until)
        identity, calls = split_aor(name), self._services.calls
        seconds = int(payload.get("call_seconds", 0))
        going_on = identity is not None and (not calls.in_step or bool(calls.tracker.channels_of(*identity)))
        lasts = seconds > 0 and going_on
        await self._tell(self._edge.throw_off(name, until - CREDENTIAL_SECONDS, keep_connections=lasts))
        self._presence.publish(self._presence.registry.forget(name))
        if lasts:  # the user is notified and has some seconds to say goodbye, counted from the switch-off
            switched = datetime.fromtimestamp(float(payload.get("at", now().timestamp())), UTC)
            due_at = max(now(), switched + timedelta(seconds=seconds))
            async with self._database.transaction() as db:
                self._services.outbox.add(db, "call.end", {"aor": name, "until": payload["until"]}, due_at=due_at)
        elif identity is not None:
            await calls.hang_up(*identity)

    async def _revoke_session(self, name: str, session_id: int, until: int) -> None:
        """Revoke one of several sessions of this kind; the user's other sessions and their calls continue. The revoked
        page ends its own call when it is notified. Only if no other session is registered, all calls of the client
        belong to it and are ended here."""
        async with self._database.transaction() as db:
            until = await revocations.remember(db, f"{name}:{session_id}", until)
        thrown_off = self._edge.throw_off_session(name, session_id, until - CREDENTIAL_SECONDS)
        found = await self._ask(thrown_off)
        for registration in found.gone:
            self._presence.publish(self._presence.registry.unregistered(name, contact_uri(registration.contact)))
        identity = split_aor(name)
        if identity is not None and found.gone and not found.left:
            await self._services.calls.hang_up(*identity)

    async def end_calls(self, payload: dict[str, Any]) -> None:
        """End the calls after the seconds of grace. The request is a row of the outbox, so that a restart loses
        nothing.

        Do nothing if Linkus was switched on again meanwhile. If it was switched off once more, the later seconds count.
        """
        name = str(payload["aor"])
        if (identity := split_aor(name)) is None:
            return
        async with self._database.transaction(write=False) as db:
            is_on = await db.scalar(select(Extension.linkus_enabled).where(Extension.number == identity[0]))
            revoked = await db.get(SipRevocation, name)
        if is_on or (revoked is not None and revoked.until > int(payload["until"])):
            return
        if not self._services.calls.in_step:
            raise RetryLater("the calls that go on are not known yet")
        await self._services.calls.hang_up(*identity)

    async def _tell(self, asked: Coroutine[Any, Any, None]) -> None:
        await self._ask(asked)

    async def _ask(self, asked: Coroutine[Any, Any, Answer]) -> Answer:
        try:
            return await asked
        except EdgeUnreachableError as error:
            raise RetryLater(str(error)) from error


def phone_of(extension: Extension) -> Phone:
    payload = phone_payload(extension)
    return Phone(
        aor=aor(extension.number, SipKind.PHONE),
        registration_name=str(payload["registration_name"]),
        ha1=str(payload["ha1"]),
        max_contacts=extension.phone_max_contacts,
    )
