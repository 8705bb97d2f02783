"""Registrations and calls know a browser or app by one name."""

from __future__ import annotations

import pytest

from linkus.presence.contacts import contact_owner


@pytest.mark.parametrize(
    ("registered", "calls"),
    [
        ("sip:k3j2@abc.invalid;transport=ws", "sip:k3j2@abc.invalid;transport=ws;ob"),
        ("sip:1001@10.0.0.7:5062", "sip:1001@10.0.0.7:5062;transport=tcp?x=1"),
        ("sip:k3j2@ABC.invalid", "sip:k3j2@abc.invalid"),
    ],
)
def test_owner_is_the_same_in_registration_and_call(registered: str, calls: str) -> None:
    assert contact_owner(registered) == contact_owner(calls) != contact_owner("sip:other@abc.invalid")
