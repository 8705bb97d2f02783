"""Ending a leg that the core has lost: the target of the BYE, and its sender."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.engine.edge_dialogs import CONFIRMED, EARLY, parse_dialogs, where_to
from linkus.rescue.rules import lost_with_core
from tests.engine.edge_modules import bye

CORE = "127.0.0.1:5080"
OF_THE_CORE = "<sip:asterisk@127.0.0.1:5080>"
BROWSER = "<sip:x1@abc.invalid;transport=ws;alias=203.0.113.9~40404~5>"


def dialog(caller: str, callee: str, *, state: int = CONFIRMED, route: str = "", **values: Any) -> dict[str, Any]:
    side = {"cseq": "2", "socket": "udp:127.0.0.1:5070", "route_set": ""}
    return {
        "h_entry": 7, "h_id": 9, "call-id": "c1", "from_uri": "sip:1001.web@linkus", "to_uri": "sip:1002@linkus",
        "state": state, "init_ts": 1_700_000_000,
        "caller": {**side, "tag": "a", "contact": caller, "route_set": route},
        "callee": {**side, "tag": "b", "contact": callee},
        **values,
    }  # fmt: skip


def test_bye_is_addressed_to_a_browser_that_called() -> None:
    [found] = parse_dialogs([dialog(BROWSER, OF_THE_CORE)], CORE)
    assert found.bye
    assert (found.bye.target, found.bye.next_hop, found.bye.transport) == (
        "sip:x1@abc.invalid;transport=ws",
        "sip:203.0.113.9:40404;transport=ws",
        "ws",
    )
    assert (found.bye.local_tag, found.bye.remote_tag) == ("b", "a")
    assert (found.bye.local_uri, found.bye.remote_uri) == ("sip:1002@linkus", "sip:1001.web@linkus")
    assert (found.entry, found.number, found.from_tag, found.to_tag) == (7, 9, "a", "b")


def test_bye_is_addressed_to_a_phone_that_was_called() -> None:
    [found] = parse_dialogs(dialog(OF_THE_CORE, "sip:1003.phone@192.0.2.7:5062"), CORE)
    assert found.bye
    assert (found.bye.local_tag, found.bye.remote_tag) == ("a", "b")
    assert (found.bye.next_hop, found.bye.address, found.bye.transport) == (
        "sip:1003.phone@192.0.2.7:5062",
        "192.0.2.7",
        "udp",
    )


def test_bye_is_addressed_to_a_provider_behind_its_proxy() -> None:
    [found] = parse_dialogs(
        [dialog("<sip:gw@10.9.9.9>", OF_THE_CORE, route="<sip:198.51.100.4;lr;transport=tcp>,<sip:10.9.9.1;lr>")], CORE
    )
    assert found.bye
    assert (found.bye.next_hop, found.bye.address, found.bye.transport) == (
        "sip:198.51.100.4;lr;transport=tcp",
        "198.51.100.4",
        "tcp",
    )
    assert found.bye.route == "<sip:198.51.100.4;lr;transport=tcp>,<sip:10.9.9.1;lr>"


@pytest.mark.parametrize("contact", ["sip:1003@[2001:db8::7]:5062;transport=tls", "<sip:1003@[2001:db8::7]>"])
def test_bye_is_addressed_to_a_peer_over_ipv6(contact: str) -> None:
    [found] = parse_dialogs([dialog(OF_THE_CORE, contact)], CORE)
    assert found.bye
    assert found.bye.address == "2001:db8::7"


def test_dialog_gets_no_bye_while_it_rings_or_when_ended() -> None:
    rings, over = dialog(BROWSER, OF_THE_CORE, state=EARLY), dialog(BROWSER, OF_THE_CORE, state=5)
    [found] = parse_dialogs([rings, over], CORE)
    assert found.bye is None
    assert found.document == {}
    assert parse_dialogs([], CORE) == parse_dialogs(None, CORE) == []


def test_bye_goes_to_the_contact_without_an_alias() -> None:
    assert where_to("<sip:1@192.0.2.1:5060;transport=TCP>")[2] == "tcp"
    assert where_to("sip:1@192.0.2.1:5060;alias=192.0.2.9~6000~2") == (
        "sip:1@192.0.2.1:5060",
        "sip:192.0.2.9:6000;transport=tcp",
        "tcp",
    )
    assert where_to("") == ("", "", "")


def test_edge_parses_the_bye_that_the_brain_makes() -> None:
    [found] = parse_dialogs([dialog(BROWSER, OF_THE_CORE)], CORE)
    assert bye.parse_bye(json.dumps(found.document)) == found.document


@given(st.dictionaries(st.sampled_from(["call_id", "target", "route"]), st.text(max_size=20)) | st.text() | st.none())
def test_edge_refuses_an_incomplete_bye(body: object) -> None:
    [found] = parse_dialogs([dialog(BROWSER, OF_THE_CORE)], CORE)
    text = json.dumps(body)
    assert bye.parse_bye(text) is None
    for name in found.document:
        assert bye.parse_bye(json.dumps({**found.document, name: "a\r\nX: 1"})) is None


@dataclass(frozen=True)
class Begun:
    begun: int


def test_dialog_older_than_the_core_is_lost_with_it() -> None:
    legs = [Begun(99), Begun(100), Begun(101)]
    assert lost_with_core(legs, 100.4) == legs[:2]


@pytest.mark.parametrize(("values", "begun"), [({}, 1_700_000_000), ({"start_ts": 0}, 1_700_000_000),
    ({"start_ts": 1_699_999_000}, 1_699_999_000), ({"start_ts": 1_700_000_005}, 1_700_000_000)])  # fmt: skip
def test_dialog_from_the_database_is_older_than_the_edge(values: dict[str, Any], begun: int) -> None:
    [found] = parse_dialogs([dialog(BROWSER, OF_THE_CORE, **values)], CORE)
    assert found.begun == begun
