"""The event log tells what happens to the server itself: starts, stopped components, database, storage, certificate."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import OperationalError

from linkus import __version__
from linkus.engine.programs import PART_NAMES
from linkus.engine.status import EngineStatus, PartState, PartStateName, Reason
from linkus.kit.database_failure import DatabaseFailure
from linkus.shared.event_log.kinds import EventKind
from linkus.system import server_events
from linkus.system.server_events import (
    REMINDER_DAYS,
    LastRun,
    ServerCertificate,
    ServerEvents,
    certificate_event,
    reminder_of,
    restart_event,
    start_event,
    storage_event,
)
from linkus.system.storage import MEGABYTE, Room, StorageState
from tests.support.api import Server

HOME = Path("/var/lib/linkus")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestStart:
    @pytest.mark.parametrize(
        ("last", "kind", "how"),
        [
            (None, EventKind.SERVER_STARTED, "event_start_first"),
            (LastRun(__version__, ended=True), EventKind.SERVER_STARTED, "event_start_clean"),
            (LastRun(__version__, ended=False), EventKind.SERVER_STARTED, "event_start_unclean"),
            (LastRun("0.0.1", ended=False), EventKind.SERVER_UPGRADED, None),
        ],
    )
    def test_how_the_server_was_stopped_before(self, last: LastRun | None, kind: EventKind, how: str | None) -> None:
        event = start_event(last)
        assert (event.kind, event.params.get("how_code")) == (kind, how)


class TestStorage:
    @pytest.mark.parametrize(
        ("told", "room", "kind"),
        [
            (Room.ENOUGH, Room.ENOUGH, None),
            (Room.ENOUGH, Room.NEARLY_FULL, EventKind.STORAGE_NEARLY_FULL),
            (Room.NEARLY_FULL, Room.NEARLY_FULL, None),
            (Room.NEARLY_FULL, Room.FULL, EventKind.STORAGE_NEARLY_FULL),
            (Room.FULL, Room.FULL, None),
            (Room.FULL, Room.NEARLY_FULL, None),
            (Room.NEARLY_FULL, Room.ENOUGH, EventKind.STORAGE_RECOVERED),
            (Room.FULL, Room.ENOUGH, EventKind.STORAGE_RECOVERED),
        ],
    )
    def test_less_room_is_told_once_and_enough_again(self, told: Room, room: Room, kind: EventKind | None) -> None:
        event = storage_event(told, StorageState(room, 100 * MEGABYTE), HOME)
        assert (None if event is None else event.kind) == kind


class TestCertificate:
    @pytest.mark.parametrize(
        ("days", "reminder"), [(31, None), (30, 30), (14.5, 30), (14, 14), (2, 3), (0.5, 1), (0, 0), (-9, 0)]
    )
    def test_examples(self, days: float, reminder: int | None) -> None:
        assert reminder_of(NOON + timedelta(days=days), NOON) == reminder

    def test_each_reminder_is_told_once_and_a_new_certificate_anew(self) -> None:
        certificate = ServerCertificate(Path("/etc/cert.pem"), NOON + timedelta(days=20))
        first = certificate_event(certificate, NOON, {})
        assert first is not None
        assert (first.params["days"], first.params["remaining_code"]) == (20, "event_certificate_days")
        assert certificate_event(certificate, NOON + timedelta(days=1), first.params) is None
        assert certificate_event(certificate, NOON + timedelta(days=7), first.params) is not None
        other = ServerCertificate(certificate.path, NOON + timedelta(days=25))
        assert certificate_event(other, NOON, first.params) is not None

    def test_expired(self) -> None:
        event = certificate_event(ServerCertificate(HOME, NOON), NOON + timedelta(days=3), {})
        assert event is not None
        assert (event.params["days"], event.params["remaining_code"]) == (0, "event_certificate_expired")

    @given(st.integers(1, 400))
    def test_whoever_looks_daily_tells_no_reminder_twice(self, days: int) -> None:
        certificate, told, reminders = ServerCertificate(HOME, NOON + timedelta(days=days)), dict[str, Any](), []
        for day in range(days + 10):
            event = certificate_event(certificate, NOON + timedelta(days=day), told)
            if event is not None:
                told = event.params
                reminders.append(told["reminder"])
        assert reminders == [
            reminder for reminder in reversed(REMINDER_DAYS) if reminder <= days or reminder == reminders[0]
        ]


def stopped(name: str, restarts: int, reason: Reason = Reason.KILLED, detail: str = "SIGKILL") -> PartState:
    return PartState(name, PartStateName.RESTARTING, restarts=restarts, reason=reason, detail=detail)


def test_what_a_program_wrote_is_shown_short_and_printable() -> None:
    event = restart_event(stopped("asterisk", 1, Reason.EXITED, "\u202e\n" + "x" * 500))
    assert event.params["detail"] == "x" * 200


@contextlib.asynccontextmanager
async def watching(server: Server, certificate: ServerCertificate | None = None) -> AsyncIterator[ServerEvents]:
    server.services.engine_status = EngineStatus(PART_NAMES)
    async with watched_again(server, certificate) as events:
        yield events


@contextlib.asynccontextmanager
async def watched_again(server: Server, certificate: ServerCertificate | None = None) -> AsyncIterator[ServerEvents]:
    events = ServerEvents(server.services, lambda: certificate)
    running = asyncio.create_task(events.run())
    await asyncio.sleep(0)
    try:
        yield events
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def logged(admin: httpx.AsyncClient, count: int) -> list[dict[str, Any]]:
    """Return the events, oldest first, once there are `count`."""
    async with asyncio.timeout(10):
        while True:
            items = (await admin.get("/api/v1/admin/events")).json()["items"]
            if len(items) >= count:
                assert len(items) == count
                return list(reversed(items))
            await asyncio.sleep(0.05)


def engine(server: Server) -> EngineStatus:
    status = server.services.engine_status
    assert isinstance(status, EngineStatus)
    return status


async def test_start_is_told_and_how_the_last_run_ended(server: Server, admin: httpx.AsyncClient) -> None:
    async with watching(server) as events:
        await logged(admin, 1)
        await events.end()
    async with watching(server):
        await logged(admin, 2)
    async with watching(server):
        first, clean, unclean = await logged(admin, 3)
    assert (first["kind"], first["level"], first["category"]) == ("server_started", "info", "system")
    assert first["text"] == f"Linkus 服务器 {__version__} 已启动。这是首次启动。"
    assert clean["text"].endswith("上次已正常停止。")
    assert unclean["text"].endswith("上次没有正常停止，可能断电或被强制终止。")


@pytest.mark.parametrize("content", ["[]", "", "\0" * 50, "[" * 100_000, '{"version": "1"}'])
async def test_damaged_note_of_the_last_run_tells_of_a_bad_end(
    server: Server, admin: httpx.AsyncClient, content: str
) -> None:
    (server.services.settings.home / "last-run.json").write_text(content)
    async with watching(server):
        [event] = await logged(admin, 1)
    assert event["params"]["how_code"] == "event_start_unclean"


async def test_version_in_the_note_of_the_last_run_is_short_and_printable(
    server: Server, admin: httpx.AsyncClient
) -> None:
    note = {"version": "\0" + "9" * 5000, "ended": True}  # PostgreSQL stores no NUL, and all later events would wait
    (server.services.settings.home / "last-run.json").write_text(json.dumps(note))
    async with watching(server):
        [event] = await logged(admin, 1)
    assert event["params"]["before"] == "9" * 40


async def test_component_that_stops_is_told_and_its_further_stops_are_counted(
    server: Server, admin: httpx.AsyncClient
) -> None:
    async with watching(server):
        await logged(admin, 1)
        engine(server).set(stopped("asterisk", 1))
        engine(server).set(PartState("asterisk", PartStateName.READY, restarts=1))
        engine(server).set(stopped("asterisk", 2))
        engine(server).set(stopped("kamailio", 1, Reason.NOT_ANSWERING, ""))
        _start, core, edge = await logged(admin, 3)
    assert (core["kind"], core["level"], core["repeats"]) == ("component_restarted", "warning", 1)
    assert core["text"] == "通话核心（Asterisk）停止运行，正在自动重新启动。程序被信号终止：SIGKILL"
    assert "SIP 边缘（Kamailio）" in edge["text"]


async def test_control_server_that_was_started_again_tells_so(server: Server, admin: httpx.AsyncClient) -> None:
    server.services.engine_status = EngineStatus(PART_NAMES)
    engine(server).set(stopped("linkus", 1))
    async with watched_again(server):
        [event] = await logged(admin, 1)
    assert event["text"].startswith("控制服务器（linkus）停止运行")


async def test_control_server_that_was_started_again_tells_what_stopped_meanwhile(
    server: Server, admin: httpx.AsyncClient
) -> None:
    async with watching(server):
        engine(server).set(stopped("asterisk", 1))
        await logged(admin, 2)
    for part in (stopped("asterisk", 1), stopped("kamailio", 2), stopped("linkus", 1)):
        engine(server).set(part)
    async with watched_again(server):
        events = await logged(admin, 4)
    assert {event["params"].get("part_code") for event in events[2:]} == {"event_part_kamailio", "event_part_linkus"}
    assert [event["repeats"] for event in events] == [0] * 4


async def test_storage_is_told_once_over_restarts(
    server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_events, "LOOK_SECONDS", 0.02)
    monkeypatch.setattr(server_events, "RECOVERY_SECONDS", 0.1)
    low = StorageState(Room.NEARLY_FULL, 500 * MEGABYTE)
    server.services.storage.state = low
    for _ in range(2):
        async with watching(server):
            await asyncio.sleep(0.3)
    server.services.storage.state = replace(low, room=Room.ENOUGH, free_bytes=5000 * MEGABYTE)
    async with watching(server):
        await asyncio.sleep(0.3)
    told = [item for item in await logged(admin, 5) if item["kind"].startswith("storage")]
    assert [item["kind"] for item in told] == ["storage_nearly_full", "storage_recovered"]
    assert told[0]["level"] == "alert"
    assert "仅剩 500 MB" in told[0]["text"]


async def test_room_that_comes_and_goes_is_told_once(server: Server, admin: httpx.AsyncClient) -> None:
    async with watching(server) as events:
        await logged(admin, 1)
        for room in (Room.NEARLY_FULL, Room.ENOUGH) * 5:
            server.services.storage.state = StorageState(room, 1000 * MEGABYTE)
            await events.look_at_storage()
        await asyncio.sleep(0.5)
        kinds = [event["kind"] for event in await logged(admin, 2)]
    assert kinds == ["server_started", "storage_nearly_full"]


async def test_database_that_fails_again_and_again_is_counted(server: Server, admin: httpx.AsyncClient) -> None:
    async with watching(server) as events:
        await logged(admin, 1)
        for failure in (DatabaseFailure.UNREACHABLE, None) * 5:
            server.services.storage.state = StorageState(Room.ENOUGH, 5000 * MEGABYTE, failure)
            await events.look_at_storage()
        async with asyncio.timeout(10):
            while (await logged(admin, 2))[1]["repeats"] < 4:
                await asyncio.sleep(0.05)


async def test_outage_of_the_database_is_told_when_it_is_over(
    server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_events, "LOOK_SECONDS", 0.02)
    async with watching(server):
        server.services.storage.state = StorageState(Room.ENOUGH, 5000 * MEGABYTE, DatabaseFailure.UNREACHABLE)
        await asyncio.sleep(0.1)
        server.services.storage.state = StorageState(Room.ENOUGH, 5000 * MEGABYTE)
        _start, outage = await logged(admin, 2)
    assert (outage["kind"], outage["level"]) == ("database_unavailable", "alert")
    assert "数据库没有响应。" in outage["text"]
    assert "请检查" not in outage["text"]  # it is over


async def test_what_happens_while_the_database_takes_no_writes_is_told_later(
    server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = 0
    record = server_events.record_event

    async def record_at_last(*values: Any, **more: Any) -> Any:
        nonlocal refused
        if refused < 2:
            refused += 1
            raise OperationalError("x", {}, Exception("disk full"))
        return await record(*values, **more)

    monkeypatch.setattr(server_events, "record_event", record_at_last)
    monkeypatch.setattr(server_events, "RETRY_SECONDS", 0.01)
    async with watching(server):
        engine(server).set(stopped("nginx", 1))
        kinds = [event["kind"] for event in await logged(admin, 2)]
    assert kinds == ["server_started", "component_restarted"]


async def test_own_certificate_that_expires_is_told(server: Server, admin: httpx.AsyncClient) -> None:
    certificate = ServerCertificate(Path("/etc/cert.pem"), datetime.now(UTC) + timedelta(days=9.5))
    for _ in range(2):
        async with watching(server, certificate):
            await asyncio.sleep(0.2)
    items = await logged(admin, 3)
    [told] = [item for item in items if item["kind"] == "certificate_expiring"]
    assert (told["level"], told["params"]["days"]) == ("warning", 9)
