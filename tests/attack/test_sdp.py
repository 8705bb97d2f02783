"""No SDP reaches the core past the relay: the core would send media to any address and port that it names, even to the
relay's own control port. Each test has a socket that the SDP names, and looks where the media for it comes from."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio

from tests.calls.conftest import MakePhone, MakeRtp
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain, Plan
from tests.calls.sip import Agent

RELAY_PORTS = range(10_000, 20_000)
Mangle = Callable[[str], str]


class Named(asyncio.DatagramProtocol):
    """The socket that SDP names; `ports` are those of whoever has sent to it."""

    def __init__(self) -> None:
        self.ports: set[int] = set()

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.ports.add(addr[1])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.port: int = transport.get_extra_info("sockname")[1]

    @property
    def sdp(self) -> str:
        return (
            f"v=0\r\no=- 1 1 IN IP4 {HOST}\r\ns=-\r\nc=IN IP4 {HOST}\r\nt=0 0\r\n"
            f"m=audio {self.port} RTP/AVP 0\r\na=rtpmap:0 PCMU/8000\r\n"
        )


@pytest_asyncio.fixture(loop_scope="session")
async def named() -> AsyncIterator[Named]:
    transport, protocol = await asyncio.get_running_loop().create_datagram_endpoint(Named, local_addr=(HOST, 0))
    yield protocol
    transport.close()


def says_busy(question: dict[str, str]) -> Plan:
    return {"action": "prompt", "prompt": "busy", "cause": 17, "language": "en"}


def with_type(content_type: str) -> Mangle:
    return lambda text: text.replace("Content-Type: application/sdp", f"Content-Type: {content_type}")


def without_length(text: str) -> str:
    return re.sub(r"Content-Length: \d+\r\n", "", text)


def in_parts(content_type: str) -> Mangle:
    def mangle(text: str) -> str:
        head, _, body = text.partition("\r\n\r\n")
        if not body:
            return text
        body = f"--x\r\nContent-Type: application/sdp\r\n\r\n{body}\r\n--x--\r\n"
        head = re.sub(r"Content-Length: \d+", f"Content-Length: {len(body)}", head)
        return with_type(content_type)(head) + "\r\n\r\n" + body

    return mangle


def mangle_all(agent: Agent, mangle: Mangle) -> None:
    send = agent.transport.send

    async def send_mangled(text: str) -> None:
        await send(mangle(text))

    agent.transport.send = send_mangled  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("mangle", "is_heard"),
    [
        (str, True),
        (without_length, True),
        (with_type("application/SDP ;x=y"), True),
        (with_type("application / sdp"), True),
        (in_parts("multipart/mixed;boundary=x"), True),
        (with_type("application:sdp"), False),
        (with_type("application=sdp"), False),
        (with_type("application;sdp"), False),
        (in_parts("multipart /mixed;boundary=x"), True),
        (in_parts("multipart;mixed;boundary=x"), False),
        (in_parts("multipart:mixed;boundary=x"), False),
    ],
)
async def test_sdp_of_an_invite_never_reaches_the_core_unrewritten(
    brain: FakeBrain, make_phone: MakePhone, named: Named, number: str, mangle: Mangle, is_heard: bool
) -> None:
    brain.decide = says_busy
    phone = await make_phone(number)
    mangle_all(phone, mangle)
    call = await phone.call("1002", named.sdp)
    async with asyncio.timeout(25):
        while (await call.responses.get()).status < 300:
            pass
    assert bool(named.ports) is is_heard
    assert all(port in RELAY_PORTS for port in named.ports), named.ports


@pytest.mark.parametrize("cseq", ["", "0", "000"])
async def test_sdp_in_an_ack_is_removed_without_a_late_offer(
    brain: FakeBrain, make_phone: MakePhone, named: Named, number: str, cseq: str
) -> None:
    """An INVITE without SDP: the 200 offers, and the ACK answers. `CSeq: 02 ACK` is the same number as `2`."""
    brain.decide = lambda question: {"action": "echo", "language": "en"}
    phone = await make_phone(number)

    def mangle(text: str) -> str:
        if not text.startswith("ACK ") or "Content-Length: 0" not in text:
            return text
        text = re.sub(r"CSeq: (\d+)", rf"CSeq: {cseq}\1", text)
        head = text.replace("Content-Length: 0", f"Content-Type: application/sdp\r\nContent-Length: {len(named.sdp)}")
        return head + named.sdp

    call = await phone.call("*43", "")
    mangle_all(phone, mangle)
    await call.response(200)
    await asyncio.sleep(1)
    await call.bye()
    assert all(port in RELAY_PORTS for port in named.ports), named.ports


@pytest.mark.parametrize(("status", "reason"), [(200, "OK"), (183, "Session Progress")])
async def test_answer_without_our_record_route_is_dropped(
    engine: Engine, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, named: Named, number: str, another: str,
    status: int, reason: str,
) -> None:  # fmt: skip
    """All that follows would go straight from the core to whatever its Contact names."""
    brain.decide = FakeBrain.ring_phone
    phone, other, ear = await make_phone(number), await make_phone(another), await rtp()
    mangle_all(other, lambda text: re.sub(r"Record-Route: [^\r]*\r\n", "", text))
    outgoing = await phone.call(another, ear.offer())
    ear.play(440)
    incoming = await other.next_call()
    other.contact = f"<sip:x@{engine.internal}:2223>"
    await incoming.answer(status, reason, named.sdp)
    await asyncio.sleep(1)
    answers = []
    while not outgoing.responses.empty():
        answers.append(outgoing.responses.get_nowait())
    assert not [each for each in answers if each.status == 200]
    assert all(port in RELAY_PORTS for port in named.ports), named.ports
    await outgoing.cancel()
    ear.stop()


@pytest.mark.parametrize(
    "broken",
    [
        lambda sdp: sdp.replace("v=0", "v=9"),
        lambda sdp: sdp.replace("m=audio", "m=audio\tx"),
        lambda sdp: sdp.replace("t=0 0\r\n", "t=0 0\r\nx\r\n"),
        lambda sdp: sdp.replace("c=IN IP4", "c=IN  IP4"),
    ],
)
async def test_answer_leads_media_nowhere_when_the_relay_refuses(
    engine: Engine, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, named: Named, number: str, another: str,
    broken: Mangle,
) -> None:  # fmt: skip
    brain.decide = FakeBrain.ring_phone
    phone, other, ear = await make_phone(number), await make_phone(another), await rtp()
    outgoing = await phone.call(another, ear.offer())
    ear.play(440)
    incoming = await other.next_call()
    await incoming.answer(200, "OK", broken(named.sdp))
    await asyncio.sleep(1)
    assert all(port in RELAY_PORTS for port in named.ports), named.ports
    with contextlib.suppress(TimeoutError):
        await (outgoing.bye() if outgoing.target else outgoing.cancel())
    ear.stop()


async def test_first_invite_loses_its_replaces(
    engine: Engine, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str, third: str
) -> None:
    """The core acts on Replaces (RFC 3891) before it asks whether the call is allowed."""
    brain.decide = lambda question: {"action": "echo", "language": "en"}
    victim, attacker, ear, mouth = await make_phone(number), await make_phone(another), await rtp(), await rtp()
    call = await victim.call("*43", ear.offer())
    answer = await call.response(200)
    tags = [re.search(r"tag=([^;>]+)", answer.get(name)) for name in ("To", "From")]
    assert all(tags)
    replaces = f"{call.call_id};to-tag={tags[0][1]};from-tag={tags[1][1]}"  # type: ignore[index]
    taking = await attacker.call("*43", mouth.offer(), Replaces=replaces)
    await taking.response(200)
    await asyncio.sleep(1)
    assert not call.ended.done()
    await taking.bye()
    await call.bye()
