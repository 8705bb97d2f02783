from __future__ import annotations

import pytest
from starlette.requests import Request

from linkus.kit.http import client_address, client_user_agent


def request(peer: str | None, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "client": (peer, 1) if peer else None, "headers": raw})


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.3", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "203.0.113.9, 192.0.2.7", "192.0.2.7"),  # nginx itself appends the last
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("198.51.100.1", "192.0.2.7", "198.51.100.1"),  # anybody can write the header
        (None, "", ""),
    ],
)
def test_forwarded_address_is_believed_from_this_machine_only(peer: str | None, told: str, address: str) -> None:
    assert client_address(request(peer, x_forwarded_for=told)) == address


def test_user_agent_is_one_short_printable_line() -> None:
    agent = client_user_agent(request("127.0.0.1", user_agent="a\x00b\tc" + "x" * 1000))
    assert agent.startswith("abc")
    assert len(agent) == 255
