"""Events of the edge, as they come over UDP."""

from __future__ import annotations

import asyncio
import json
import socket

from linkus.engine.edge_events import (
    ClientLeg,
    Disconnected,
    EdgeEvent,
    EdgeEvents,
    Refused,
    Registered,
    Started,
    parse,
)

REGISTERED = {
    "event": "registered", "aor": "1001.web", "contact": "sip:1001.web@x.invalid;transport=ws",
    "address": "203.0.113.7", "user_agent": "Chrome", "expires": 300, "transport": "ws", "connection": 7,
}  # fmt: skip


def datagram(**fields: object) -> bytes:
    return json.dumps(fields).encode()


class TestParse:
    def test_registered(self) -> None:
        event = parse(datagram(**REGISTERED))
        assert isinstance(event, Registered)
        assert event.websocket == 7
        phone = parse(datagram(**{**REGISTERED, "transport": "udp", "connection": 0}))
        assert isinstance(phone, Registered)
        assert phone.websocket is None

    def test_others(self) -> None:
        assert parse(datagram(event="disconnected", aor="1001.web", connection=7)) == Disconnected(
            event="disconnected", aor="1001.web", connection=7
        )
        leg = parse(datagram(event="leg", call="c1", aor="1001.web", contact="sip:a@x.invalid;transport=ws"))
        assert isinstance(leg, ClientLeg)
        event = parse(datagram(event="refused", aor="", address="203.0.113.9", reason="flood"))
        assert isinstance(event, Refused)

    def test_nonsense(self) -> None:
        for data in (b"", b"\xff", b"{}", b"[]", datagram(event="other"), datagram(event="registered", aor="1001.web")):
            assert parse(data) is None


class TestListener:
    async def test_a_start_is_heard_once_until_it_is_forgotten(self) -> None:
        heard: list[EdgeEvent] = []
        listener = EdgeEvents(heard.append)
        for instance in ("a", "a", "b", "b"):
            listener.datagram_received(datagram(event="started", instance=instance), ("127.0.0.1", 1))
        assert [event.instance for event in heard if isinstance(event, Started)] == ["a", "b"]
        listener.forget_start()
        listener.datagram_received(datagram(event="started", instance="b"), ("127.0.0.1", 1))
        assert len(heard) == 3

    async def test_one_that_cannot_be_handled_does_not_keep_the_next_from_being_heard(self) -> None:
        heard: list[EdgeEvent] = []

        def handle(event: EdgeEvent) -> None:
            heard.append(event)
            raise ZeroDivisionError

        listener = EdgeEvents(handle)
        for _ in range(2):
            listener.datagram_received(datagram(**REGISTERED), ("127.0.0.1", 1))
        assert len(heard) == 2

    async def test_over_a_socket(self) -> None:
        heard: asyncio.Queue[EdgeEvent] = asyncio.Queue()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.bind(("127.0.0.1", 0))
            port = sender.getsockname()[1]
        listener = await EdgeEvents.listen("127.0.0.1", port, heard.put_nowait)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"nonsense", ("127.0.0.1", port))
            sender.sendto(datagram(event="unregistered", aor="1001.web", contact="sip:x"), ("127.0.0.1", port))
        event = await asyncio.wait_for(heard.get(), 2)
        assert event.event == "unregistered"
        listener.close()
