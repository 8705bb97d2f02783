"""Readiness probes. Each uses the protocol of its part, so that "ready" means that the part works."""

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import httpx

from linkus.engine.kamailio import KEY_HEADER
from linkus.kit.waiting import wait_with_timeout

Probe = Callable[[], Awaitable[bool]]
TIMEOUT = 1.0


class _Answer(asyncio.DatagramProtocol):
    def __init__(self, received: asyncio.Future[bytes]) -> None:
        self._received = received

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._received.done():
            self._received.set_result(data)

    def error_received(self, exc: Exception) -> None:
        if not self._received.done():
            self._received.set_exception(exc)


async def ask_udp(host: str, port: int, question: Callable[[int], bytes]) -> bytes | None:
    """Return the answer to a datagram, or None without an answer. The datagram may contain its own source port."""
    loop = asyncio.get_running_loop()
    received: asyncio.Future[bytes] = loop.create_future()
    try:
        transport, _ = await loop.create_datagram_endpoint(
            lambda: _Answer(received), local_addr=(host, 0), remote_addr=(host, port)
        )
    except OSError:
        return None
    try:
        transport.sendto(question(transport.get_extra_info("sockname")[1]))
        return await wait_with_timeout(received, TIMEOUT)
    except (TimeoutError, OSError):
        return None
    finally:
        transport.close()


def rtpengine_answers(host: str, port: int) -> Probe:
    """Return a probe with the ng protocol's ping. Its cookie is new each time: rtpengine repeats its answer to a known
    one."""

    async def probe() -> bool:
        answer = await ask_udp(host, port, lambda _: f"{secrets.token_hex(8)} d7:command4:pinge".encode())
        return answer is not None and b"4:pong" in answer

    return probe


def sip_answers(host: str, port: int) -> Probe:
    """Return a probe with OPTIONS, which is answered like an INVITE (RFC 3261, 11.2): 404 until the dialplan is
    loaded."""

    def options(own: int) -> bytes:
        tag = secrets.token_hex(8)
        lines = (
            f"OPTIONS sip:ready@{host}:{port} SIP/2.0",
            f"Via: SIP/2.0/UDP {host}:{own};branch=z9hG4bK{tag};rport",
            "Max-Forwards: 1",
            f"From: <sip:supervisor@{host}>;tag={tag}",
            f"To: <sip:ready@{host}>",
            f"Call-ID: {tag}",
            "CSeq: 1 OPTIONS",
            f"Contact: <sip:supervisor@{host}:{own}>",
            "Content-Length: 0",
        )
        return ("\r\n".join(lines) + "\r\n\r\n").encode()

    async def probe() -> bool:
        answer = await ask_udp(host, port, options)
        return answer is not None and answer.startswith(b"SIP/2.0 200")

    return probe


def rpc_answers(host: str, port: int, key: str) -> Probe:
    """Return a probe with Kamailio's JSON-RPC over HTTP."""
    headers = {KEY_HEADER: key}
    question = {"jsonrpc": "2.0", "method": "core.version", "id": 1}

    async def probe() -> bool:
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False) as client:
            try:
                answer = await client.post(f"http://{host}:{port}/RPC", json=question, headers=headers)
            except httpx.HTTPError:
                return False
        return answer.status_code == 200 and "result" in answer.text

    return probe


def http_answers(url: str) -> Probe:
    """Return a probe of a web page or endpoint that must answer 2xx. The certificate is our own, so it is not
    checked."""

    async def probe() -> bool:
        async with httpx.AsyncClient(timeout=TIMEOUT, trust_env=False, verify=False) as client:  # noqa: S501 see above
            try:
                answer = await client.get(url)
            except httpx.HTTPError:
                return False
        return answer.is_success

    return probe
