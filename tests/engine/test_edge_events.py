"""Events of the edge, as they come over its socket."""

from __future__ import annotations

import asyncio
import json
import socket
import stat
from datetime import UTC, datetime
from pathlib import Path

from linkus.engine.edge_events import (
    ClientLeg,
    Counted,
    Disconnected,
    EdgeEvent,
    EdgeEvents,
    Refused,
    Registered,
    Started,
    Unregistered,
    parse,
)
from tests.engine.edge_modules import events

EventSender = events.EventSender

REGISTERED = {
    "event": "registered", "aor": "1001.web", "contact": "sip:1001.web@x.invalid;transport=ws",
    "address": "203.0.113.7", "user_agent": "Chrome", "expires": 300, "transport": "ws", "connection": 7,
}  # fmt: skip


def line(**fields: object) -> bytes:
    return json.dumps(fields).encode()


class TestParse:
    def test_registered(self) -> None:
        event = parse(line(**REGISTERED))
        assert isinstance(event, Registered)
        assert event.websocket == 7
        phone = parse(line(**{**REGISTERED, "transport": "udp", "connection": 0}))
        assert isinstance(phone, Registered)
        assert phone.websocket is None

    def test_events_are_parsed_by_kind(self) -> None:
        assert parse(line(event="disconnected", aor="1001.web", connection=7)) == Disconnected(
            event="disconnected", aor="1001.web", connection=7
        )
        leg = parse(line(event="leg", call="c1", aor="1001.web", contact="sip:a@x.invalid;transport=ws"))
        assert isinstance(leg, ClientLeg)
        event = parse(line(event="refused", aor="", address="203.0.113.9", reason="flood"))
        assert isinstance(event, Refused)

    def test_event_is_refused_when_malformed(self) -> None:
        for data in (b"", b"\xff", b"{}", b"[]", line(event="other"), line(event="registered", aor="1001.web")):
            assert parse(data) is None


class TestListener:
    async def test_a_start_is_heard_once_until_it_is_forgotten(self) -> None:
        heard: list[EdgeEvent] = []
        listener = EdgeEvents(heard.append)
        for instance in ("a", "a", "b", "b"):
            listener.take(line(event="started", instance=instance))
        assert [event.instance for event in heard if isinstance(event, Started)] == ["a", "b"]
        listener.forget_start()
        listener.take(line(event="started", instance="b"))
        assert len(heard) == 3

    async def test_listener_goes_on_when_a_handler_fails(self) -> None:
        heard: list[EdgeEvent] = []

        def handle(event: EdgeEvent) -> None:
            heard.append(event)
            raise ZeroDivisionError

        listener = EdgeEvents(handle)
        for _ in range(2):
            listener.take(line(**REGISTERED))
        assert len(heard) == 2

    async def test_events_arrive_over_the_socket(self, tmp_path: Path) -> None:
        heard: asyncio.Queue[EdgeEvent] = asyncio.Queue()
        path = tmp_path / "brain.sock"
        listener = await EdgeEvents.listen(path, heard.put_nowait)
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        whole = line(event="unregistered", aor="1001.web", contact="sip:x") + b"\n"
        with connected(path) as first, connected(path) as second:
            first.sendall(b"nonsense\n" + whole + whole[:20])
            second.sendall(line(event="unregistered", aor="1002.web", contact="sip:x") + b"\n")
            first.sendall(whole[20:])
            aors = [str(getattr(await asyncio.wait_for(heard.get(), 2), "aor", "")) for _ in range(3)]
        assert sorted(aors) == ["1001.web", "1001.web", "1002.web"]
        with connected(path) as third:
            third.sendall(whole[:20])  # and closes: no event comes
        await asyncio.sleep(0.05)
        assert heard.empty()
        listener.close()

    async def test_listener_drops_a_line_without_an_end(self, tmp_path: Path) -> None:
        listener = await EdgeEvents.listen(tmp_path / "brain.sock", lambda _: None)
        with connected(tmp_path / "brain.sock") as sender:
            await asyncio.to_thread(send_until_closed, sender)
        listener.close()


def connected(path: Path) -> socket.socket:
    wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    wire.connect(str(path))
    wire.settimeout(5)
    return wire


def send_until_closed(sender: socket.socket) -> None:
    for _ in range(1000):
        try:
            sender.sendall(b"x" * 4096)
        except (BrokenPipeError, ConnectionResetError):
            return
    raise AssertionError("the listener keeps what never ends")


class TestEventSender:
    """The edge's end of the socket."""

    async def test_events_arrive_after_a_restart_of_the_brain(self, tmp_path: Path) -> None:
        heard: asyncio.Queue[EdgeEvent] = asyncio.Queue()
        path = tmp_path / "brain.sock"
        telling = EventSender(str(path))
        assert not telling.started()  # no listener yet
        listener = await EdgeEvents.listen(path, heard.put_nowait)
        assert telling.unregistered("1001.web", "sip:x")
        await asyncio.wait_for(heard.get(), 2)
        listener.close()
        await asyncio.sleep(0.05)
        assert not telling.unregistered("1002.web", "sip:x")
        listener = await EdgeEvents.listen(path, heard.put_nowait)
        assert telling.unregistered("1003.web", "sip:x")
        event = await asyncio.wait_for(heard.get(), 2)
        assert isinstance(event, Unregistered)
        assert event.aor == "1003.web"
        # a new brain takes over the path while the old connection is open: nothing is lost either
        listener.close()
        listener = await EdgeEvents.listen(path, heard.put_nowait)
        await asyncio.sleep(0.05)
        assert telling.unregistered("1004.web", "sip:x")
        assert getattr(await asyncio.wait_for(heard.get(), 2), "aor", "") == "1004.web"
        telling.close()
        listener.close()

    async def test_counters_name_the_start_of_counting(self, tmp_path: Path) -> None:
        heard: asyncio.Queue[EdgeEvent] = asyncio.Queue()
        path = tmp_path / "brain.sock"
        before = datetime.now(UTC)
        telling = EventSender(str(path))
        after = datetime.now(UTC)
        for _ in range(2):  # after a restart, the brain gets the same start time
            listener = await EdgeEvents.listen(path, heard.put_nowait)
            assert telling.counters({"fault": 1})
            event = await asyncio.wait_for(heard.get(), 2)
            assert isinstance(event, Counted)
            assert before <= event.since <= after
            listener.close()
            await asyncio.sleep(0.05)
        telling.close()

    async def test_sender_never_waits_for_a_brain_that_hangs(self, tmp_path: Path) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as deaf:
            deaf.bind(str(tmp_path / "brain.sock"))
            deaf.listen(1)
            telling = EventSender(str(tmp_path / "brain.sock"))
            sent = [telling.unregistered("1001.web", "sip:" + "x" * 1000) for _ in range(1000)]
            assert sent[0]
            assert not sent[-1]
            telling.close()
