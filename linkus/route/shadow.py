"""Finds the routes that are never reached, because an earlier one takes all of their calls: pure functions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Generic, Protocol, TypeVar

from linkus.route.pattern import Pattern, PatternError, parse
from linkus.route.rules import plain_number

_SEPARATORS = re.compile(r"[\s().\-/]+")
_NUMBER = re.compile(r"\+?[0-9*#\s().\-/]*")


class InboundLike(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def trunk_id(self) -> int | None: ...
    @property
    def did_number(self) -> str: ...
    @property
    def enabled(self) -> bool: ...


InboundLikeT = TypeVar("InboundLikeT", bound=InboundLike)


class OutboundLike(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def pattern(self) -> str: ...
    @property
    def enabled(self) -> bool: ...


def clean_did(number: str) -> str:
    """Return a number as it is stored, without separators. A name in place of a number stays as it is."""
    return _SEPARATORS.sub("", number) if _NUMBER.fullmatch(number) else number


def takes(earlier: InboundLike, later: InboundLike) -> bool:
    """Return whether `earlier` fits every call that fits `later`."""
    if earlier.trunk_id not in (None, later.trunk_id):
        return False
    return not earlier.did_number or (
        bool(later.did_number) and plain_number(earlier.did_number) == plain_number(later.did_number)
    )


def shadowed_inbound(routes: Iterable[InboundLike]) -> dict[int, int]:
    """Map the id of a route to the id of the first route before it that takes all of its calls. A lookup by trunk and
    number handles thousands of routes in one pass."""
    first: dict[tuple[int | None, str], int] = {}
    shadowing_ids: dict[int, int] = {}
    place = {}
    for at, route in enumerate(routes):
        place[route.id] = at
        if not route.enabled:
            continue
        key = plain_number(route.did_number)
        takers = [first.get((trunk, did)) for trunk in {None, route.trunk_id} for did in {"", key}]
        known = [taker for taker in takers if taker is not None]
        if known:
            shadowing_ids[route.id] = min(known, key=place.__getitem__)
        first.setdefault((route.trunk_id, key), route.id)
    return shadowing_ids


class InboundOrder(Generic[InboundLikeT]):
    """Keeps routes in order, and inserts new ones last, but before the first that would take all of their calls. Like
    `shadowed_inbound`, it looks up by trunk and number, so that thousands can be inserted."""

    def __init__(self, routes: Iterable[InboundLikeT]) -> None:
        self.routes = list(routes)
        self._first: dict[tuple[int | None, str], InboundLikeT] = {}
        for route in self.routes:
            self._note(route)

    def insert(self, new: InboundLikeT) -> None:
        own = (new.trunk_id, plain_number(new.did_number))
        wider = {(trunk, did) for trunk in (None, own[0]) for did in ("", own[1])} - {own}
        takers = [self._first[key] for key in wider if key in self._first]
        at = min(map(self.routes.index, takers), default=len(self.routes))
        same = self._first.get(own)
        if same is not None and new.enabled and self.routes.index(same) >= at:
            del self._first[own]  # the new route stands before it
        self.routes.insert(at, new)
        self._note(new)

    def _note(self, route: InboundLikeT) -> None:
        if route.enabled:
            self._first.setdefault((route.trunk_id, plain_number(route.did_number)), route)


def shadowed_outbound(routes: Sequence[OutboundLike]) -> dict[int, int]:
    shadowing_ids: dict[int, int] = {}
    earlier: list[tuple[int, Pattern]] = []
    for route in routes:
        pattern = _read(route.pattern)
        if not route.enabled or pattern is None:
            continue
        taker = next((other for other, wide in earlier if wide.covers(pattern)), None)
        if taker is not None:
            shadowing_ids[route.id] = taker
        earlier.append((route.id, pattern))
    return shadowing_ids


def outbound_takes(earlier: OutboundLike, later: OutboundLike) -> bool:
    wide, narrow = _read(earlier.pattern), _read(later.pattern)
    return wide is not None and narrow is not None and wide.covers(narrow)


def _read(pattern: str) -> Pattern | None:
    try:
        return parse(pattern)
    except PatternError:
        return None
