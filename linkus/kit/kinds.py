"""Kinds of client that an extension has. Each is a SIP identity of its own, such as `1001.web`."""

from enum import StrEnum


class ClientKind(StrEnum):
    """A Linkus client, in which a user signs in."""

    WEB = "web"
    DESKTOP = "desktop"
    MOBILE = "mobile"
    PAD = "pad"


class SipKind(StrEnum):
    """Everything that registers at the edge: Linkus clients and desk phones."""

    WEB = "web"
    DESKTOP = "desktop"
    MOBILE = "mobile"
    PAD = "pad"
    PHONE = "phone"


def aor(number: str, kind: ClientKind | SipKind) -> str:
    """Return the user part of the address of record."""
    return f"{number}.{kind.value}"
