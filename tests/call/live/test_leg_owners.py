from __future__ import annotations

import pytest

from linkus.call.live import leg_owners
from linkus.call.live.leg_owners import LegOwners


def test_owner_is_known_by_call_and_address_of_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leg_owners, "MAX_LEGS", 2)
    known = LegOwners()
    known.note("c1", "1001.web", "sip:a@x")
    known.note("c1", "1002.web", "sip:b@x")
    assert known.owns({"c0", "c1"}, "1001.web", frozenset({"a@x"}))
    assert not known.owns({"c1"}, "1002.web", frozenset({"a@x"}))
    assert not known.owns({"c2"}, "1001.web", frozenset({"a@x"}))
    known.note("c2", "1001.web", "sip:a@x")  # the first is forgotten
    assert not known.owns({"c1"}, "1001.web", frozenset({"a@x"}))
    assert known.owns({"c1"}, "1002.web", frozenset({"b@x"}))
