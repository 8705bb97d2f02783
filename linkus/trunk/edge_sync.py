"""Writes the configured trunks to the edge: when they change, when the edge starts, when an address changes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Any

import structlog

from linkus.engine.edge_trunks import EdgeTrunk, EdgeTrunks
from linkus.engine.kamailio import EdgeError, EdgeRefusedError, EdgeUnreachableError
from linkus.kit.outbox import RetryLater
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.secrets import WrongKey
from linkus.kit.services import KitServices
from linkus.trunk import repository
from linkus.trunk.addresses import addresses_of, contact_of, domain_of
from linkus.trunk.models import Trunk
from linkus.trunk.schemas import NO_ADDRESS, PASSWORD_LOST, REFUSED_BY_EDGE, TrunkState
from linkus.trunk.status_reports import TestResult, TrunkStatusReports

log = structlog.get_logger("trunk")
RESOLVE_INTERVAL_SECONDS = 60.0
RETRY_DELAY_SECONDS = 1.0
_UNAVAILABLE: tuple[type[Exception], ...] = (EdgeError, *DATABASE_ERRORS)


class TrunkEdgeSync:
    """Keeps the trunks at the edge as they are configured. A trunk that cannot be written fails alone."""

    def __init__(
        self, kit: KitServices, edge: EdgeTrunks, reports: TrunkStatusReports, ip_versions: tuple[int, ...]
    ) -> None:
        self._kit = kit
        self._edge = edge
        self._reports = reports
        self._ip_versions = ip_versions
        self._written: dict[int, EdgeTrunk] = {}

    def addresses(self) -> frozenset[str]:
        return frozenset(address for trunk in self._written.values() for address in trunk.addresses)

    # ------------------------------------------------------------------ when to write
    async def write_changed(self, payload: dict[str, Any]) -> None:
        """Write a trunk to the edge. The outbox row has only its id; the settings come from the database now."""
        trunk_id = int(payload["trunk_id"])
        async with self._kit.database.transaction(write=False) as db:
            trunk = await db.get(Trunk, trunk_id)
        try:
            if trunk is None or not trunk.enabled:
                await self._remove(trunk_id)
            else:
                await self._or_failed(trunk.id, self._write_or_fail(trunk))
        except EdgeUnreachableError as error:
            raise RetryLater(str(error)) from error

    async def write_all(self) -> None:
        """Write all trunks, and retry until all are written. The edge has started without trunks, or the brain has
        restarted and does not know which the edge has."""
        await retry(
            self._write_all_once,
            _UNAVAILABLE,
            lambda error: log.warning("trunks_not_written", error=str(error)),
            wait=RETRY_DELAY_SECONDS,
        )

    async def _write_all_once(self) -> None:
        if not self._reports.has_read_failures:
            async with self._kit.database.transaction(write=False) as db:
                self._reports.set_reported_failures(await repository.reported_failures(db))
        trunks = await self._enabled()
        for trunk_id in await self._edge.present() - {trunk.id for trunk in trunks}:
            await self._edge.remove(trunk_id)
        for trunk in trunks:
            await self._or_failed(trunk.id, self._write_or_fail(trunk))
        await self._edge.say_complete()

    async def resolve_forever(self) -> None:
        """Resolve the hosts again periodically: addresses change, and a name without an address may get one."""
        while True:
            await asyncio.sleep(RESOLVE_INTERVAL_SECONDS)
            try:
                await self._write_resolved()
            except _UNAVAILABLE as error:
                log.warning("trunks_not_looked_up", error=str(error))
            self._reports.expire_silent()

    async def _write_resolved(self) -> None:
        for trunk in await self._enabled():
            try:
                edge_trunk = await self.resolve(trunk)
            except WrongKey:
                continue  # reported when the trunk was to be written
            if edge_trunk is not None and edge_trunk != self._written.get(trunk.id):
                await self._or_failed(trunk.id, self.write(edge_trunk))

    async def _enabled(self) -> list[Trunk]:
        async with self._kit.database.transaction(write=False) as db:
            return await repository.enabled(db)

    # ------------------------------------------------------------------ what to write
    async def resolve(self, trunk: Trunk) -> EdgeTrunk | None:
        """Return the trunk for the edge, or None if its name has no address. While a name server fails, keep the old
        addresses. Raise WrongKey if its password cannot be read."""
        addresses = await addresses_of(trunk.host, versions=self._ip_versions)
        written = self._written.get(trunk.id)
        if not addresses and written is not None:
            addresses = written.addresses if written.host == trunk.host else ()
        return self._edge_trunk(trunk, addresses) if addresses else None

    def _edge_trunk(self, trunk: Trunk, addresses: tuple[str, ...]) -> EdgeTrunk:
        return EdgeTrunk(
            id=trunk.id,
            register=trunk.kind == "register",
            host=trunk.host,
            addresses=addresses,
            port=trunk.port,
            transport=trunk.transport,
            domain=domain_of(trunk),
            user=trunk.username,
            auth_user=trunk.auth_name or trunk.username,
            password=self._kit.seal.open(trunk.password_sealed) if trunk.password_sealed else "",
            codecs=tuple(trunk.codecs),
            number=trunk.caller_id,
            name=trunk.caller_id_name,
            asserts=trunk.caller_id_header == "pai",
            contact=contact_of(trunk, self._kit.internal_key),
        )

    # ------------------------------------------------------------------ writing
    async def write(self, trunk: EdgeTrunk, test: TestResult | None = None) -> None:
        """Write a trunk. `test` receives the edge's first report about this revision."""
        is_new = trunk != self._written.get(trunk.id)
        await self._edge.write(
            trunk, lambda revision: self._reports.mark_written(trunk.id, revision, is_new=is_new, test=test)
        )
        self._written[trunk.id] = trunk

    async def _or_failed(self, trunk_id: int, writing: Awaitable[None]) -> None:
        """Wait for the writing of a trunk. If the edge refuses it, mark it as failed; others are not affected."""
        try:
            await writing
        except EdgeRefusedError as error:
            log.error("trunk_refused", trunk=trunk_id, error=str(error))
            with contextlib.suppress(EdgeRefusedError):
                await self._edge.remove(trunk_id)  # nothing of an incomplete or earlier state is believed
            self._written.pop(trunk_id, None)
            self._reports.mark_unwritten(trunk_id, TrunkState.FAILED, REFUSED_BY_EDGE)

    async def _write_or_fail(self, trunk: Trunk) -> None:
        """Write a trunk. If it has no address or no readable password, mark it as failed; other trunks are not
        affected."""
        state, reason = TrunkState.UNREACHABLE, NO_ADDRESS
        try:
            edge_trunk = await self.resolve(trunk)
        except WrongKey:
            edge_trunk, state, reason = None, TrunkState.FAILED, PASSWORD_LOST
        if edge_trunk is not None:
            await self.write(edge_trunk)
            return
        await self._edge.remove(trunk.id)
        self._written.pop(trunk.id, None)
        self._reports.mark_unwritten(trunk.id, state, reason)

    async def _remove(self, trunk_id: int) -> None:
        self._written.pop(trunk_id, None)
        self._reports.forget(trunk_id)
        await self._edge.remove(trunk_id)
        self._reports.publish(trunk_id)
