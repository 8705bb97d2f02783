"""Writes outages and recoveries of trunks to the event log."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import structlog

from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event
from linkus.trunk.models import Trunk
from linkus.trunk.schemas import NO_ADDRESS, PASSWORD_LOST, REFUSED_BY_EDGE, TrunkStatus
from linkus.trunk.status_registry import Transition

log = structlog.get_logger("trunk")
RETRY_DELAY_SECONDS = 1.0
_REASON_CODES = {
    NO_ADDRESS: "trunk_no_address",
    PASSWORD_LOST: "trunk_password_lost",
    REFUSED_BY_EDGE: "trunk_not_accepted",
}


class TrunkTransitions:
    """Writes transitions in order, and retries each until it is written, because the registry counts it as reported.
    Those unwritten at shutdown are detected again after the next start (`repository.reported_failures`)."""

    def __init__(self, kit: KitServices) -> None:
        self._kit = kit
        self._queue: asyncio.Queue[tuple[int, Transition, TrunkStatus]] = asyncio.Queue()

    def enqueue(self, trunk_id: int, transition: Transition, status: TrunkStatus) -> None:
        self._queue.put_nowait((trunk_id, transition, status))

    async def write_forever(self) -> None:
        while True:
            await self._write_with_retries(*await self._queue.get())
            self._queue.task_done()

    async def wait_until_written(self) -> None:
        await self._queue.join()

    async def _write_with_retries(self, trunk_id: int, transition: Transition, status: TrunkStatus) -> None:
        await retry(
            functools.partial(self._write, trunk_id, transition, status),
            DATABASE_ERRORS,
            lambda error: log.error(
                "trunk_event_not_written", trunk_id=trunk_id, transition=transition, exc_info=error
            ),
            wait=RETRY_DELAY_SECONDS,
        )

    async def _write(self, trunk_id: int, transition: Transition, status: TrunkStatus) -> None:
        async with unit_of_work(self._kit) as work:
            trunk = await work.db.get(Trunk, trunk_id)
            if trunk is None:
                return
            params: dict[str, Any] = {"trunk_id": trunk_id, "trunk": trunk.name}
            if transition is Transition.RECOVERED:
                await record_event(work, EventKind.TRUNK_RECOVERED, params)
                return
            params |= {"host": trunk.host, "port": trunk.port, "reason": f"{status.code} {status.reason}".strip()}
            if not status.code:
                params["reason_code"] = _REASON_CODES.get(status.reason, "trunk_no_answer")
            await record_event(work, EventKind.TRUNK_FAILED, params)
