"""Monitors the trunks of a running engine: answers the pages, and receives the edge's events."""

from __future__ import annotations

import asyncio

import structlog

from linkus.engine.edge_events import Started, TrunkHeard
from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.kamailio import Edge, EdgeError, EdgeRefusedError
from linkus.engine.layout import layout_of
from linkus.engine.reach import told_by
from linkus.kit.addresses import family
from linkus.kit.background import Task
from linkus.kit.errors import Unavailable
from linkus.kit.outbox_worker import Worker
from linkus.kit.secrets import WrongKey
from linkus.kit.services import KitServices
from linkus.kit.settings import EDGE_RPC_PORT
from linkus.kit.waiting import wait_with_timeout
from linkus.trunk.edge_sync import TrunkEdgeSync
from linkus.trunk.models import Trunk
from linkus.trunk.schemas import NO_ADDRESS, PASSWORD_LOST, REFUSED_BY_EDGE, TrunkState, TrunkStatus
from linkus.trunk.services import TrunkServices
from linkus.trunk.status_reports import TestResult, TrunkStatusReports
from linkus.trunk.transitions import TrunkTransitions

log = structlog.get_logger("trunk")
TEST_TIMEOUT_SECONDS = 12.0  # the edge gives up a REGISTER without an answer after 7 s


def install(services: TrunkServices) -> None:
    if services.settings.engine == "on":
        services.trunk_monitor = monitor = EdgeTrunkMonitor(services)
        services.edge_listeners.append(monitor.receive)
        services.on_close.append(monitor.close)


def tasks(services: TrunkServices) -> list[Task]:
    monitor = services.trunk_monitor
    if not isinstance(monitor, EdgeTrunkMonitor):
        return []
    return [
        monitor.sync.resolve_forever,
        monitor.transitions.write_forever,
        Worker(services.database, services.outbox, "edge.trunk", monitor.sync.write_changed).run,
    ]


class EdgeTrunkMonitor:
    """Is the `TrunkMonitor` of a running engine (linkus/trunk/monitor.py)."""

    def __init__(self, kit: KitServices) -> None:
        self._kit = kit
        layout = layout_of(kit.settings)
        edge = Edge.at(kit.settings.internal_host, EDGE_RPC_PORT, layout.keys)
        self.close = edge.close
        ip_versions = tuple(family(endpoint.local) for endpoint in layout.addresses.main)
        self.transitions = TrunkTransitions(kit)
        self._reports = TrunkStatusReports(kit.bus, self.transitions)
        self.sync = TrunkEdgeSync(kit, EdgeTrunks(edge, told_by(layout)), self._reports, ip_versions)

    def status(self, trunk_id: int) -> TrunkStatus:
        return self._reports.status(trunk_id)

    def addresses(self) -> frozenset[str]:
        return self.sync.addresses()

    async def test(self, trunk_id: int) -> TrunkStatus:
        async with self._kit.database.transaction(write=False) as db:
            trunk = await db.get(Trunk, trunk_id)
        try:
            edge_trunk = await self.sync.resolve(trunk) if trunk is not None else None
        except WrongKey:
            return TrunkStatus(state=TrunkState.FAILED, reason=PASSWORD_LOST)
        if edge_trunk is None:
            return TrunkStatus(state=TrunkState.UNREACHABLE, reason=NO_ADDRESS)
        result: TestResult = asyncio.get_running_loop().create_future()
        try:
            await self.sync.write(edge_trunk, result)
            return await wait_with_timeout(result, TEST_TIMEOUT_SECONDS)
        except EdgeRefusedError as error:
            log.error("trunk_refused", trunk=trunk_id, error=str(error))
            return TrunkStatus(state=TrunkState.FAILED, reason=REFUSED_BY_EDGE)
        except EdgeError as error:
            raise Unavailable("trunk_engine_off") from error
        except TimeoutError:
            return TrunkStatus(state=TrunkState.UNREACHABLE)
        finally:
            self._reports.end_test(result)

    def receive(self, event: object) -> None:
        match event:
            case Started():
                self._kit.background.keep(self.sync.write_all, "trunks written")
            case TrunkHeard():
                self._reports.receive(event.id, event.revision, TrunkState(event.state), event.code, event.reason)
            case _:
                pass
