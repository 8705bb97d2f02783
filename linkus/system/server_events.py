"""Records what happens to the server itself: starts and upgrades, components that stop, the database, the storage, and
the certificate. While the database takes no writes, what has happened waits in memory."""

from __future__ import annotations

import asyncio
import json
import math
import time
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError

from linkus import __version__
from linkus.event import repository
from linkus.kit.clock import local_time, now
from linkus.kit.private_files import replacing
from linkus.kit.work import unit_of_work
from linkus.lockout.blocks import shown
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event
from linkus.system.health import BRAIN
from linkus.system.ports import Part
from linkus.system.services import SystemServices
from linkus.system.storage import MEGABYTE, Room, StorageState

log = structlog.get_logger("server_events")
LOOK_SECONDS = 10.0
RETRY_SECONDS = 5.0  # until a write is tried again
RECOVERY_SECONDS = 600.0  # of enough room, until it is told
CERTIFICATE_SECONDS = 6 * 3600.0
REMINDER_DAYS = (0, 1, 3, 7, 14, 30)
MAX_VERSION_CHARACTERS = 40
MAX_DETAIL_CHARACTERS = 200  # of what a program wrote last
_STORAGE_KINDS = (EventKind.STORAGE_NEARLY_FULL, EventKind.STORAGE_RECOVERED)


@dataclass(frozen=True)
class Happened:
    """Describes an event that is not in the database yet."""

    kind: EventKind
    params: dict[str, Any]
    bundle: str = ""
    restarts: int = 0  # of a component, so far


@dataclass(frozen=True)
class ServerCertificate:
    path: Path
    not_after: datetime


@dataclass(frozen=True)
class LastRun:
    """Holds what the last run of this server has left in its folder."""

    version: str
    ended: bool  # in good order
    restarts: dict[str, int] = field(default_factory=dict)  # of each component, as far as they were told


def start_event(last: LastRun | None) -> Happened:
    """Return the event of a start. Pure."""
    if last is not None and last.version != __version__:
        return Happened(EventKind.SERVER_UPGRADED, {"before": last.version, "version": __version__})
    how = "first" if last is None else "clean" if last.ended else "unclean"
    return Happened(EventKind.SERVER_STARTED, {"version": __version__, "how_code": f"event_start_{how}"})


def restart_event(part: Part) -> Happened:
    """Return the event of a component that has stopped. Pure."""
    params = {
        "part_code": f"event_part_{part.name}",
        "reason_code": f"part_{part.reason or 'ended'}",
        "detail": shown(part.detail, MAX_DETAIL_CHARACTERS),
    }
    return Happened(EventKind.COMPONENT_RESTARTED, params, bundle=part.name, restarts=part.restarts)


