"""Sends bad SDP to the media relay (rtpengine) as the edge does: hundreds of calls a second, not tens as over SIP."""

from __future__ import annotations

import asyncio
import re
import secrets
from random import Random
from typing import Any

from linkus.engine.probes import ask_udp
from linkus.kit.settings import RTPENGINE_NG_PORT
from tests.attack.good_messages import BROWSERS_OFFER, OFFER
from tests.attack.mutate import mutate
from tests.engine.edge_modules import body, media

PEER = "127.0.0.201"
SIDES = (("sip", "core"), ("webrtc", "core"), ("core", "webrtc"), ("core", "sip"))
PROVIDER_CODECS = " codec-strip=all codec-offer=PCMA codec-offer=PCMU codec-offer=telephone-event"
HEAD = b"INVITE sip:x SIP/2.0\r\nContent-Type: application/sdp\r\n\r\n"


class RelayDead(Exception):
    """Carries the requests of the call for which the relay gave no answer."""


def bencoded(value: Any) -> bytes:
    """Encode a request of rtpengine's ng protocol."""
    match value:
        case str():
            return bencoded(value.encode())
        case bytes():
            return b"%d:%s" % (len(value), value)
        case list():
            return b"l" + b"".join(map(bencoded, value)) + b"e"
        case dict():
            return b"d" + b"".join(bencoded(key) + bencoded(value[key]) for key in sorted(value)) + b"e"
        case _:
            raise TypeError(value)


def bad_sdp(rng: Random, side: str) -> str:
    """Return SDP that the gate lets through, mutated or not."""
    good = (BROWSERS_OFFER if side == "webrtc" else OFFER).format(address=PEER).encode()
    for _ in range(20 if rng.random() < 0.7 else 0):
        bad = mutate(rng, HEAD + good).partition(b"\r\n\r\n")[2]
        try:
            _, cleaned = body.clean_body(b"application/sdp", bad)
        except body.BodyRefused:
            continue
        if cleaned and cleaned != good:
            return media.strip_ssrc(cleaned.decode("utf-8", "replace"))
    return good.decode()


class RelayCall:
    """Makes offers and answers of one call in any order. The relay must answer each request, if only with an error."""

    def __init__(self, host: str, rng: Random) -> None:
        self._host, self._rng = host, rng
        self._call_id, self._tags = secrets.token_hex(8), (secrets.token_hex(4), secrets.token_hex(4))
        self.requests: list[dict[str, Any]] = []

    async def run(self) -> None:
        sides = self._rng.choice(SIDES)
        await self._offer(sides, is_first=True)
        for _ in range(self._rng.choice((0, 1, 1, 2))):
            await self._answer(sides)
        for _ in range(self._rng.choice((0, 0, 1, 3))):
            if self._rng.random() < 0.5:
                sides, self._tags = (sides[1], sides[0]), (self._tags[1], self._tags[0])
            await self._offer(sides, is_first=False)
            await self._answer(sides)
        await self._delete()

    async def _offer(self, sides: Any, *, is_first: bool) -> None:
        source, target = sides
        flags = media.offer_flags(source, target, route=None, is_first=is_first)
        flags += self._rng.choice(("", PROVIDER_CODECS, " via-branch=auto"))
        tags = {} if is_first else {"to-tag": self._tags[1]}
        await self._ask(command="offer", sdp=bad_sdp(self._rng, source), **tags, **{"rtpp-flags": flags})

    async def _answer(self, sides: Any) -> None:
        source, target = sides
        flags = {"to-tag": self._tags[1], "rtpp-flags": media.answer_flags(target, source)}
        await self._ask(command="answer", sdp=bad_sdp(self._rng, target), **flags)

    async def _delete(self) -> None:
        """Delete the whole call. With tags, those calls would stay whose description the relay has refused."""
        await self._send({"command": "delete", "call-id": self._call_id})

    async def _ask(self, **request: Any) -> None:
        request |= {"call-id": self._call_id, "from-tag": self._tags[0], "received-from": ["IP4", PEER]}
        await self._send_media(await self._send(request))

    async def _send(self, request: dict[str, Any]) -> bytes:
        self.requests.append(request)
        cookie = secrets.token_hex(6).encode()
        answer = await ask_udp(self._host, RTPENGINE_NG_PORT, lambda _: cookie + b" " + bencoded(request))
        if answer is None:
            raise RelayDead(self.requests)
        return answer

    async def _send_media(self, answer: bytes) -> None:
        """Send a few packets of a phone, a browser or neither to the ports that the relay has given."""
        loop = asyncio.get_running_loop()
        transport, _ = await loop.create_datagram_endpoint(asyncio.DatagramProtocol, local_addr=(PEER, 0))
        for port in map(int, re.findall(rb"m=\S+ (\d+)", answer)[:2]):
            if port:
                payload_type = self._rng.choice((0, 8, 101, 111))
                transport.sendto(bytes([0x80, payload_type]) + self._rng.randbytes(170), (self._host, port))
                transport.sendto(self._rng.randbytes(self._rng.choice((1, 20, 60))), (self._host, port))
        transport.close()
