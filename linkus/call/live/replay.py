"""Replays the core's journal through the tracker, for a control server that was away meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from linkus.call.call_state import Call, Change, Leg
from linkus.call.live.tracker import Tracker
from linkus.call.records.journal import NUMBER_FIELDS, REJOIN, TEXT_FIELDS, Entry
from linkus.call.types import TRUNK

_UNIQUE = re.compile(r"(?:.*-)?([0-9]{1,12})\.([0-9]{1,12})")


def replay(tracker: Tracker, entries: Iterable[Entry]) -> Iterator[Change]:
    """Play the journal through a tracker. When the channel numbers start again, the core was restarted: the channels of
    the previous core ended at its last entry."""
    entries = list(entries)
    # The control server ends a leg as soon as it has told the core which leg replaces it: either may be written first.
    rejoins = {
        (entry.details.get("old"), entry.details.get("old_unique")): entry for entry in entries if entry.event == REJOIN
    }
    last: datetime | None = None
    alive: dict[str, str] = {}  # channel name -> unique id
    newest = (0, 0)
    for entry in entries:
        if entry.event == "CHAN_START" and (
            _is_another_core(newest, _begun(entry.unique)) or alive.get(entry.channel, entry.unique) != entry.unique
        ):
            for name in list(alive):
                yield from tracker.hung_up(name, 0, last or entry.at)
            alive.clear()
            tracker.forget_ended()
        last = entry.at
        if entry.event == "CHAN_START":
            newest = max(newest, _begun(entry.unique))
            alive[entry.channel] = entry.unique
        elif entry.event == "HANGUP":
            alive.pop(entry.channel, None)
            if successor := rejoins.get((entry.channel, entry.unique)):
                yield from _play(tracker, successor)
        yield from _play(tracker, entry)


def _begun(unique: str) -> tuple[int, int]:
    """Return the second in which a channel began, and its number within its core: `1796000000.17`."""
    match = _UNIQUE.fullmatch(unique)
    return (int(match[1]), int(match[2])) if match else (0, 0)


def _is_another_core(newest: tuple[int, int], begun: tuple[int, int]) -> bool:
    """Return whether a channel belongs to a restarted core. Channels of one second may be written in either order, so a
    smaller number counts only in a later second."""
    return begun[0] > newest[0] and begun[1] <= newest[1]


def _play(tracker: Tracker, entry: Entry) -> list[Change]:
    name, details, at = entry.channel, entry.details, entry.at
    match entry.event:
        case "CHAN_START":
            tracker.channel_begins(name, entry.unique, at)
        case "LK_PLAN":
            return tracker.planned(_call(entry), is_transfer="is_transfer" in details)
        case "LK_LEG":
            return _rings(tracker, entry)
        case "LK_REJOIN":
            return tracker.replace_leg(details.get("old", ""), name, details.get("call", ""))
        case "ANSWER":
            return [*tracker.state(name, True, at), *tracker.dial_ends(name, "ANSWER", at)]
        case "BRIDGE_ENTER":
            return tracker.bridge_entered(name, details.get("bridge_id", ""), at)
        case "BRIDGE_EXIT":
            tracker.bridge_left(name)
        case "HANGUP":
            tracker.dial_status(name, details.get("dialstatus", ""))
            return tracker.hung_up(name, _number(details.get("hangupcause")) or 0, at)
        case _:
            pass
    return []


def _call(entry: Entry) -> Call:
    values: dict[str, object] = {name: entry.details[name] for name in TEXT_FIELDS if name in entry.details}
    for name in NUMBER_FIELDS:
        number = _number(entry.details.get(name))
        if number is not None:
            values[name] = number
    needed = {"call_id": "", "from_number": "", "to_number": ""}
    return Call(caller_channel=entry.channel, started_at=entry.at, **{**needed, **values})  # type: ignore[arg-type]


def _rings(tracker: Tracker, entry: Entry) -> list[Change]:
    details = entry.details
    leg = Leg(
        name=entry.channel,
        group=entry.linked,
        up=False,
        call_id=details.get("call", ""),
        number=details.get("number", ""),
        kind=details.get("kind", ""),
        trunk_id=_number(details.get("trunk")),
        unique=entry.unique,
    )
    if tracker.is_page(leg.call_id):
        return tracker.page_rings(leg)
    if "caller" not in details:
        return []
    kind = details.get("caller_kind", "")
    caller = Leg(
        name=details["caller"],
        group=entry.linked,
        up=False,
        call_id=leg.call_id,
        number=details.get("caller_number", ""),
        kind=kind,
        trunk_id=_number(details.get("caller_trunk")) if kind == TRUNK else None,
        unique=details.get("caller_unique", ""),
    )
    return tracker.dial_begins(caller, leg, entry.at)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