def storage_event(told: Room, state: StorageState, home: Path) -> Happened | None:
    """Return the event of a change: less room than was told of, or enough again. Pure."""
    params = {"home": str(home), "megabytes": state.free_bytes // MEGABYTE, "room": state.room.value}
    if state.room is Room.ENOUGH:
        return None if told is Room.ENOUGH else Happened(EventKind.STORAGE_RECOVERED, params)
    if told in (Room.FULL, state.room):
        return None
    return Happened(EventKind.STORAGE_NEARLY_FULL, params | {"reason_code": f"storage_{state.room}"})


def reminder_of(not_after: datetime, moment: datetime) -> int | None:
    """Return which reminder of a certificate is due, by the days that it names at most; None if none is. Pure."""
    days = (not_after - moment).total_seconds() / 86400
    return next((reminder for reminder in REMINDER_DAYS if days <= reminder), None)


def certificate_event(certificate: ServerCertificate, moment: datetime, told: dict[str, Any]) -> Happened | None:
    """Return the event of a reminder that is due. `told`: the parameters of the last one. Pure."""
    reminder = reminder_of(certificate.not_after, moment)
    expires = local_time(certificate.not_after)
    if reminder is None or (told.get("expires"), told.get("reminder")) == (expires, reminder):
        return None
    params = {
        "path": str(certificate.path),
        "expires": expires,
        "reminder": reminder,
        "days": max(0, (certificate.not_after - moment).days),
        "remaining_code": "event_certificate_days" if certificate.not_after > moment else "event_certificate_expired",
    }
    return Happened(EventKind.CERTIFICATE_EXPIRING, params)


async def _periodically(look: Callable[[], Awaitable[None]], seconds: float) -> None:
    """Look again and again. A database that does not answer is looked at by others, and asked again."""
    while True:
        try:
            await look()
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("server_not_looked_at", error=str(error))
        await asyncio.sleep(seconds)


class ServerEvents:
    """Watches the server while it runs. `certificate` reads the administrator's own certificate, if there is one."""

    def __init__(self, services: SystemServices, certificate: Callable[[], ServerCertificate | None]) -> None:
        self._services = services
        self._certificate = certificate
        self._waiting: asyncio.Queue[Happened] = asyncio.Queue()
        self._restarts = {part.name: part.restarts for part in services.engine_status.parts}
        self._told_restarts: dict[str, int] = {}
        self._failing_since: tuple[datetime, str] | None = None
        self._told_room: Room | None = None
        self._short_at = -math.inf  # when there was last too little room
        self._begun = False
        self._last_run = services.settings.home / "last-run.json"

    async def run(self) -> None:
        unsubscribe = self._services.engine_status.subscribe(self._part_changed)
        try:
            self._begin()
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._record())
                tasks.create_task(_periodically(self.look_at_storage, LOOK_SECONDS))
                tasks.create_task(_periodically(self.look_at_certificate, CERTIFICATE_SECONDS))
        finally:
            unsubscribe()

    def _begin(self) -> None:
        """Tell of the start. A control server that the supervisor has started again was not started by anybody: it
        tells of all components that have stopped since the last one that was told."""
        if self._begun:
            return
        self._begun = True
        parts, last = self._services.engine_status.parts, self._read_last_run()
        if any(part.name == BRAIN and part.restarts for part in parts):
            self._told_restarts = {} if last is None else last.restarts
            for part in parts:
                if part.restarts > self._told_restarts.get(part.name, 0):
                    self._waiting.put_nowait(restart_event(part))
        else:
            self._waiting.put_nowait(start_event(last))
        self._write_last_run(ended=False)

    async def end(self) -> None:
        self._write_last_run(ended=True)

    def _read_last_run(self) -> LastRun | None:
        try:
            stored = json.loads(self._last_run.read_text("utf-8"))
            restarts = {str(name): int(count) for name, count in stored.get("restarts", {}).items()}
            return LastRun(shown(str(stored["version"]), MAX_VERSION_CHARACTERS), bool(stored["ended"]), restarts)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):  # damaged, as by a power cut
            return LastRun(__version__, ended=False)

    def _write_last_run(self, *, ended: bool) -> None:
        try:
            with replacing(self._last_run, durable=True) as fresh:
                fresh.write_text(json.dumps(asdict(LastRun(__version__, ended, self._told_restarts))), "utf-8")
        except OSError as error:  # a full disk must not keep the server from starting
            log.warning("last_run_not_written", error=str(error))

    def _part_changed(self, part: Part) -> None:
        known, self._restarts[part.name] = self._restarts.get(part.name, 0), part.restarts
        if part.restarts > known and part.name != BRAIN:
            self._waiting.put_nowait(restart_event(part))

    async def _record(self) -> None:
        while True:
            happened = await self._waiting.get()
            recorded = False
            while not recorded:
                recorded = await self._try_to_record(happened)
                if not recorded:
                    await asyncio.sleep(RETRY_SECONDS)
            if happened.restarts:
                self._told_restarts[happened.bundle] = happened.restarts
                self._write_last_run(ended=False)

    async def _try_to_record(self, happened: Happened) -> bool:
        try:
            async with unit_of_work(self._services) as work:
                await record_event(work, happened.kind, happened.params, bundle=happened.bundle)
        except (SQLAlchemyError, OSError, TimeoutError) as error:
            log.warning("server_event_waits", kind=happened.kind, error=str(error))
            return False
        return True

    async def look_at_storage(self) -> None:
        """Compare the storage with what was told of it."""
        state = self._services.storage.state
        self._look_at_database(state)
        is_known = state.free_bytes > 0 or state.room is not Room.ENOUGH
        if state.failure is not None or not is_known:
            return
        if self._told_room is None:
            self._told_room = await self._room_told_before()
        if state.room is not Room.ENOUGH:
            self._short_at = time.monotonic()
        event = storage_event(self._told_room, state, self._services.settings.home)
        # at the limit, files come and go: a mail each time would be a flood
        is_brief = state.room is Room.ENOUGH and time.monotonic() - self._short_at < RECOVERY_SECONDS
        if event is not None and not is_brief:
            self._told_room = state.room
            self._waiting.put_nowait(event)

    def _look_at_database(self, state: StorageState) -> None:
        if state.failure is not None:
            self._failing_since = self._failing_since or (now(), state.failure.value)
        elif self._failing_since is not None:
            since, failure = self._failing_since
            self._failing_since = None
            params = {
                "since": local_time(since, seconds=True),
                "until": local_time(now(), seconds=True),
                "reason_code": f"event_database_{failure}",  # it is over: no advice
            }
            self._waiting.put_nowait(Happened(EventKind.DATABASE_UNAVAILABLE, params, bundle="database"))

    async def _room_told_before(self) -> Room:
        async with self._services.database.transaction(write=False) as db:
            latest = await repository.latest(db, _STORAGE_KINDS)
        return Room.ENOUGH if latest is None else Room(latest.params["room"])

    async def look_at_certificate(self) -> None:
        """Remind of a certificate that expires, once for each number of days."""
        certificate = await asyncio.to_thread(self._certificate)
        if certificate is None:
            return
        async with self._services.database.transaction(write=False) as db:
            latest = await repository.latest(db, (EventKind.CERTIFICATE_EXPIRING,))
        event = certificate_event(certificate, now(), {} if latest is None else latest.params)
        if event is not None:
            self._waiting.put_nowait(event)
