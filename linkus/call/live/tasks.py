"""Connects the calls with the core: takes its events, sends hang-ups, and writes records of ended calls."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from linkus.call.call_state import Change, Ended, Leg
from linkus.call.live.calls import Calls
from linkus.call.live.core_legs import CoreLegs
from linkus.call.live.tracker import GRACE, Tracker
from linkus.call.records import journal, record_writer
from linkus.call.types import TRUNK, Cause
from linkus.engine import core_events as core
from linkus.engine.asterisk import CoreError, CoreManager
from linkus.engine.edge_events import ClientLeg, EdgeEvent
from linkus.engine.keys import read_key
from linkus.engine.layout import Layout, layout_of
from linkus.engine.plan_text import plan_text
from linkus.kit.background import Task
from linkus.kit.clock import now
from linkus.kit.settings import CORE_AMI_PORT, EDGE_CORE_PORT, Settings
from linkus.kit.work import UnitOfWork
from linkus.presence.registry import split_aor

log = structlog.get_logger("call")
RESYNC_SECONDS = 60.0
MAX_BATCH = 100
RETRY_SECONDS = 2.0
ALIVE_SECONDS = 1.0
QUIET_BYTES, MAX_BYTES = 1 << 20, 64 << 20  # journal size for rotation: without calls, and with calls


def install(app: FastAPI) -> None:
    """Install the calls. This runs after presence, which the calls use."""
    settings: Settings = app.state.settings
    render = functools.partial(plan_text, internal=settings.internal_host, edge_port=EDGE_CORE_PORT)
    calls = app.state.calls = Calls(app.state.bus, app.state.presence, render)

    def hear(event: EdgeEvent) -> None:
        if isinstance(event, ClientLeg):
            calls.agents.note(event.call, event.aor, event.contact)

    app.state.edge_listeners.append(hear)


def tasks(app: FastAPI) -> list[Task]:
    settings: Settings = app.state.settings
    if settings.engine == "off":
        return [functools.partial(write_records, app)]
    manager = CoreManager(settings.internal_host, CORE_AMI_PORT, read_key(settings.home / "keys", "ami_secret"))
    core_journal = CoreJournal(layout_of(settings))
    return [
        functools.partial(write_records, app),
        manager.run,
        functools.partial(follow, app.state.calls, manager, core_journal),
        functools.partial(core_journal.keep, app.state.calls, manager),
    ]


class CoreJournal:
    """Manages the files in which the core writes what happens to calls, and the time when the core was last alive."""

    def __init__(self, layout: Layout) -> None:
        self._now, self._before = layout.core_journal, layout.core_journal.with_suffix(".1.jsonl")
        self._alive = layout.core_journal.with_name("alive")

    def read(self) -> list[journal.Entry]:
        return journal.read([self._before, self._now])

    def last_alive(self) -> datetime | None:
        """Return when a control server last saw the core alive."""
        try:
            return datetime.fromtimestamp(self._alive.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    async def keep(self, calls: Calls, manager: CoreManager) -> None:
        """Record that the core is alive. Rotate the journal: early while nothing in it is needed, and at its maximum
        size in any case."""
        while True:
            await asyncio.sleep(ALIVE_SECONDS)
            if manager.connected and calls.in_step:
                self._alive.touch()
                self._rotate(is_quiet=not calls.tracker.calls() and calls.ended.empty())

    def _rotate(self, *, is_quiet: bool) -> None:
        try:
            size = self._now.stat().st_size
        except FileNotFoundError:
            return
        if size > (QUIET_BYTES if is_quiet else MAX_BYTES):
            self._now.replace(self._before)


# ---------------------------------------------------------------------- the core's events
async def follow(calls: Calls, manager: CoreManager, core_journal: CoreJournal) -> None:
    """Apply events and channel lists in one reader, in the order in which the core sent them."""

    async def end_channel(name: str, cause: int = Cause.NORMAL) -> None:
        try:
            await manager.hangup(name, cause)
        except (CoreError, TimeoutError) as error:
            log.warning("not_hung_up", channel=name, error=repr(error))

    core_legs = CoreLegs(manager, end_channel, (CoreError, TimeoutError))

    async def end_page(name: str) -> None:
        """Let the caller hear that nobody answers. Hang up if the core cannot redirect the caller."""
        try:
            await manager.redirect(name, "page-over")
        except (CoreError, TimeoutError) as error:
            log.warning("page_not_ended", channel=name, error=repr(error))
            await end_channel(name, Cause.NO_ANSWER)

    calls.end_channel = end_channel
    calls.keeping.core = core_legs
    if manager.connected:  # events were lost when this failed the last time
        await _catch_up(calls, manager, core_journal)
    async for event in _with_ticks(manager.events(), RESYNC_SECONDS):
        if isinstance(event, core.Lost):
            calls.in_step = False
        elif isinstance(event, core.Connected):
            await _catch_up(calls, manager, core_journal)
        elif event is None:
            await _resync(calls, manager, now())
        else:
            calls.take(apply(calls, event, said_at(event)))
            if isinstance(event, core.DialEnd) and event.status == "ANSWER":
                # two telephones on one desk in the same page would cause acoustic feedback
                for leg in calls.tracker.others_of_member(event.called.name):
                    await end_channel(leg, Cause.ANSWERED_ELSEWHERE)
        for caller in calls.tracker.deserted_pages(now()):
            await end_page(caller)


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


def said_at(event: core.CoreEvent) -> datetime:
    """Return when the event happened, by the core's clock."""
    channel = getattr(event, "channel", None) or getattr(event, "called", None)
    return datetime.fromtimestamp(channel.at, UTC) if channel is not None and channel.at is not None else now()


