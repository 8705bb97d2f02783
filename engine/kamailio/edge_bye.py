"""Reads the brain's request to end a leg in the core's place, and writes a BYE. Does not import Kamailio."""

import json
from typing import NamedTuple

FIELDS = (
    "call_id", "local_uri", "local_tag", "remote_uri", "remote_tag",
    "target", "next_hop", "address", "transport", "route",
)  # fmt: skip


def parse_bye(body: str | None) -> dict[str, str] | None:
    """Return the fields of a BYE, or None unless all are there as single-line strings."""
    try:
        bye = json.loads(body or "")
        values = [bye[name] for name in FIELDS]
    except (ValueError, KeyError, TypeError):
        return None
    is_plain = all(isinstance(value, str) and value.isprintable() for value in values)
    return bye if is_plain and bye["call_id"] and bye["target"].startswith("sip") else None


class Bye(NamedTuple):
    """A BYE that the edge sends in another party's place. `local` and `remote` are the URI and tag of the two sides."""

    target: str
    next_hop: str
    call_id: str
    sequence: int
    local: tuple[str, str]
    remote: tuple[str, str]
    headers: str
    socket: str = ""

    @property
    def parameters(self) -> list[str]:
        """Return parameters of Kamailio's `tm.t_uac_start`: method, URI, next hop, socket, headers, body."""
        (local, local_tag), (remote, remote_tag) = self.local, self.remote
        headers = (
            f"From: <{local}>;tag={local_tag}\r\nTo: <{remote}>;tag={remote_tag}\r\n"
            f"Call-ID: {self.call_id}\r\nCSeq: {self.sequence} BYE\r\nMax-Forwards: 70\r\n{self.headers}"
        )
        return ["BYE", self.target, self.next_hop or ".", self.socket or ".", headers, ""]
