"""A SIP message as the gate reads it: start line and headers in the order in which they came. Does not import
Kamailio."""

from typing import NamedTuple


class Header(NamedTuple):
    name: bytes  # lower case, never the compact form
    line: bytes  # as it came, unfolded
    value: bytes


class ParsedMessage:
    """The start line and the headers of a message, in the order in which they came."""

    def __init__(self) -> None:
        self.start = b""
        self.method = b""
        self.is_request = False
        self.headers: list[Header] = []
        self.values: dict[bytes, list[bytes]] = {}
        self.is_changed = False

    def add(self, header: Header) -> None:
        self.headers.append(header)
        self.values.setdefault(header.name, []).append(header.value)

    def first(self, name: bytes) -> bytes:
        """Return the value of the first such header, or b""."""
        values = self.values.get(name)
        return values[0] if values else b""

    def replace(self, index: int, value: bytes) -> None:
        header = self.headers[index]
        written = header.line.partition(b":")[0].rstrip()
        space = b" " if len(written) + 2 + len(value) <= len(header.line) else b""
        self.headers[index] = Header(header.name, written + b":" + space + value, value)
        self.values[header.name] = [other.value for other in self.headers if other.name == header.name]
        self.is_changed = True

    def text(self, body: bytes) -> bytes:
        return b"\r\n".join([self.start, *(header.line for header in self.headers)]) + b"\r\n\r\n" + body
