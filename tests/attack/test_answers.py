"""Responses to no request: the edge reads their topmost Via before anything else (RFC 3261 18.1.2)."""

from __future__ import annotations

import pytest

from tests.attack.health import Health, answers
from tests.attack.transports import TRANSPORTS, OpenTransport
from tests.calls.engine import Engine

# Values of `branch=` in the topmost Via. Kamailio's dialog module (track_cseq_updates) looks there for a number that it
# has written itself. It crashed when the branch of a response was too short for one.
BRANCHES = [
    "", "a", "ab", "abc", "abcd", "z9hG4bK", ".", ".c", ".cs", ".cs1", "x.c", "x.cs", "x.cs1", "x.csx",
    "x.cs99999999999", "z9hG4bK.cs", "z9hG4bK1234567890.cs", "z9hG4bK1234567890.csabc",
    "z9hG4bK1234567890.cs1;branch=a", '"a"', "a;branch=b",
]  # fmt: skip


@pytest.mark.parametrize("transport", TRANSPORTS)
@pytest.mark.parametrize("cseq", ["1 OPTIONS", "1 INVITE", "0000000001 BYE"])
async def test_answer_is_dropped_when_nobody_asked(
    engine: Engine, attacker: OpenTransport, transport: str, cseq: str
) -> None:
    health = Health(engine)
    for branch in BRANCHES:
        connection = await attacker(transport)
        await connection.send(
            f"SIP/2.0 200 OK\r\nVia: SIP/2.0/{transport.upper()} 192.0.2.1:5060;branch={branch}\r\n"
            f"Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bKcaller\r\n"
            f"From: <sip:a@linkus.example>;tag=a\r\nTo: <sip:b@linkus.example>;tag=b\r\nCall-ID: nobody-asked\r\n"
            f"CSeq: {cseq}\r\nContent-Length: 0\r\n\r\n".encode()
        )
        assert await answers(connection, transport) or connection.is_closed, branch
        await connection.close()
    health.check(len(BRANCHES))
