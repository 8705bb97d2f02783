"""Connects trunks and edge: writes the configured trunks to the edge, and receives their state."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable
from typing import Any

import structlog
from sqlalchemy import select

from linkus.engine.edge_events import Started, TrunkHeard
from linkus.engine.edge_trunks import EdgeTrunk, EdgeTrunks
from linkus.engine.kamailio import Edge, EdgeError, EdgeRefusedError, EdgeUnreachableError
from linkus.engine.layout import layout_of
from linkus.engine.reach import told_by
from linkus.event.kinds import EventKind
from linkus.event.models import EventRecord
from linkus.kit.addresses import family
from linkus.kit.background import Task
from linkus.kit.bus import PORTAL
from linkus.kit.errors import Unavailable
from linkus.kit.outbox import RetryLater
from linkus.kit.outbox_worker import Worker
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.secrets import WrongKey
from linkus.kit.services import KitServices
from linkus.kit.settings import EDGE_RPC_PORT
from linkus.kit.waiting import wait_with_timeout
from linkus.services import Services
from linkus.trunk.addresses import addresses_of, contact_of, domain_of
from linkus.trunk.models import Trunk
from linkus.trunk.schemas import NO_ADDRESS, PASSWORD_LOST, REFUSED_BY_EDGE, TrunkState, TrunkStatus
from linkus.trunk.status import Change, TrunkBoard
from linkus.trunk.turns import Turns

log = structlog.get_logger("trunk")
LOOK_UP_SECONDS = 60.0  # interval for resolving host names again
RETRY_SECONDS = 1.0
_AWAY: tuple[type[Exception], ...] = (EdgeError, *DATABASE_ERRORS)
TEST_SECONDS = 12.0  # the edge gives up a REGISTER without an answer after 7 s
_KINDS = (EventKind.TRUNK_FAILED.value, EventKind.TRUNK_RECOVERED.value)
_MOST_EVENTS = 1000  # to read, in order to know which failures have been reported already


def install(services: Services) -> None:
    if services.settings.engine == "on":
        services.trunk_lines = lines = Lines(services)
        services.edge_listeners.append(lines.take)
        services.on_close.append(lines.close)


def tasks(services: Services) -> list[Task]:
    lines = services.trunk_lines
    if not isinstance(lines, Lines):
        return []
    return [
        lines.look_up_forever,
        lines.turns.write_forever,
        Worker(services.database, services.outbox, "edge.trunk", lines.write_changed).run,
    ]


class Lines:
    """The `TrunkLines` of a running engine (linkus/trunk/ports.py)."""

    def __init__(self, kit: KitServices) -> None:
        self._kit = kit
        layout = layout_of(kit.settings)
        edge = Edge.at(kit.settings.internal_host, EDGE_RPC_PORT, layout.keys)
        self.close = edge.close
        self._edge = EdgeTrunks(edge, told_by(layout))
        self._ip_versions = tuple(family(each.local) for each in layout.addresses.main)
        self._board = TrunkBoard()
        self.turns = Turns(kit)
        self._written: dict[int, EdgeTrunk] = {}
        self._waiting: dict[str, asyncio.Future[TrunkStatus]] = {}  # running tests, by stamp
        self._knows_reported = False

    # ------------------------------------------------------------------ for the endpoints
    def status(self, trunk_id: int) -> TrunkStatus:
        return self._board.status(trunk_id)

    def addresses(self) -> frozenset[str]:
        return frozenset(address for trunk in self._written.values() for address in trunk.addresses)

    async def test(self, trunk_id: int) -> TrunkStatus:
        async with self._kit.database.transaction(write=False) as db:
            trunk = await db.get(Trunk, trunk_id)
        try:
            wanted = await self._wanted(trunk) if trunk is not None else None
        except WrongKey:
            return TrunkStatus(state=TrunkState.FAILED, reason=PASSWORD_LOST)
        if wanted is None:
            return TrunkStatus(state=TrunkState.UNREACHABLE, reason=NO_ADDRESS)
        answer: asyncio.Future[TrunkStatus] = asyncio.get_running_loop().create_future()
        try:
            await self._write(wanted, answer)
            return await wait_with_timeout(answer, TEST_SECONDS)
        except EdgeRefusedError as error:
            log.error("trunk_refused", trunk=trunk_id, error=str(error))
            return TrunkStatus(state=TrunkState.FAILED, reason=REFUSED_BY_EDGE)
        except EdgeError as error:
            raise Unavailable("trunk_engine_off") from error
        except TimeoutError:
            return TrunkStatus(state=TrunkState.UNREACHABLE)
        finally:
            self._waiting = {stamp: each for stamp, each in self._waiting.items() if each is not answer}

    # ------------------------------------------------------------------ edge -> brain
    def take(self, event: object) -> None:
        match event:
            case Started():
                self._kit.background.keep(self._edge_started, "trunks written")
            case TrunkHeard():
                state = TrunkState(event.state)
                change = self._board.heard(event.id, event.stamp, state, event.code, event.reason)
                waiting = self._waiting.get(event.stamp)
                if waiting is not None and not waiting.done():
                    waiting.set_result(TrunkStatus(state=state, code=event.code, reason=event.reason))
                self._changed(event.id, change)
            case _:
                pass

    def _changed(self, trunk_id: int, change: Change | None) -> None:
        if change is None:
            return
        self._publish(trunk_id)
        if change.turn is not None:
            self.turns.tell(trunk_id, change.turn, change.status)

    def _publish(self, trunk_id: int) -> None:
        status = self._board.status(trunk_id).model_dump(mode="json")
        self._kit.bus.publish([PORTAL], {"type": "trunk.changed", "id": trunk_id, "status": status})

    # ------------------------------------------------------------------ brain -> edge
    async def write_changed(self, payload: dict[str, Any]) -> None:
        """Write a trunk to the edge. The outbox row has only its id; the settings come from the database now."""
        trunk_id = int(payload["trunk_id"])
        async with self._kit.database.transaction(write=False) as db:
            trunk = await db.get(Trunk, trunk_id)
        try:
            if trunk is None or not trunk.enabled:
                await self._remove(trunk_id)
            else:
                await self._or_failed(trunk.id, self._bring(trunk))
        except EdgeUnreachableError as error:
            raise RetryLater(str(error)) from error

    async def look_up_forever(self) -> None:
        """Resolve the hosts again periodically: addresses change, and a name without an address may get one."""
        while True:
            await asyncio.sleep(LOOK_UP_SECONDS)
            try:
                await self._look_up()
            except _AWAY as error:
                log.warning("trunks_not_looked_up", error=str(error))
            for trunk_id in self._board.fall_silent():
                self._publish(trunk_id)

    async def _look_up(self) -> None:
        for trunk in await self._enabled():
            try:
                wanted = await self._wanted(trunk)
            except WrongKey:
                continue  # reported when the trunk was to be written
            if wanted is not None and wanted != self._written.get(trunk.id):
                await self._or_failed(trunk.id, self._write(wanted))

    async def _edge_started(self) -> None:
        """Write all trunks, and retry until all are written. The edge has started without trunks, or the brain has
        restarted and does not know which the edge has."""
        await retry(
            self._write_all,
            _AWAY,
            lambda error: log.warning("trunks_not_written", error=str(error)),
            wait=RETRY_SECONDS,
        )

    async def _write_all(self) -> None:
        if not self._knows_reported:
            self._board.reported = await self._reported()
            self._knows_reported = True
        trunks = await self._enabled()
        for trunk_id in await self._edge.present() - {trunk.id for trunk in trunks}:
            await self._edge.remove(trunk_id)
        for trunk in trunks:
            await self._or_failed(trunk.id, self._bring(trunk))
        await self._edge.say_complete()

    async def _or_failed(self, trunk_id: int, writing: Awaitable[None]) -> None:
        """Wait for the writing of a trunk. If the edge refuses it, mark it as failed; others are not affected."""
        try:
            await writing
        except EdgeRefusedError as error:
            log.error("trunk_refused", trunk=trunk_id, error=str(error))
            with contextlib.suppress(EdgeRefusedError):
                await self._edge.remove(trunk_id)  # nothing of an incomplete or earlier state is believed
            self._written.pop(trunk_id, None)
            self._changed(trunk_id, self._board.untold(trunk_id, TrunkState.FAILED, REFUSED_BY_EDGE))

    async def _bring(self, trunk: Trunk) -> None:
        """Write a trunk. If it has no address or no readable password, mark it as failed; other trunks are not
        affected."""
        state, reason = TrunkState.UNREACHABLE, NO_ADDRESS
        try:
            wanted = await self._wanted(trunk)
        except WrongKey:
            wanted, state, reason = None, TrunkState.FAILED, PASSWORD_LOST
        if wanted is not None:
            await self._write(wanted)
            return
        await self._edge.remove(trunk.id)
        self._written.pop(trunk.id, None)
        self._changed(trunk.id, self._board.untold(trunk.id, state, reason))

    async def _write(self, wanted: EdgeTrunk, answer: asyncio.Future[TrunkStatus] | None = None) -> None:
        is_new = wanted != self._written.get(wanted.id)

        def stamped(stamp: str) -> None:
            if answer is not None:
                self._waiting[stamp] = answer
            if self._board.written(wanted.id, stamp, anew=is_new):
                self._publish(wanted.id)

        await self._edge.write(wanted, stamped)
        self._written[wanted.id] = wanted

    async def _remove(self, trunk_id: int) -> None:
        self._written.pop(trunk_id, None)
        self._board.forget(trunk_id)
        await self._edge.remove(trunk_id)
        self._publish(trunk_id)

    async def _wanted(self, trunk: Trunk) -> EdgeTrunk | None:
        """Return the trunk for the edge, or None if its name has no address. While a name server fails, keep the old
        addresses."""
        addresses = await addresses_of(trunk.host, versions=self._ip_versions)
        before = self._written.get(trunk.id)
        if not addresses and before is not None:
            addresses = before.addresses if before.host == trunk.host else ()
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

    # ------------------------------------------------------------------ database
    async def _enabled(self) -> list[Trunk]:
        async with self._kit.database.transaction(write=False) as db:
            query = select(Trunk).where(Trunk.enabled).order_by(Trunk.id)
            return list((await db.scalars(query)).all())

    async def _reported(self) -> set[int]:
        """Return the trunks whose last event is a failure."""
        query = select(EventRecord).where(EventRecord.kind.in_(_KINDS)).order_by(EventRecord.id.desc())
        async with self._kit.database.transaction(write=False) as db:
            events = (await db.scalars(query.limit(_MOST_EVENTS))).all()
        last: dict[int, str] = {}
        for event in events:
            last.setdefault(int(event.params["trunk_id"]), event.kind)
        return {trunk_id for trunk_id, kind in last.items() if kind == EventKind.TRUNK_FAILED.value}
