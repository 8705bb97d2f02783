"""Reads the test messages of RFC 4475 and RFC 5118, stored here in the notation of RFC 4475 section 2."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

_HERE = Path(__file__).parent
_HEADING = re.compile(r"^==== (?P<section>[\d.]+) (?P<name>\S+): (?P<title>.+)\n", re.MULTILINE)
_ALL_ONE_LINE = re.compile(r"<allOneLine>\n(.*?)\n</allOneLine>", re.DOTALL)
_REPEAT = re.compile(r"<repeat count=(\d+)>(.*?)</repeat>", re.DOTALL)
_HEX = re.compile(rb"<hex>([0-9A-Fa-f\s]*)</hex>")


@dataclass(frozen=True)
class TortureMessage:
    section: str
    name: str
    title: str
    octets: bytes

    @property
    def is_request(self) -> bool:
        return not self.octets.startswith(b"SIP/2.0 ")


def decode(text: str) -> bytes:
    """Return the octets that a message in the RFC's notation stands for. Each line ends with CRLF."""
    text = _ALL_ONE_LINE.sub(lambda found: found[1].replace("\n", ""), text)
    text = _REPEAT.sub(lambda found: found[2] * int(found[1]), text)
    encoded = text.replace("\n", "\r\n").encode("ascii")
    return _HEX.sub(lambda found: bytes.fromhex(found[1].decode()), encoded)


def read(rfc: str) -> list[TortureMessage]:
    text = (_HERE / f"{rfc}.txt").read_text(encoding="ascii")
    headings = list(_HEADING.finditer(text))
    ends = [heading.start() for heading in headings[1:]] + [len(text)]
    return [
        TortureMessage(found["section"], found["name"], found["title"], decode(text[found.end() : end]))
        for found, end in zip(headings, ends, strict=True)
    ]


RFC_4475 = read("rfc4475")
RFC_5118 = read("rfc5118")
