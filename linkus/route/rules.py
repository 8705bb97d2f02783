"""Rules for which route fits a call, and what is sent to the provider. Pure: tests need no database and no telephone.

A pattern is made of digits, `*`, `#` and `+` for themselves, `X` for 0-9, `Z` for 1-9, `N` for 2-9, `[1357-9]` for one
of these, and at the very end `.` for one or more digits, `*`, `#` and `+`. It fits the whole dialled number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

_CLASSES = {"X": "[0-9]", "Z": "[1-9]", "N": "[2-9]"}
_PIECE = re.compile(r"\[([0-9*#+]|[0-9]-[0-9])+\]|[0-9*#+XZN]|\.$", re.IGNORECASE)
_RANGE = re.compile(r"([0-9])-([0-9])")
_SEPARATORS = re.compile(r"[\s()._\-/]+")

Destination = Literal["extension", "paging_group", "voicemail"]


@dataclass(frozen=True, slots=True)
class RouteTrunk:
    """Describes a trunk that a route goes out by. `calls` is how many it has now; `max_calls` 0 means no limit."""

    trunk_id: int
    name: str = ""
    caller_id: str = ""
    caller_id_name: str = ""
    enabled: bool = True
    calls: int = 0
    max_calls: int = 0

    @property
    def is_full(self) -> bool:
        return 0 < self.max_calls <= self.calls


@dataclass(frozen=True, slots=True)
class Outbound:
    """Describes an outbound route and its trunks, in the order in which they are tried."""

    name: str
    pattern: str
    strip: int = 0
    prepend: str = ""
    trunks: tuple[RouteTrunk, ...] = ()


@dataclass(frozen=True, slots=True)
class Inbound:
    """Describes where calls from outside go. `trunk_id` None and `did_number` empty mean any."""

    name: str
    destination: Destination
    trunk_id: int | None = None
    did_number: str = ""
    did_name: str = ""
    extension_id: int | None = None
    paging_group_id: int | None = None


def is_pattern(pattern: str) -> bool:
    """Return whether this may be saved as a pattern."""
    return _expression(pattern) is not None


def fits(pattern: str, dialled: str) -> bool:
    expression = _expression(pattern)
    return expression is not None and expression.fullmatch(dialled) is not None


def first_outbound(routes: Iterable[Outbound], dialled: str) -> Outbound | None:
    """Return the first route that fits; `routes` are in order of position."""
    return next((route for route in routes if fits(route.pattern, dialled)), None)


def dialled_number(typed: str) -> str:
    """Return what somebody dialled without its separators. The core sends only this to a provider, so the routes must
    judge this, too: else `0-900` would pass a route that blocks `0900.`. A `+` within a number is no digit either."""
    number = _SEPARATORS.sub("", typed)
    return number[:1] + number[1:].replace("+", "")


def sent_number(route: Outbound, dialled: str) -> str:
    """Return the number for the provider. It is empty if the route takes everything off: then there is nobody to
    call."""
    rest = dialled[route.strip :]
    return f"{route.prepend}{rest}" if rest else ""


def first_inbound(routes: Iterable[Inbound], trunk_id: int | None, dialled: str) -> Inbound | None:
    """Return the first route that fits; `routes` are in order of position."""
    number = plain_number(dialled)
    for route in routes:
        if route.trunk_id not in (None, trunk_id):
            continue
        if not route.did_number or plain_number(route.did_number) == number:
            return route
    return None


def plain_number(number: str) -> str:
    """Return a number without its separators. Providers send a DID with or without `+`: both are the same."""
    return _SEPARATORS.sub("", number).removeprefix("+")


@lru_cache(maxsize=4096)
def _expression(pattern: str) -> re.Pattern[str] | None:
    pieces, at = [], 0
    while at < len(pattern):
        piece = _PIECE.match(pattern, at)
        if piece is None:
            return None
        expression = _piece(piece[0])
        if expression is None:
            return None
        pieces.append(expression)
        at = piece.end()
    return re.compile("".join(pieces)) if pieces else None


def _piece(piece: str) -> str | None:
    if piece == ".":
        return "[0-9*#+]+"  # nothing that the core would leave out of the number which it sends
    if piece[0] != "[":
        return _CLASSES.get(piece.upper(), re.escape(piece))
    if any(low > high for low, high in _RANGE.findall(piece)):
        return None  # [9-1] is no meaningful range
    return piece
