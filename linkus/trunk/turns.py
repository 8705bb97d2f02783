"""Writes outages and recoveries of trunks to the event log."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import structlog

from linkus.event.kinds import EventKind
from linkus.event.service import record
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.trunk.models import Trunk
from linkus.trunk.schemas import NO_ADDRESS, PASSWORD_LOST, REFUSED_BY_EDGE, TrunkStatus
from linkus.trunk.status import Turn

log = structlog.get_logger("trunk")
RETRY_SECONDS = 1.0
_REASON_CODES = {
    NO_ADDRESS: "trunk_no_address",
    PASSWORD_LOST: "trunk_password_lost",
    REFUSED_BY_EDGE: "trunk_not_accepted",
}


class Turns:
    """Writes transitions in order, and retries each until it is written, because the board counts it as reported.
    Transitions that are unwritten at shutdown are detected again after the next start (`Lines._reported`)."""

    def __init__(self, kit: KitServices) -> None:
        self._kit = kit
        self._waiting: asyncio.Queue[tuple[int, Turn, TrunkStatus]] = asyncio.Queue()

    def tell(self, trunk_id: int, turn: Turn, status: TrunkStatus) -> None:
        self._waiting.put_nowait((trunk_id, turn, status))

    async def write_forever(self) -> None:
        while True:
            await self._write_surely(*await self._waiting.get())
            self._waiting.task_done()

    async def all_written(self) -> None:
        await self._waiting.join()

    async def _write_surely(self, trunk_id: int, turn: Turn, status: TrunkStatus) -> None:
        await retry(
            functools.partial(self._write, trunk_id, turn, status),
            DATABASE_ERRORS,
            lambda error: log.error("trunk_event_not_written", trunk_id=trunk_id, turn=turn, exc_info=error),
            wait=RETRY_SECONDS,
        )

    async def _write(self, trunk_id: int, turn: Turn, status: TrunkStatus) -> None:
        async with unit_of_work(self._kit) as work:
            trunk = await work.db.get(Trunk, trunk_id)
            if trunk is None:
                return
            params: dict[str, Any] = {"trunk_id": trunk_id, "trunk": trunk.name}
            if turn is Turn.RECOVERED:
                await record(work, EventKind.TRUNK_RECOVERED, params)
                return
            params |= {"host": trunk.host, "port": trunk.port, "reason": f"{status.code} {status.reason}".strip()}
            if not status.code:
                params["reason_code"] = _REASON_CODES.get(status.reason, "trunk_no_answer")
            await record(work, EventKind.TRUNK_FAILED, params)
