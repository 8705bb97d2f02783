"""Keeps the presence registry in step with the edge: by its events, and by its dump every few seconds."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import structlog

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
from linkus.engine.kamailio import Edge, EdgeError, Registration
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.presence.contacts import contact_owner, contact_uri
from linkus.presence.edge_writer import EdgeWriter
from linkus.presence.registry import Contact
from linkus.presence.services import PresenceServices

log = structlog.get_logger("presence")
RECONCILE_SECONDS = 8.0  # a lost datagram is made up for within ten seconds
MAX_RECONCILE_SHARE = 0.01  # of the time: reading the registrations of ten thousand clients takes a while
RETRY_SECONDS = 1.0


def contact_of(registration: Registration) -> Contact:
    return Contact(
        uri=contact_uri(registration.contact),
        address=registration.address,
        user_agent=registration.user_agent,
        connection=registration.connection,
    )


class EdgeSync:
    def __init__(self, services: PresenceServices, edge: Edge, writer: EdgeWriter) -> None:
        self._services = services
        self._presence = services.presence
        self._edge = edge
        self._writer = writer
        self._owners: dict[tuple[str, int], str] = {}  # (aor, connection) -> the browser or app at its other end

    async def listen(self, path: Path) -> None:
        events = await EdgeEvents.listen(path, self.take)
        try:
            await asyncio.get_running_loop().create_future()  # until cancelled
        finally:
            events.close()

    def take(self, event: EdgeEvent) -> None:
        for listener in self._services.edge_listeners:
            listener(event)
        presence, registry = self._presence, self._presence.registry
        match event:
            case Registered():
                contact = Contact(contact_uri(event.contact), event.address, event.user_agent, event.websocket)
                presence.publish(registry.registered(event.aor, contact))
                if event.websocket is not None:
                    self._owners[event.aor, event.websocket] = contact_owner(contact.uri)
            case Unregistered():
                presence.publish(registry.unregistered(event.aor, contact_uri(event.contact)))
                presence.report_lost(event.session, [contact_uri(event.contact)])
            case Silent():
                presence.report_lost(event.session, registry.uris_over(event.aor, event.connection))
                presence.publish(registry.silent(event.aor, event.connection))
                presence.connection_silent(event.aor, self._owners.get((event.aor, event.connection)))
            case Heard():
                presence.publish(registry.heard(event.aor, event.connection))
            case Disconnected():
                presence.report_lost(event.session, registry.uris_over(event.aor, event.connection))
                presence.publish(registry.disconnected(event.aor, event.connection))
                presence.connection_closed(event.aor, self._owners.pop((event.aor, event.connection), None))
            case Started():
                self._services.background.keep(self._fill_edge, "edge filled")

    async def reconcile_forever(self) -> None:
        while True:
            began = time.monotonic()
            try:
                await self.reconcile()
            except EdgeError as error:
                log.info("edge_not_read", error=str(error))
                await asyncio.sleep(RETRY_SECONDS)
            else:
                await asyncio.sleep(max(RECONCILE_SECONDS, (time.monotonic() - began) / MAX_RECONCILE_SHARE))

    async def reconcile(self) -> None:
        """Read all registrations from the edge: events may be lost, and the edge does not report what it forgot."""
        registry = self._presence.registry
        registry.dump_begins()
        dump = None
        try:
            # the edge keeps deleted and expired contacts for some seconds, until it has saved them
            registrations = [item for item in await self._edge.registrations() if item.expires > 0]
            dump = [(item.aor, contact_of(item)) for item in registrations]
        finally:
            self._presence.publish(registry.dump_ended(dump))
        self._presence.registrations_read()

    async def _fill_edge(self) -> None:
        """Write all phones and revocations to an edge that has started with none; retry until it has them."""
        await retry(
            self._write_and_reconcile,
            (EdgeError, *DATABASE_ERRORS),
            lambda error: log.warning("edge_not_filled", error=str(error)),
            wait=RETRY_SECONDS,
        )

    async def _write_and_reconcile(self) -> None:
        await self._writer.write_everything()
        await self.reconcile()
