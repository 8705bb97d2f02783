"""Reads the core's journal of its calls, for a control server that was away meanwhile.

The core keeps a journal (cel_custom.conf): one JSON object per line, in the order of events and with the core's own
timestamps. Replayed through the tracker, it yields the live and the ended calls, as if the control server had received
the events. Each plan contains the text that the core writes about it (`of_plan`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from linkus.call.call_state import Call, Change, Leg
from linkus.call.live.tracker import Tracker
from linkus.call.types import TRUNK

PLAN, LEG, REJOIN = "LK_PLAN", "LK_LEG", "LK_REJOIN"
_TEXTS = ("call_id", "from_number", "from_kind", "to_number", "action", "origin", "did_number", "core_key")
_UNIQUE = re.compile(r"(?:.*-)?([0-9]{1,12})\.([0-9]{1,12})")
_NUMBERS = ("plan_cause", "page_targets", "from_extension_id", "to_extension_id", "trunk_id")


@dataclass(frozen=True, slots=True)
class Entry:
    """Holds one line. `said` has the fields that the dialplan added, or the details of one of the core's own events."""

    at: datetime
    event: str
    channel: str
    unique: str
    linked: str
    said: dict[str, str]


def of_plan(call: Call, *, is_transfer: bool) -> str:
    """Return the text about a plan for the core's journal. It has no names: these are looked up by number."""
    fields: dict[str, object] = {name: getattr(call, name) for name in (*_TEXTS, *_NUMBERS)}
    fields["is_transfer"] = int(is_transfer)
    return urlencode({name: value for name, value in fields.items() if value})


def of_rejoin(old: str, old_unique: str, own_id: str) -> str:
    """Return the text for the core's journal about a leg that replaces `old`."""
    return urlencode({"old": old, "old_unique": old_unique, "call": own_id})


def read(files: Iterable[Path]) -> list[Entry]:
    """Return the entries of these files, given oldest first. Skip a line that is truncated or unknown."""
    found = []
    for file in files:
        try:
            lines = file.read_bytes().splitlines()
        except FileNotFoundError:
            continue
        found += [entry for entry in map(parse, lines) if entry is not None]
    return found


def parse(line: bytes) -> Entry | None:
    try:
        document = json.loads(line)
        event = str(document["userdeftype"] or document["eventtype"])
        return Entry(
            at=datetime.fromtimestamp(float(document["eventtime"]), UTC),
            event=event,
            channel=str(document["channame"]),
            unique=str(document["uniqueid"]),
            linked=str(document["linkedid"]),
            said=_said(event, document.get("eventextra") or ""),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def _said(event: str, extra: object) -> dict[str, str]:
    document = extra
    if isinstance(extra, str) and extra.startswith("{"):
        document = json.loads(extra)
    if event in (PLAN, LEG, REJOIN):
        text = document.get("extra", "") if isinstance(document, dict) else str(document)
        return dict(parse_qsl(text))
    return {str(name): str(value) for name, value in document.items()} if isinstance(document, dict) else {}


def replay(tracker: Tracker, entries: Iterable[Entry]) -> Iterator[Change]:
    """Play the journal through a tracker. When the channel numbers start again, the core was restarted: the channels of
    the previous core ended at its last entry."""
    entries = list(entries)
    # The control server ends a leg as soon as it has told the core which leg replaces it: either may be written first.
    rejoins = {
        (entry.said.get("old"), entry.said.get("old_unique")): entry for entry in entries if entry.event == REJOIN
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
            tracker.forget_gone()
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
    found = _UNIQUE.fullmatch(unique)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _is_another_core(newest: tuple[int, int], begun: tuple[int, int]) -> bool:
    """Return whether a channel belongs to a restarted core. Channels of one second may be written in either order, so a
    smaller number counts only in a later second."""
    return begun[0] > newest[0] and begun[1] <= newest[1]


def _play(tracker: Tracker, entry: Entry) -> list[Change]:
    name, said, at = entry.channel, entry.said, entry.at
    match entry.event:
        case "CHAN_START":
            tracker.channel_begins(name, entry.unique, at)
        case "LK_PLAN":
            return tracker.planned(_call(entry), is_transfer="is_transfer" in said)
        case "LK_LEG":
            return _rings(tracker, entry)
        case "LK_REJOIN":
            return tracker.replace_leg(said.get("old", ""), name, said.get("call", ""))
        case "ANSWER":
            return [*tracker.state(name, True, at), *tracker.dial_ends(name, "ANSWER", at)]
        case "BRIDGE_ENTER":
            return tracker.bridge_entered(name, said.get("bridge_id", ""), at)
        case "BRIDGE_EXIT":
            tracker.bridge_left(name)
        case "HANGUP":
            tracker.dial_status(name, said.get("dialstatus", ""))
            return tracker.hung_up(name, _number(said.get("hangupcause")) or 0, at)
        case _:
            pass
    return []


def _call(entry: Entry) -> Call:
    values: dict[str, object] = {name: entry.said[name] for name in _TEXTS if name in entry.said}
    for name in _NUMBERS:
        number = _number(entry.said.get(name))
        if number is not None:
            values[name] = number
    needed = {"call_id": "", "from_number": "", "to_number": ""}
    return Call(caller_channel=entry.channel, started_at=entry.at, **{**needed, **values})  # type: ignore[arg-type]


def _rings(tracker: Tracker, entry: Entry) -> list[Change]:
    said = entry.said
    leg = Leg(
        name=entry.channel,
        group=entry.linked,
        up=False,
        call_id=said.get("call", ""),
        number=said.get("number", ""),
        kind=said.get("kind", ""),
        trunk_id=_number(said.get("trunk")),
        unique=entry.unique,
    )
    if tracker.is_page(leg.call_id):
        return tracker.page_rings(leg)
    if "caller" not in said:
        return []
    kind = said.get("caller_kind", "")
    caller = Leg(
        name=said["caller"],
        group=entry.linked,
        up=False,
        call_id=leg.call_id,
        number=said.get("caller_number", ""),
        kind=kind,
        trunk_id=_number(said.get("caller_trunk")) if kind == TRUNK else None,
        unique=said.get("caller_unique", ""),
    )
    return tracker.dial_begins(caller, leg, entry.at)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None
