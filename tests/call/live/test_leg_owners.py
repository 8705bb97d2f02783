from __future__ import annotations

import pytest

from linkus.call.live import leg_owners as agents
from linkus.call.live.leg_owners import Agents, agent_of


@pytest.mark.parametrize(
    ("registered", "calls"),
    [
        ("sip:k3j2@abc.invalid;transport=ws", "sip:k3j2@abc.invalid;transport=ws;ob"),
        ("sip:1001@10.0.0.7:5062", "sip:1001@10.0.0.7:5062;transport=tcp?x=1"),
        ("sip:k3j2@ABC.invalid", "sip:k3j2@abc.invalid"),
    ],
)
def test_one_agent_has_one_name(registered: str, calls: str) -> None:
    assert agent_of(registered) == agent_of(calls) != agent_of("sip:other@abc.invalid")


def test_a_leg_is_known_by_call_and_address_of_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agents, "MOST", 2)
    known = Agents()
    known.note("c1", "1001.web", "sip:a@x")
    known.note("c1", "1002.web", "sip:b@x")
    assert known.is_one_of({"c0", "c1"}, "1001.web", frozenset({"a@x"}))
    assert not known.is_one_of({"c1"}, "1002.web", frozenset({"a@x"}))
    assert not known.is_one_of({"c2"}, "1001.web", frozenset({"a@x"}))
    known.note("c2", "1001.web", "sip:a@x")  # the first is forgotten
    assert not known.is_one_of({"c1"}, "1001.web", frozenset({"a@x"}))
    assert known.is_one_of({"c1"}, "1002.web", frozenset({"b@x"}))
