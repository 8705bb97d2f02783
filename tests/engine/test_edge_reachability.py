"""The edge's rules on connections: lost clients, waiting calls, and the present connection of a client."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.engine.edge_modules import identity, reachability

AGENT = "sip:k3j2@x1y2.invalid;transport=ws"


def contact(uri: str, modified: int = 1, connection: int = 7) -> identity.Contact:
    return identity.Contact("r", uri, modified, connection, "sip:127.0.0.1:4000;transport=ws")


class TestWhereTheClientIs:
    def test_client_is_at_the_newest_contact_of_the_same_browser(self) -> None:
        found = reachability.contact_of_agent(
            [contact(AGENT, 10, 1), contact(AGENT, 20, 2), contact("sip:else@z.invalid;transport=ws", 30, 3)],
            "sip:K3J2@x1y2.invalid;transport=ws;ob",
        )
        assert found is not None
        assert found.connection == 2

    def test_client_is_nowhere_when_only_another_browser_is_registered(self) -> None:
        assert reachability.contact_of_agent([contact("sip:else@z.invalid;transport=ws")], AGENT) is None
        assert reachability.contact_of_agent([contact("")], "") is None

    def test_contact_is_new_with_another_connection_or_uri(self) -> None:
        present = [contact(AGENT, connection=7)]
        assert not reachability.is_new_connection(present, AGENT, 7)
        assert reachability.is_new_connection(present, AGENT, 8)
        assert reachability.is_new_connection(present, "sip:else@z.invalid", 7)
        assert reachability.is_new_connection([], AGENT, 7)


class TestLost:
    def test_is_waited_for_some_seconds(self) -> None:
        assert reachability.was_just_lost(100, 100)
        assert reachability.was_just_lost(100, 100 + reachability.MAX_LOST_SECONDS)
        assert not reachability.was_just_lost(100, 101 + reachability.MAX_LOST_SECONDS)
        assert not reachability.was_just_lost(None, 100)
        assert not reachability.was_just_lost(100, 99), "a clock that was put back proves nothing"

    def test_silent_connection_is_abandoned_after_a_minute(self) -> None:
        silent = reachability.Silent("1001.web", "17", 100)
        assert reachability.parse_silent(silent.text) == silent
        assert not reachability.is_abandoned(silent, 100 + reachability.MAX_SILENT_SECONDS - 1)
        assert reachability.is_abandoned(silent, 100 + reachability.MAX_SILENT_SECONDS)

    @given(st.text())
    def test_an_entry_that_is_none_is_none(self, text: str) -> None:
        parsed = reachability.parse_silent(text)
        assert parsed is None or parsed.aor in text

    def test_call_outlasts_the_client_noticing_a_dead_connection(self) -> None:
        """A client notices a dead connection after 5 + 3 seconds (connection-watch.ts)."""
        assert reachability.FIRST_ANSWER_SECONDS > 5 + 3


class TestWaiting:
    @given(st.sampled_from(["1001.web", "1002.web", "1001.webx"]), st.integers(0, 2**31 - 1), st.integers(0, 2**31 - 1))
    def test_waiting_transaction_is_found_by_its_client(self, aor: str, index: int, label: int) -> None:
        key = reachability.waiting_key(aor, index, label)
        found = reachability.parse_waiting(key, "1001.web")
        assert found == ((index, label) if aor == "1001.web" else None)

    @given(st.text())
    def test_waiting_transaction_is_refused_with_another_key(self, key: str) -> None:
        found = reachability.parse_waiting(key, "1001.web")
        assert found is None or key.startswith("1001.web ")


class TestWhoCalls:
    def test_is_found_again_by_contact(self) -> None:
        caller = reachability.Caller(12, "sip:k3j2@x1y2.invalid;transport=ws")
        assert reachability.parse_caller(caller.text) == caller

    @given(st.text())
    def test_an_entry_that_is_none_is_none(self, text: str) -> None:
        parsed = reachability.parse_caller(text)
        assert parsed is None or parsed.contact

    def test_via_names_the_connection_with_its_last_digit_first(self) -> None:
        """Kamailio's id_builder writes it so, and forward_reply reads it so."""
        via = "SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK1;rport=5080"
        found = reachability.via_with_connection(via, 0x1A2)
        assert found == "SIP/2.0/UDP 127.0.0.1:5070;i=2a1;branch=z9hG4bK1;rport=5080"


class TestWhoRings:
    RINGING = reachability.Ringing(3, AGENT, "a@b", "1001.web", "sip:1002@x", "sip:1001.web@x", "f", "t", 17)

    def test_is_found_again(self) -> None:
        over = self.RINGING._replace(reason='SIP;cause=200;text="Call completed elsewhere"')
        assert reachability.parse_ringing(over.text) == over
        assert over.key == self.RINGING.key

    @given(st.text())
    def test_an_entry_that_is_none_is_none(self, text: str) -> None:
        assert reachability.parse_ringing(text) is None
