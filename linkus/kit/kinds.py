"""The kinds of client that an extension has, each a SIP identity of its own: `1001.web` (DESIGN, Identities)."""

from enum import StrEnum


class ClientKind(StrEnum):
    """A Linkus client: somebody signs in with it."""

    WEB = "web"
    DESKTOP = "desktop"
    MOBILE = "mobile"
    PAD = "pad"


class SipKind(StrEnum):
    """Everything that registers at the edge: the Linkus clients, and desk phones."""

    WEB = "web"
    DESKTOP = "desktop"
    MOBILE = "mobile"
    PAD = "pad"
    PHONE = "phone"


def aor(number: str, kind: ClientKind | SipKind) -> str:
    """The address of record's user part."""
    return f"{number}.{kind.value}"
