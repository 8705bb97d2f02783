"""Performs the core operations for keeping calls, by its manager interface. A leg that has already ended is no
error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, Protocol, TypeVar

import structlog

from linkus.call.live.keeping import ABSENT, KEPT

log = structlog.get_logger("call")
Answer = TypeVar("Answer")
OTHER_LEG_VARIABLE = "LK_OTHER"  # engine/asterisk/extensions.conf.j2


class Manager(Protocol):
    async def received_packets(self, channel_name: str) -> int | None: ...
    async def redirect(self, channel_name: str, context: str) -> None: ...
    async def redirect_pair(self, leg: str, context: str, other: str, other_context: str) -> None: ...
    async def set_variable(self, channel_name: str, name: str, value: str) -> None: ...


class CoreLegs:
    def __init__(self, manager: Manager, end: Callable[[str], Awaitable[None]], failures: tuple[type[Exception], ...]):
        self._manager, self._end, self._failures = manager, end, failures

    async def received(self, leg: str) -> int | None:
        return await self._ask(self._manager.received_packets(leg), leg)

    async def part(self, gone: str, other: str) -> None:
        await self._ask(self._manager.redirect_pair(gone, ABSENT, other, KEPT), gone)

    async def move(self, leg: str, context: str) -> None:
        await self._ask(self._manager.redirect(leg, context), leg)

    async def join(self, leg: str, other: str) -> None:
        await self._ask(self._manager.set_variable(leg, OTHER_LEG_VARIABLE, other), leg)
        await self._ask(self._manager.redirect(leg, "rejoin"), leg)

    async def end(self, leg: str) -> None:
        await self._end(leg)

    async def _ask(self, request: Coroutine[Any, Any, Answer], leg: str) -> Answer | None:
        try:
            return await request
        except self._failures as error:
            log.info("not_kept", leg=leg, error=repr(error))
            return None
