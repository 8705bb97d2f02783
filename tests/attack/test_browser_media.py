"""Media from an unknown source at the ports of a browser's call: only DTLS-SRTP authenticates the sender."""

from __future__ import annotations

import asyncio
import re
import secrets
import struct
import zlib
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.attack.conftest import ATTACKER
from tests.calls.browser import BrowserMedia
from tests.calls.conftest import MakeClient, MakePhone, MakeRtp
from tests.calls.media import Rtp, share
from tests.calls.test_browser_media import browser  # noqa: F401 fixture

pytestmark = pytest.mark.browser
FORGED, SPEECH, ANSWER = 2000, 700, 1000
STUN_COOKIE = 0x2112A442


@pytest_asyncio.fixture(loop_scope="session")
async def stranger() -> AsyncIterator[Rtp]:
    opened = await Rtp.open(ATTACKER)
    yield opened
    opened.close()


def stun_request(username: str) -> bytes:
    """Return a binding request that nominates its sender (RFC 8445 7.1), with an invented integrity value."""
    name = username.encode()
    attributes = struct.pack("!HH", 0x0006, len(name)) + name + b"\0" * (-len(name) % 4)
    attributes += struct.pack("!HH", 0x0025, 0) + struct.pack("!HHI", 0x0024, 4, 0x7E0000FF)
    attributes += struct.pack("!HH", 0x0008, 20) + secrets.token_bytes(20)
    length = len(attributes) + 8
    head = struct.pack("!HHI", 0x0001, length, STUN_COOKIE) + secrets.token_bytes(12)
    return head + attributes + struct.pack("!HHI", 0x8028, 4, zlib.crc32(head + attributes) ^ 0x5354554E)


def client_hello() -> bytes:
    """Return the start of a DTLS handshake of a stranger (RFC 6347 4.2.1)."""
    body = b"\xfe\xfd" + secrets.token_bytes(32) + b"\0\0" + b"\0\x02\xc0\x2b" + b"\x01\0"
    handshake = b"\x01" + len(body).to_bytes(3, "big") + b"\0\0" + b"\0\0\0" + len(body).to_bytes(3, "big") + body
    return b"\x16\xfe\xfd" + b"\0" * 8 + len(handshake).to_bytes(2, "big") + handshake


async def test_forged_packets_are_not_heard_before_and_during_a_browsers_call(
    browser: Browser,  # noqa: F811 fixture
    make_client: MakeClient,
    make_phone: MakePhone,
    rtp: MakeRtp,
    stranger: Rtp,
    number: str,
    another: str,
) -> None:
    client, phone, mouth = await make_client(number), await make_phone(another), await rtp()
    media = await BrowserMedia.open(browser, SPEECH)
    call = await client.call(another, await media.offer())
    incoming = await phone.next_call()
    await incoming.answer(200, "OK", mouth.offer("0 101", ("0 PCMU/8000",)))
    answered = await call.response(200)
    stranger.connect(answered.body)
    assert stranger.peer
    ours, theirs = (re.search(r"a=ice-ufrag:(\S+)", text) for text in (answered.body, call.invite.body))
    assert ours
    assert theirs
    attacking = True

    async def attack() -> None:
        while attacking:
            for packet in (stun_request(f"{ours[1]}:{theirs[1]}"), client_hello(), b"\x15\xfe\xfd" + b"\0" * 12):
                stranger.transport.sendto(packet, stranger.peer)
            await asyncio.sleep(0.02)

    # The browser's own ICE and DTLS have not yet begun.
    stranger.play(FORGED)
    attack_task = asyncio.create_task(attack())
    await asyncio.sleep(0.5)
    await media.accept(answered.body)
    mouth.connect(incoming.body)
    mouth.play(ANSWER)
    await media.wait_connected()
    await asyncio.sleep(3)
    assert share(mouth.heard(), SPEECH) > 0.9
    assert share(mouth.heard(), FORGED) < 0.01
    assert (await media.heard())[0] == pytest.approx(ANSWER, abs=20)
    assert (await media.statistics())["dtls"] == "connected"
    attacking = False
    await attack_task
    stranger.stop()
    # Media for the browser went to nobody else: neither plain RTP nor SRTP (version 2, RFC 3550 5.1).
    assert [packet for packet in stranger.packets if packet.payload_type in (0, 8, 111)] == []
    await call.bye()
    await media.close()
