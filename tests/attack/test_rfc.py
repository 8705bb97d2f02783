"""RFC 4475 and RFC 5118 in full, over each transport, from a stranger and from a provider."""

from __future__ import annotations

import re

import pytest

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.reach import told_by
from tests.attack.conftest import ATTACKER
from tests.attack.corpus import RFC_4475, RFC_5118, TortureMessage
from tests.attack.expectations import EXPECTED, STREAMS
from tests.attack.health import PROBE_ID, Health, answers, settle
from tests.attack.transports import TRANSPORTS, OpenTransport, RawTransport
from tests.calls.engine import Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import peer_trunk

MESSAGES = [*RFC_4475, *RFC_5118]
INVITES = [message for message in MESSAGES if message.octets.startswith(b"INVITE ")]
_RESPONSE = re.compile(rb"SIP/2\.0 ([1-6]\d\d) (.*?\r\n)\r\n", re.DOTALL)


def statuses(connection: RawTransport) -> list[int]:
    """Return the received status codes, except those for the probes."""
    return [int(code) for code, head in _RESPONSE.findall(connection.heard) if PROBE_ID not in head]


@pytest.mark.parametrize("transport", TRANSPORTS)
class TestFromAStranger:
    @pytest.mark.parametrize("message", MESSAGES, ids=lambda message: message.name)
    async def test_torture_message_is_handled_as_expected(
        self, engine: Engine, attacker: OpenTransport, message: TortureMessage, transport: str
    ) -> None:
        expected = EXPECTED[message.name]
        wanted = expected.of(transport)
        health = Health(engine)
        connection = await attacker(transport)
        await connection.send(message.octets)
        await connection.wait_for(lambda _: len(statuses(connection)) >= len(wanted), 3.0)
        # The same connection is used further, unless the message did not end where it said. A dropped message is read
        # before the probe that follows it.
        if transport in STREAMS and expected.breaks_streams:
            await settle()
        elif not await answers(connection, transport):
            assert connection.is_closed
        found = statuses(connection)
        assert len(found) == len(wanted), connection.heard
        assert all(one in possible for one, possible in zip(found, wanted, strict=True)), connection.heard
        if connection.is_closed or (transport in STREAMS and expected.breaks_streams):
            assert await answers(await attacker(transport), transport)
        health.check()


def test_each_message_has_an_expectation() -> None:
    assert [message.name for message in MESSAGES] == list(EXPECTED)


class TestFromAProvider:
    """A provider's INVITE needs no password, so media relay, core and brain see its content."""

    @pytest.mark.parametrize("message", INVITES, ids=lambda message: message.name)
    async def test_torture_invite_of_a_provider_is_handled_as_expected(
        self, engine: Engine, brain: FakeBrain, attacker: OpenTransport, message: TortureMessage
    ) -> None:
        brain.decide = lambda _: {"action": "reject", "cause": 21}
        trunks = EdgeTrunks(engine.edge, told_by(engine.layout))
        connection = await attacker("udp")
        trunk = peer_trunk(ATTACKER, 5060)
        await trunks.write(trunk)
        health = Health(engine)
        try:
            await connection.send(message.octets)
            if EXPECTED[message.name].of("udp"):
                await connection.wait_for(lambda _: any(each >= 300 for each in statuses(connection)), 5.0)
                assert any(300 <= each <= 699 for each in statuses(connection)), connection.heard
                assert 500 not in statuses(connection), connection.heard
            assert await answers(connection, "udp")
            health.check()
        finally:
            await trunks.remove(trunk.id)
