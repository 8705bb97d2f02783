"""Reads the dialogs that the edge holds, and how to end those that the core no longer knows.

Each leg of a call has a dialog between the core and one client, phone or provider. When the core dies, only the edge
can end it: the edge sends the BYE instead of the core.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from linkus.kit.addresses import without_brackets

EARLY, CONFIRMED, DELETED = 2, 4, 5  # dlg_hash.h; 3 is answered without an ACK
_TRANSPORTS = {"1": "udp", "2": "tcp", "3": "tls", "5": "ws", "6": "wss"}  # nathelper writes numbers into `alias`
_ALIAS = re.compile(r";alias=([^~;>]+)~(\d+)~(\d)")
_PORT = re.compile(r":\d+$")  # the port after a host; an IPv6 host such as [2001:db8::7] is in brackets
_URI = re.compile(r"<?(sips?:[^>\s]+)>?")


@dataclass(frozen=True, slots=True)
class Bye:
    """The parameters with which the edge sends a BYE to the other end of a leg (POST /bye)."""

    call_id: str
    local_uri: str  # the core's side
    local_tag: str
    remote_uri: str
    remote_tag: str
    target: str
    next_hop: str
    address: str  # of the next hop
    transport: str
    route: str


@dataclass(frozen=True, slots=True)
class Dialog:
    """A dialog that the edge holds. `bye` is None until it is confirmed; before, it must be cancelled or answered."""

    entry: int
    number: int
    call_id: str
    from_tag: str
    to_tag: str
    begun: int  # unix seconds
    bye: Bye | None

    @property
    def document(self) -> dict[str, str]:
        return asdict(self.bye) if self.bye else {}


def parse_dialogs(answer: Any, core: str) -> list[Dialog]:
    """Parse the answer of `dlg.list`, without dialogs that have ended. `core` is the core's address and port."""
    items: Iterable[Mapping[str, Any]] = [answer] if isinstance(answer, Mapping) else answer or []
    return [_dialog(item, core) for item in items if int(item["state"]) < DELETED]


def _dialog(item: Mapping[str, Any], core: str) -> Dialog:
    caller, callee = item["caller"], item["callee"]
    return Dialog(
        entry=int(item["h_entry"]),
        number=int(item["h_id"]),
        call_id=item["call-id"],
        from_tag=_text(caller["tag"]),
        to_tag=_text(callee["tag"]),
        begun=_begun(item),
        bye=_bye(item, core) if int(item["state"]) > EARLY else None,
    )


def _begun(item: Mapping[str, Any]) -> int:
    """Return when the leg began, at the latest. For a dialog that a restarted edge read from its database, `init_ts` is
    the time of reading. With that time alone, the leg would seem to belong to a core that started in the meantime."""
    begun, answered = int(item["init_ts"]), int(item.get("start_ts") or 0)
    return min(begun, answered) if answered else begun


def _bye(item: Mapping[str, Any], core: str) -> Bye | None:
    caller, callee = item["caller"], item["callee"]
    core_called = _address(_text(callee["contact"])) == core
    local, remote = (callee, caller) if core_called else (caller, callee)
    local_uri, remote_uri = (item["to_uri"], item["from_uri"]) if core_called else (item["from_uri"], item["to_uri"])
    target, next_hop, transport = where_to(_text(remote["contact"]))
    if not target:
        return None
    route = _text(remote["route_set"])
    if found := _URI.match(route):
        next_hop = found[1]
        transport = _transport(next_hop)
    return Bye(
        call_id=item["call-id"],
        local_uri=local_uri,
        local_tag=_text(local["tag"]),
        remote_uri=remote_uri,
        remote_tag=_text(remote["tag"]),
        target=target,
        next_hop=next_hop,
        address=without_brackets(_PORT.sub("", _address(next_hop))),
        transport=transport,
        route=route,
    )


def where_to(contact: str) -> tuple[str, str, str]:
    """Return the URI of a contact, the next hop for requests to it, and the transport. An alias holds the observed
    address of the client, which is the only one that reaches a browser or a phone behind NAT."""
    found = _URI.match(contact)
    if found is None:
        return "", "", ""
    uri = found[1]
    alias = _ALIAS.search(uri)
    if alias is None:
        return uri, uri, _transport(uri)
    host, port, number = alias.groups()
    transport = _TRANSPORTS.get(number, "udp")
    return _ALIAS.sub("", uri), f"sip:{host}:{port};transport={transport}", transport


def _transport(uri: str) -> str:
    found = re.search(r";transport=(\w+)", uri, re.IGNORECASE)
    return found[1].lower() if found else "udp"


def _address(contact: str) -> str:
    found = _URI.match(contact)
    return found[1].rpartition("@")[2].partition(";")[0].removeprefix("sip:") if found else ""


def _text(value: object) -> str:
    return "" if value in (None, "[not set]", "n/a") else str(value)
