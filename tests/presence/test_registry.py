"""The registry of clients: by events that may be lost, repeated or late, and by the edge's dump."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from linkus.presence.registry import CLOSED_SECONDS, LOST_GRACE_SECONDS, Contact, Registry
from linkus.shared.extension_schemas import Online

WEB = Contact("sip:a@x.invalid;transport=ws", "192.0.2.7", "Chrome", 11)
OTHER_TAB = Contact("sip:b@x.invalid;transport=ws", "192.0.2.7", "Chrome", 12)
PHONE = Contact("sip:1001.phone@192.0.2.9:5060", "192.0.2.9", "Yealink")


def test_online_changes_with_the_first_and_the_last_contact() -> None:
    registry = Registry()
    assert registry.registered("1001.web", WEB) == {"1001"}
    assert registry.registered("1001.web", WEB) == set()
    assert registry.registered("1001.web", OTHER_TAB) == set()
    assert registry.online("1001") == Online(web=True)
    assert registry.unregistered("1001.web", WEB.uri) == set()
    assert registry.disconnected("1001.web", 12) == {"1001"}
    assert registry.online("1001") == Online()
    assert registry.numbers() == set()


def test_new_registration_stays_when_the_old_connection_closes() -> None:
    """A client that changes its network has a new WebSocket before the old one is found dead."""
    registry = Registry()
    registry.registered("1001.web", WEB)
    registry.registered("1001.web", Contact(WEB.uri, "198.51.100.3", "Chrome", 99))
    assert registry.disconnected("1001.web", 11) == set()
    assert registry.online("1001").web


def test_phone_contacts_name_address_and_user_agent() -> None:
    registry = Registry()
    registry.registered("1001.phone", PHONE)
    assert [contact.model_dump() for contact in registry.phone_contacts("1001")] == [
        {"address": "192.0.2.9", "user_agent": "Yealink"}
    ]


def test_dump_corrects_what_events_did_not_report() -> None:
    registry = Registry()
    registry.registered("1001.web", WEB)
    registry.dump_begins()
    assert registry.dump_ended([("1002.phone", PHONE)]) == {"1001", "1002"}
    assert registry.online("1001") == Online()
    assert registry.online("1002") == Online(phone=True)


def test_dump_does_not_undo_events_that_came_while_it_was_read() -> None:
    registry = Registry()
    registry.registered("1001.web", WEB)
    registry.dump_begins()
    registry.registered("1002.web", OTHER_TAB)
    registry.unregistered("1001.web", WEB.uri)
    assert registry.dump_ended([("1001.web", WEB)]) == set()
    assert registry.numbers() == {"1002"}


def test_dump_does_not_bring_back_a_contact_whose_connection_is_closed() -> None:
    """The edge lists the contact for some seconds more. A vanished client would seem to be back."""
    now = 100.0
    registry = Registry(clock=lambda: now)
    registry.registered("1001.web", WEB)
    registry.registered("1001.web", OTHER_TAB)
    registry.disconnected("1001.web", 11)
    registry.dump_begins()
    assert registry.dump_ended([("1001.web", WEB), ("1001.web", OTHER_TAB)]) == set()
    assert registry.uris("1001.web") == [OTHER_TAB.uri]
    registry.disconnected("1001.web", 12)
    now += CLOSED_SECONDS / 2
    registry.dump_begins()
    assert registry.dump_ended([("1001.web", WEB), ("1001.web", OTHER_TAB)]) == set()
    assert not registry.has("1001.web")
    registry.registered("1001.web", Contact(WEB.uri, "", "", 13))
    registry.dump_begins()
    assert registry.dump_ended([("1001.web", Contact(WEB.uri, "", "", 13))]) == set()
    assert registry.online("1001").web


def test_edge_is_believed_about_a_connection_that_was_reported_closed_long_ago_or_has_registered_since() -> None:
    """An edge that starts again may use the number for another connection."""
    now = 100.0
    registry = Registry(clock=lambda: now)
    registry.disconnected("1001.web", 11)
    registry.disconnected("1001.web", 12)
    registry.registered("1001.web", WEB)
    registry.dump_begins()
    assert registry.dump_ended([("1001.web", WEB), ("1002.web", OTHER_TAB)]) == set()
    assert registry.numbers() == {"1001"}
    now += CLOSED_SECONDS
    registry.dump_begins()
    assert registry.dump_ended([("1002.web", OTHER_TAB)]) == {"1001", "1002"}


def test_dump_changes_nothing_when_it_failed() -> None:
    registry = Registry()
    registry.registered("1001.web", WEB)
    registry.dump_begins()
    assert registry.dump_ended(None) == set()
    assert registry.online("1001").web


def test_dump_keeps_the_address_that_an_event_reported() -> None:
    registry = Registry()
    registry.registered("1001.phone", PHONE)
    registry.dump_begins()
    registry.dump_ended([("1001.phone", Contact(PHONE.uri))])
    assert registry.phone_contacts("1001")[0].address == "192.0.2.9"


def test_registry_ignores_what_is_no_identity() -> None:
    registry = Registry()
    for aor in ("1001", "1001.fax", ".web", ""):
        assert registry.registered(aor, WEB) == set()
    assert registry.numbers() == set()


aors = st.sampled_from(["1001.web", "1001.phone", "1002.mobile", "bad"])
contacts = st.sampled_from([WEB, OTHER_TAB, PHONE])
steps = st.one_of(
    st.tuples(st.just("registered"), aors, contacts),
    st.tuples(st.just("unregistered"), aors, contacts),
    st.tuples(st.just("disconnected"), aors, contacts),
)


@given(st.lists(steps, max_size=30))
def test_registry_returns_exactly_the_numbers_that_changed(history: list[tuple[str, str, Contact]]) -> None:
    registry = Registry()
    for step, aor, contact in history:
        before = {number: registry.online(number) for number in ("1001", "1002")}
        match step:
            case "registered":
                changed = registry.registered(aor, contact)
            case "unregistered":
                changed = registry.unregistered(aor, contact.uri)
            case _:
                changed = registry.disconnected(aor, contact.connection or 0)
        assert changed == {number for number in before if registry.online(number) != before[number]}
        assert registry.numbers() == {number for number in before if registry.online(number) != Online()}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestLost:
    """A client that vanished may come back soon. It is not online, but for some seconds a call may be sent to it."""

    def test_client_is_reachable_for_some_seconds_when_it_vanished(self) -> None:
        clock = Clock()
        registry = Registry(clock)
        registry.registered("1001.web", WEB)
        assert registry.disconnected("1001.web", 11) == {"1001"}
        assert registry.online("1001") == Online()
        assert registry.kinds("1001") == frozenset()
        assert registry.reachable("1001") == {"web"}
        clock.now += LOST_GRACE_SECONDS
        assert registry.reachable("1001") == frozenset()

    def test_client_is_reachable_for_some_seconds_when_only_the_dump_shows_that_it_vanished(self) -> None:
        """The edge drops the contact of a closed connection without an event, so a dump may be first to show it."""
        clock = Clock()
        registry = Registry(clock)
        registry.registered("1001.web", WEB)
        registry.registered("1001.phone", PHONE)
        registry.dump_begins()
        assert registry.dump_ended([]) == {"1001"}
        assert registry.reachable("1001") == {"web"}, "a desk phone has no connection to lose"
        clock.now += 1
        assert registry.disconnected("1001.web", 11) == set()
        clock.now += LOST_GRACE_SECONDS - 1
        assert registry.reachable("1001") == frozenset()

    def test_client_is_not_lost_when_a_dump_lacks_one_of_its_connections(self) -> None:
        registry = Registry()
        registry.registered("1001.web", WEB)
        registry.registered("1001.web", OTHER_TAB)
        registry.dump_begins()
        registry.dump_ended([("1001.web", OTHER_TAB)])
        registry.unregistered("1001.web", OTHER_TAB.uri)
        assert registry.reachable("1001") == frozenset()

    def test_client_is_not_reachable_when_it_unregistered(self) -> None:
        registry = Registry()
        registry.registered("1001.web", WEB)
        registry.unregistered("1001.web", WEB.uri)
        registry.disconnected("1001.web", 11)
        assert registry.reachable("1001") == frozenset()

    def test_client_is_not_reachable_when_it_was_deregistered(self) -> None:
        registry = Registry()
        registry.registered("1001.web", WEB)
        registry.disconnected("1001.web", 11)
        registry.forget("1001.web")
        assert registry.reachable("1001") == frozenset()


class TestSilent:
    def test_client_is_not_online_when_its_connection_is_silent(self) -> None:
        clock = Clock()
        registry = Registry(clock)
        registry.registered("1001.web", WEB)
        assert registry.silent("1001.web", 11) == {"1001"}
        assert registry.online("1001") == Online()
        assert registry.numbers() == set()
        assert registry.reachable("1001") == {"web"}
        clock.now += LOST_GRACE_SECONDS
        assert registry.silent("1001.web", 11) == set(), "it is said again and again"
        assert registry.reachable("1001") == frozenset()
        assert registry.heard("1001.web", 11) == {"1001"}
        assert registry.online("1001") == Online(web=True)

    def test_client_stays_online_when_only_one_connection_is_silent(self) -> None:
        registry = Registry()
        registry.registered("1001.web", WEB)
        registry.registered("1001.web", OTHER_TAB)
        assert registry.silent("1001.web", 11) == set()
        assert registry.online("1001") == Online(web=True)
        assert registry.disconnected("1001.web", 12) == {"1001"}

    def test_client_is_online_again_with_a_new_connection(self) -> None:
        registry = Registry()
        registry.registered("1001.web", WEB)
        registry.silent("1001.web", 11)
        assert registry.registered("1001.web", Contact(WEB.uri, "", "", 99)) == {"1001"}
        assert registry.disconnected("1001.web", 11) == set()
        assert registry.online("1001") == Online(web=True)

    def test_silent_client_stays_offline_when_the_dump_has_it(self) -> None:
        """The edge keeps the contact, so its dump does not show that the client is silent."""
        registry = Registry()
        registry.registered("1001.web", WEB)
        registry.silent("1001.web", 11)
        registry.dump_begins()
        assert registry.dump_ended([("1001.web", WEB)]) == set()
        assert registry.online("1001") == Online()

    def test_registry_ignores_an_unknown_connection(self) -> None:
        registry = Registry()
        assert registry.silent("1001.web", 11) == set()
        assert registry.heard("1001.web", 11) == set()
