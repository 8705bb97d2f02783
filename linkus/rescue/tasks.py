"""Recovers calls after a part has died: restores their media, and ends the legs that the core has lost."""

from __future__ import annotations

import asyncio
import functools
import time

import structlog
from tenacity import stop_after_delay

from linkus.engine.asterisk import CoreError, CoreManager
from linkus.engine.edge_dialogs import Dialog
from linkus.engine.kamailio import Edge, EdgeError
from linkus.engine.keys import read_key
from linkus.engine.layout import layout_of
from linkus.engine.status import PartStateName
from linkus.kit.addresses import in_url
from linkus.kit.background import Task
from linkus.kit.retry import retry
from linkus.kit.settings import CORE_AMI_PORT, CORE_SIP_PORT, EDGE_RPC_PORT
from linkus.rescue.rules import lost_with_core
from linkus.system.ports import EngineParts, Part
from linkus.system.services import SystemServices

log = structlog.get_logger("rescue")
MAX_CONCURRENT_REQUESTS = 16
RETRY_SECONDS = 0.5
RETRY_FOR_SECONDS = 20.0
UNANSWERED_SECONDS = 180.0  # a call may ring this long, and needs its media afterwards


def tasks(services: SystemServices) -> list[Task]:
    settings = services.settings
    if settings.engine == "off":
        return []
    keys = layout_of(settings).keys
    edge = Edge.at(settings.internal_host, EDGE_RPC_PORT, keys)
    core = CoreManager(settings.internal_host, CORE_AMI_PORT, read_key(keys, "ami_secret"), hears_calls=False)
    services.on_close.append(edge.close)
    rescuer = Rescuer(edge, core, f"{in_url(settings.internal_host)}:{CORE_SIP_PORT}")
    return [core.run, rescuer.end_what_an_earlier_core_left, functools.partial(rescuer.follow, services.engine_status)]


class Rescuer:
    def __init__(self, edge: Edge, core: CoreManager, core_address: str) -> None:
        self._edge = edge
        self._core = core
        self._core_address = core_address

    async def follow(self, engine: EngineParts) -> None:
        """React to the state changes of the parts that the supervisor reports."""
        changes: asyncio.Queue[Part] = asyncio.Queue()
        restarts = {part.name: part.restarts for part in engine.parts}
        unsubscribe = engine.subscribe(changes.put_nowait)
        try:
            async with asyncio.TaskGroup() as group:
                while True:
                    part = await changes.get()
                    if part.name == "asterisk" and part.pid is None and part.state != PartStateName.STARTING:
                        group.create_task(self.end_dialogs(time.time()))
                    is_new = part.state == PartStateName.READY and part.restarts > restarts.get(part.name, 0)
                    if part.name == "rtpengine" and is_new:
                        restarts[part.name] = part.restarts
                        group.create_task(self.restore_media())
        finally:
            unsubscribe()

    # ------------------------------------------------------------------ the core has died
    async def end_what_an_earlier_core_left(self) -> None:
        """At each connection to the core, end the legs that are older than the core. Only the edge still knows them."""
        while True:
            await self._core.wait_connected()
            connected_at = time.time()
            try:
                if (started_at := await self._started_at(connected_at)) is not None:
                    await self.end_dialogs(started_at)
            except (CoreError, TimeoutError) as error:
                log.warning("core_start_unknown", error=repr(error))
            await self._core.wait_lost()

    async def _started_at(self, connected_at: float) -> float | None:
        """Return when the core started. If it does not report a time and has no legs, every older leg is lost: return
        the time of our connection. Return None if it has legs."""
        try:
            return await self._core.started_at()
        except TimeoutError:
            return None if await self._core.channels() else connected_at

    async def end_dialogs(self, core_started_at: float) -> None:
        """End every leg that began before the core. Retry, because the edge itself may be starting now."""
        try:
            dialogs = await retry(
                lambda: self._edge.dialogs(self._core_address),
                (EdgeError,),
                lambda error: log.warning("dialogs_not_read", error=repr(error)),
                wait=RETRY_SECONDS,
                stop=stop_after_delay(RETRY_FOR_SECONDS),
            )
        except EdgeError:
            return  # logged at each attempt
        lost = lost_with_core(dialogs, core_started_at)
        limit = asyncio.Semaphore(MAX_CONCURRENT_REQUESTS)
        await asyncio.gather(*(self._end(dialog, limit) for dialog in lost))
        if lost:
            log.warning("legs_ended", count=len(lost))

    async def _end(self, dialog: Dialog, limit: asyncio.Semaphore) -> None:
        async with limit:
            try:
                await self._edge.end_dialog(dialog)
            except EdgeError as error:
                log.warning("leg_not_ended", call_id=dialog.call_id, error=repr(error))

    # ------------------------------------------------------------------ the media relay has died
    async def restore_media(self) -> None:
        """Make the core offer every leg its media again, so that the new relay gets all calls of the old one. A leg
        that has not been answered yet follows once it is answered."""
        try:
            await self._edge.use_media_relay()
        except EdgeError as error:
            log.warning("relay_not_enabled", error=repr(error))
        waiting: set[str] | None = None
        deadline = time.monotonic() + UNANSWERED_SECONDS
        while (waiting is None or waiting) and time.monotonic() < deadline:
            try:
                channels = {channel.name: channel for channel in await self._core.channels()}
                answered = [name for name, channel in channels.items() if channel.state == "Up"]
                due = answered if waiting is None else [name for name in answered if name in waiting]
                waiting = (channels.keys() if waiting is None else waiting & channels.keys()) - set(due)
                for name in due:
                    await self._core.refresh(name)
                if due:
                    log.info("media_offered_again", legs=len(due))
            except (CoreError, TimeoutError) as error:
                log.warning("media_not_offered", error=repr(error))
            await asyncio.sleep(RETRY_SECONDS)
