"""A SIP message as text (RFC 3261), with no more features than the tests need."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field


@dataclass
class Message:
    start: str
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: str = ""

    @property
    def is_request(self) -> bool:
        return not self.start.startswith("SIP/2.0")

    @property
    def method(self) -> str:
        return self.start.split()[0] if self.is_request else self.get("CSeq").split()[1]

    @property
    def status(self) -> int:
        return int(self.start.split()[1])

    def all(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def get(self, name: str) -> str:
        return next(iter(self.all(name)), "")

    def add(self, name: str, value: object) -> Message:
        self.headers.append((name, str(value)))
        return self

    def encode(self) -> str:
        body = self.body.encode()
        lines = [self.start, *(f"{name}: {value}" for name, value in self.headers), f"Content-Length: {len(body)}"]
        return "\r\n".join(lines) + "\r\n\r\n" + self.body


_COMPACT = {
    "v": "Via",
    "f": "From",
    "t": "To",
    "i": "Call-ID",
    "m": "Contact",
    "l": "Content-Length",
    "c": "Content-Type",
}


def parse(text: str) -> Message:
    head, _, body = text.partition("\r\n\r\n")
    start, *lines = re.sub(r"\r\n[ \t]+", " ", head).split("\r\n")
    message = Message(start, body=body)
    for line in lines:
        name, _, value = line.partition(":")
        name = _COMPACT.get(name.strip(), name.strip())
        if name.lower() != "content-length":
            message.add(name, value.strip())
    return message


def tag(value: str) -> str:
    match = re.search(r";tag=([^;>]+)", value)
    return match[1] if match else ""


def uri(value: str) -> str:
    match = re.search(r"<([^>]+)>", value)
    return match[1] if match else value.split(";")[0].strip()


def digest(challenge: str, method: str, target: str, username: str, password: str) -> str:
    """Return the answer to a digest challenge with qop=auth (RFC 7616)."""

    def md5(text: str) -> str:
        return hashlib.md5(text.encode()).hexdigest()  # noqa: S324 SIP digest requires it

    fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge.partition(" ")[2]))
    ha1, ha2 = md5(f"{username}:{fields['realm']}:{password}"), md5(f"{method}:{target}")
    count, cnonce = "00000001", "c0ffee11"
    response = md5(f"{ha1}:{fields['nonce']}:{count}:{cnonce}:auth:{ha2}")
    return (
        f'Digest username="{username}", realm="{fields["realm"]}", nonce="{fields["nonce"]}", uri="{target}", '
        f'response="{response}", algorithm=MD5, qop=auth, nc={count}, cnonce="{cnonce}"'
    )
