"""Ends legs and pages in the core. A failure is logged: the next comparison with the core's list shows what is left."""

from __future__ import annotations

import structlog

from linkus.call.types import Cause
from linkus.engine.asterisk import CoreError, CoreManager

log = structlog.get_logger("call")


class CallControl:
    def __init__(self, manager: CoreManager) -> None:
        self._manager = manager

    async def end_channel(self, name: str, cause: int = Cause.NORMAL) -> None:
        try:
            await self._manager.hangup(name, cause)
        except (CoreError, TimeoutError) as error:
            log.warning("not_hung_up", channel=name, error=repr(error))

    async def end_page(self, name: str) -> None:
        """Let the caller hear that nobody answers. Hang up if the core cannot redirect the caller."""
        try:
            await self._manager.redirect(name, "page-over")
        except (CoreError, TimeoutError) as error:
            log.warning("page_not_ended", channel=name, error=repr(error))
            await self.end_channel(name, Cause.NO_ANSWER)
