"""Messages whose refusal cost Kamailio memory that its process never got back."""

from __future__ import annotations

import pytest

from tests.attack.health import Health
from tests.attack.memory import measure_pools
from tests.attack.transports import TRANSPORTS, OpenTransport
from tests.calls.engine import Engine

MESSAGES = 100
TOKEN_CHARACTERS = 3_000
ALLOWED_MEGABYTES = MESSAGES * TOKEN_CHARACTERS / 1e6 / 3  # parsers keep small buffers and caches


def options(transport: str, number: int) -> bytes:
    return (
        f"OPTIONS sip:1001@linkus.example SIP/2.0\r\nVia: SIP/2.0/{transport.upper()} 127.0.0.201:5062;"
        f"branch=z9hG4bK{number}{transport};rport\r\nMax-Forwards: 70\r\nFrom: <sip:1001@linkus.example>;tag=a\r\n"
        f"To: <sip:1001@linkus.example>\r\nCall-ID: requires-{number}-{transport}\r\nCSeq: 1 OPTIONS\r\n"
        f"Proxy-Require: {'x' * TOKEN_CHARACTERS}\r\nContent-Length: 0\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("transport", TRANSPORTS)
async def test_unknown_extension_is_refused_without_a_loss_of_memory(
    engine: Engine, attacker: OpenTransport, transport: str
) -> None:
    health = Health(engine)
    connection = await attacker(transport)
    before = 0.0
    for number in range(1, MESSAGES + 2):
        await connection.send(options(transport, number))
        assert await connection.wait_for(lambda heard, count=number: heard.count(b"SIP/2.0 420") == count)
        if number == 1:  # it fills caches
            before = (await measure_pools(engine))["kamailio pkg"]
    assert connection.heard.count(b"\r\nUnsupported: " + b"x" * TOKEN_CHARACTERS + b"\r\n") == MESSAGES + 1
    assert (await measure_pools(engine))["kamailio pkg"] - before < ALLOWED_MEGABYTES
    health.check(MESSAGES)
