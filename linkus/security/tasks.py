"""Connects the edge with the blocks: takes refusals in, and writes blocked addresses out."""

from __future__ import annotations

import functools
import ipaddress
import time
from datetime import timedelta
from typing import Any

import structlog

from linkus.engine.edge_events import Refused, Registered, Started
from linkus.engine.kamailio import Edge, EdgeError, EdgeUnreachableError
from linkus.engine.layout import layout_of
from linkus.kit.addresses import network_of
from linkus.kit.background import Task
from linkus.kit.clock import now
from linkus.kit.http import is_loopback
from linkus.kit.outbox import RetryLater
from linkus.kit.outbox_worker import Worker
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.settings import EDGE_RPC_PORT
from linkus.kit.work import UnitOfWork, unit_of_work
from linkus.lockout import blocks, repository
from linkus.lockout.blocks import Attack, BlockReason, Protocol
from linkus.security.block_rules import WINDOW_SECONDS, FailureCounter, Verdict
from linkus.security.services import SecurityServices
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event

log = structlog.get_logger("security")
RETRY_SECONDS = 1.0
FOREVER_SECONDS = 365 * 24 * 3600  # for a block without end; written again whenever the edge starts


def tasks(services: SecurityServices) -> list[Task]:
    """Return no tasks without the engine: changes for the edge then wait in the outbox."""
    settings = services.settings
    if settings.engine == "off":
        return []
    edge = Edge.at(settings.internal_host, EDGE_RPC_PORT, layout_of(settings).keys)
    guard = EdgeGuard(services, edge)
    services.edge_listeners.append(guard.take)
    services.on_close.append(edge.close)
    return [Worker(services.database, services.outbox, blocks.TOPIC, guard.write).run]


class EdgeGuard:
    """Counts what the edge refuses, and keeps the blocked addresses at the edge up to date. Of IPv6 it blocks the
    network of 64 bits, in which a guesser would take another address for each guess. The edge's `site_of` writes that
    network in the same way."""

    def __init__(self, services: SecurityServices, edge: Edge) -> None:
        self._services = services
        self._edge = edge
        self._counter = FailureCounter()

    def take(self, event: object) -> None:
        at = time.monotonic()
        match event:
            case Registered():
                self._counter.registered(network_of(event.address), at)
            case Refused():
                is_known = functools.partial(self._is_known, event.address)
                network = network_of(event.address)
                verdict = self._counter.refused(network, event.reason, at, is_known)
                if verdict is not None:
                    self._services.background.start(self._block(network, verdict, event.aor), "block")
            case Started():
                self._services.background.keep(self._fill, "edge blocks")

    def _is_known(self, address: str) -> bool:
        """Return whether clients or trunks of ours are at an address. This holds after a restart as well, because the
        edge has reported their addresses."""
        ours = self._services.presence.registry.addresses() | self._services.trunk_monitor.addresses()
        return is_loopback(address) or network_of(address) in map(network_of, ours)

    async def _block(self, address: str, verdict: Verdict, identity: str) -> None:
        try:
            ipaddress.ip_network(address)
        except ValueError:
            log.warning("refused_without_address", address=address[:64])
            return
        async with unit_of_work(self._services) as work:
            if await blocks.is_allowed(work.db, address):
                return
            await _block(work, address, verdict, identity)
        log.warning("address_blocked", address=address, failures=verdict.failures)

    async def write(self, payload: dict[str, Any]) -> None:
        """Write a block to the edge. The outbox row only names the address, and its block comes from the database as it
        is now, so the order of rows does not matter."""
        address = str(payload["address"])
        async with self._services.database.transaction(write=False) as db:
            seconds = blocks.seconds_left(await repository.find_block(db, address), now())
        try:
            await self._write(address, seconds)
        except EdgeUnreachableError as error:
            raise RetryLater(str(error)) from error

    async def _write(self, address: str, seconds: int | None) -> None:
        if seconds == 0:
            await self._edge.unban(address)
        else:
            await self._edge.ban(address, FOREVER_SECONDS if seconds is None else seconds)

    async def _fill(self) -> None:
        """Write all blocks to an edge that has started with none; retry until it has them."""
        await retry(
            self._write_all,
            (EdgeError, *DATABASE_ERRORS),
            lambda error: log.warning("edge_blocks_not_written", error=str(error)),
            wait=RETRY_SECONDS,
        )

    async def _write_all(self) -> None:
        async with self._services.database.transaction(write=False) as db:
            rows = await repository.blocks(db, now())
        for row in rows:
            await self._write(row.address, blocks.seconds_left(row, now()))


async def _block(work: UnitOfWork, address: str, verdict: Verdict, identity: str) -> None:
    first_at = now() - timedelta(seconds=verdict.seconds)
    attack = Attack(BlockReason.SIP_AUTHENTICATION, Protocol.SIP, verdict.failures, identity, first_at)
    seconds = await blocks.block(work, address, attack, verdict.block_seconds)
    params = {
        "address": address,
        "failures": verdict.failures,
        "window": WINDOW_SECONDS // 60,
        "identity": blocks.shown(identity) or "-",
    }
    if seconds is None:
        params |= {"lock_code": "event_block_for_good"}
    else:
        params |= {"lock_code": "event_block_minutes", "minutes": seconds // 60}
    await record_event(work, EventKind.ADDRESS_BLOCKED, params)
