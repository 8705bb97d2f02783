"""Keeps the live calls in step with the core: by its events, lists of channels and, after an absence, its journal."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta

import structlog

from linkus.call.live.call_control import CallControl
from linkus.call.live.calls import Calls
from linkus.call.live.core_events import apply, happened_at, leg_of
from linkus.call.live.core_legs import CoreLegs
from linkus.call.live.replay import replay
from linkus.call.live.tracker import RESYNC_GRACE, Tracker
from linkus.call.records.journal import CoreJournal
from linkus.call.types import Cause
from linkus.engine import core_events as core
from linkus.engine.asterisk import CoreError, CoreManager
from linkus.kit.clock import now

log = structlog.get_logger("call")
RESYNC_SECONDS = 60.0
TICK_SECONDS = 1.0  # pages that nobody is left in are looked for at least this often
ALIVE_MARK_SECONDS = 1.0


async def follow(calls: Calls, manager: CoreManager, core_journal: CoreJournal) -> None:
    """Apply events and channel lists in one reader, in the order in which the core sent them."""

    control = CallControl(manager)
    calls.end_channel = control.end_channel
    calls.keeping.core = CoreLegs(manager, control.end_channel, (CoreError, TimeoutError))
    if manager.connected:  # events were lost when this failed the last time
        await _catch_up(calls, manager, core_journal)
    next_resync = now() + timedelta(seconds=RESYNC_SECONDS)
    async for event in _with_ticks(manager.events(), TICK_SECONDS):
        if isinstance(event, core.Lost):
            calls.in_step = False
        elif isinstance(event, core.Connected):
            await _catch_up(calls, manager, core_journal)
        elif event is None:
            if now() >= next_resync:
                next_resync = now() + timedelta(seconds=RESYNC_SECONDS)
                await _resync(calls, manager, now())
        else:
            calls.take(apply(calls, event, happened_at(event)))
            if isinstance(event, core.DialEnd) and event.status == "ANSWER":
                # two telephones on one desk in the same page would cause acoustic feedback
                for leg in calls.tracker.others_of_member(event.called.name):
                    await control.end_channel(leg, Cause.ANSWERED_ELSEWHERE)
        for caller in calls.tracker.deserted_pages(now()):
            await control.end_page(caller)


async def _with_ticks(events: AsyncIterator[core.CoreEvent], seconds: float) -> AsyncIterator[core.CoreEvent | None]:
    """Yield the events, and None every `seconds`, however many events arrive."""
    loop = asyncio.get_running_loop()
    coming: asyncio.Future[core.CoreEvent] = asyncio.ensure_future(anext(events))
    tick = loop.time() + seconds
    try:
        while True:
            done, _ = await asyncio.wait({coming}, timeout=max(0.0, tick - loop.time()))
            if loop.time() >= tick:
                tick = loop.time() + seconds
                yield None
            if done:
                event = coming.result()
                coming = asyncio.ensure_future(anext(events))
                yield event
    finally:
        coming.cancel()


async def _catch_up(calls: Calls, manager: CoreManager, core_journal: CoreJournal) -> None:
    """Begin from the core's journal, as if no event had been missed. A call that no longer exists ended with its
    core."""
    last_alive = core_journal.last_alive()
    entries = await asyncio.to_thread(core_journal.read)
    known_calls = calls.tracker.calls()
    if entries and all(call.started_at >= entries[0].at for call in known_calls):  # otherwise we know more about some
        tracker = Tracker()
        changes = list(replay(tracker, entries))
        calls.restore(tracker, changes)
    else:
        calls.tracker.forget_ended()  # a restarted core numbers its channels from the beginning
    last_entry_at = entries[-1].at if entries else None
    ended_at = max((at for at in (last_alive, last_entry_at) if at is not None), default=now())
    # a channel exists before its plan request: a call that is not in the list has ended, however young
    await _resync(calls, manager, ended_at, grace=timedelta(0))


async def _resync(calls: Calls, manager: CoreManager, ended_at: datetime, *, grace: timedelta = RESYNC_GRACE) -> None:
    """Compare with the core's list of channels. Channels that are not in the list ended at `ended_at`."""
    if not manager.connected:
        return
    asked_at = now()
    try:
        channels = await manager.channels()
    except (CoreError, TimeoutError) as error:
        log.warning("channels_not_read", error=repr(error))
        return
    calls.take(calls.tracker.resync([leg_of(channel) for channel in channels], asked_at, ended_at, grace=grace))
    calls.in_step = True


async def keep_journal(calls: Calls, manager: CoreManager, core_journal: CoreJournal) -> None:
    """Record that the core is alive, and rotate its journal."""
    while True:
        await asyncio.sleep(ALIVE_MARK_SECONDS)
        if manager.connected and calls.in_step:
            core_journal.mark_alive()
            core_journal.rotate(is_quiet=not calls.tracker.calls() and calls.ended.empty())