async def _catch_up(calls: Calls, manager: CoreManager, core_journal: CoreJournal) -> None:
    """Begin from the core's journal, as if no event had been missed. A call that no longer exists ended with its
    core."""
    last_alive = core_journal.last_alive()
    entries = await asyncio.to_thread(core_journal.read)
    knew = calls.tracker.calls()
    if entries and all(call.started_at >= entries[0].at for call in knew):  # otherwise we know more about some
        tracker = Tracker()
        changes = list(journal.replay(tracker, entries))
        calls.restore(tracker, changes)
    else:
        calls.tracker.forget_gone()  # a restarted core numbers its channels from the beginning
    last_said = entries[-1].at if entries else None
    ended_at = max((each for each in (last_alive, last_said) if each is not None), default=now())
    # a channel exists before its plan request: a call that is not in the list has ended, however young
    await _resync(calls, manager, ended_at, grace=timedelta(0))


async def _resync(calls: Calls, manager: CoreManager, ended_at: datetime, *, grace: timedelta = GRACE) -> None:
    """Compare with the core's list of channels. Channels that are not in the list ended at `ended_at`."""
    if not manager.connected:
        return
    asked_at = now()
    try:
        channels = await manager.channels()
    except (CoreError, TimeoutError) as error:
        log.warning("channels_not_read", error=repr(error))
        return
    calls.take(calls.tracker.resync([leg_of(each) for each in channels], asked_at, ended_at, grace=grace))
    calls.in_step = True


def leg_of(channel: core.Channel) -> Leg:
    return Leg(
        name=channel.name,
        group=channel.linked_id,
        up=channel.state == "Up",
        first=channel.unique_id == channel.linked_id,
        call_id=channel.call,
        number=channel.user,
        kind=channel.kind,
        trunk_id=int(channel.trunk) if channel.trunk.isdecimal() else None,
        unique=channel.unique_id,
    )


def called_leg(event: core.DialBegin) -> Leg:
    """Return the called leg. The dial string names its client; a leg to a provider names itself."""
    leg = leg_of(event.called)
    if leg.kind == TRUNK:
        return leg
    number, kind = split_aor(event.aor) or ("", "")
    return replace(leg, number=number, kind=kind)


def apply(calls: Calls, event: core.CoreEvent, at: datetime) -> list[Change]:
    """Apply an event of the core to the tracker."""
    tracker = calls.tracker
    match event:
        case core.NewChannel():
            tracker.channel_begins(event.channel.name, event.channel.unique_id, at)
        case core.NewState():
            return tracker.state(event.channel.name, event.channel.state == "Up", at)
        case core.DialBegin():
            leg = called_leg(event)
            return tracker.dial_begins(leg_of(event.caller), leg, at) if event.caller else tracker.page_rings(leg)
        case core.DialEnd():
            return tracker.dial_ends(event.called.name, event.status, at)
        case core.BridgeEnter():
            calls.keeping.joined(event.channel.name)
            return tracker.bridge_entered(event.channel.name, event.bridge, at)
        case core.BridgeLeave():
            tracker.bridge_left(event.channel.name)
        case core.Held() | core.Unheld():
            return tracker.holds(event.channel.name, isinstance(event, core.Held))
        case core.Hangup():
            return tracker.hung_up(event.channel.name, event.cause, at)
        case _:
            pass  # a transfer: the events above report what it does to the legs
    return []


# ---------------------------------------------------------------------- records
async def write_records(app: FastAPI) -> None:
    """Write all calls that have ended meanwhile in one batch: SQLite writes fifty in the time of one."""
    calls: Calls = app.state.calls
    while True:
        batch = [await calls.ended.get()]
        while len(batch) < MAX_BATCH and not calls.ended.empty():
            batch.append(calls.ended.get_nowait())
        await _write(app, batch)
        for _ in batch:
            calls.ended.task_done()


async def _write(app: FastAPI, batch: list[Ended]) -> None:
    while True:
        try:
            async with app.state.database.transaction() as db:
                await record_writer.write(UnitOfWork(db, app.state.outbox, app.state.bus), batch)
        except (SQLAlchemyError, OSError) as error:
            log.error("records_not_written", count=len(batch), exc_info=error)
            await asyncio.sleep(RETRY_SECONDS)
        else:
            return
