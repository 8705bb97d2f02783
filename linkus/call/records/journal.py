"""Reads the core's journal of its calls, for a control server that was away meanwhile.

The core keeps a journal (cel_custom.conf): one JSON object per line, in the order of events and with the core's own
timestamps. Replayed through the tracker (linkus/call/live/replay.py), it yields the live and the ended calls, as if the
control server had received the events. Each plan contains the text that the core writes about it (`of_plan`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

from linkus.call.call_state import Call

MAX_QUIET_FILE_BYTES, MAX_FILE_BYTES = 1 << 20, 64 << 20  # file size for rotation: without calls, and with calls
PLAN, LEG, REJOIN = "LK_PLAN", "LK_LEG", "LK_REJOIN"
TEXT_FIELDS = ("call_id", "from_number", "from_kind", "to_number", "action", "origin", "did_number", "core_key")
NUMBER_FIELDS = ("plan_cause", "page_targets", "from_extension_id", "to_extension_id", "trunk_id")


@dataclass(frozen=True, slots=True)
class Entry:
    """Holds one line. `details` are the fields that the dialplan added, or those of one of the core's own events."""

    at: datetime
    event: str
    channel: str
    unique: str
    linked: str
    details: dict[str, str]


def of_plan(call: Call, *, is_transfer: bool) -> str:
    """Return the text about a plan for the core's journal. It has no names: these are looked up by number."""
    fields: dict[str, object] = {name: getattr(call, name) for name in (*TEXT_FIELDS, *NUMBER_FIELDS)}
    fields["is_transfer"] = int(is_transfer)
    return urlencode({name: value for name, value in fields.items() if value})


def of_rejoin(old: str, old_unique: str, own_id: str) -> str:
    """Return the text for the core's journal about a leg that replaces `old`."""
    return urlencode({"old": old, "old_unique": old_unique, "call": own_id})


def read(files: Iterable[Path]) -> list[Entry]:
    """Return the entries of these files, given oldest first. Skip a line that is truncated or unknown."""
    entries = []
    for file in files:
        try:
            lines = file.read_bytes().splitlines()
        except FileNotFoundError:
            continue
        entries += [entry for entry in map(parse, lines) if entry is not None]
    return entries


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
            details=_details(event, document.get("eventextra") or ""),
        )
    except (ValueError, KeyError, TypeError, OverflowError):
        return None


def _details(event: str, extra: object) -> dict[str, str]:
    document = extra
    if isinstance(extra, str) and extra.startswith("{"):
        document = json.loads(extra)
    if event in (PLAN, LEG, REJOIN):
        text = document.get("extra", "") if isinstance(document, dict) else str(document)
        return dict(parse_qsl(text))
    return {str(name): str(value) for name, value in document.items()} if isinstance(document, dict) else {}


class CoreJournal:
    """Manages the files in which the core writes what happens to calls, and the time when the core was last alive."""

    def __init__(self, path: Path) -> None:
        self._current, self._rotated = path, path.with_suffix(".1.jsonl")
        self._alive_file = path.with_name("alive")

    def read(self) -> list[Entry]:
        return read([self._rotated, self._current])

    def last_alive(self) -> datetime | None:
        """Return when a control server last saw the core alive."""
        try:
            return datetime.fromtimestamp(self._alive_file.stat().st_mtime, UTC)
        except FileNotFoundError:
            return None

    def mark_alive(self) -> None:
        """Record that the core is alive now."""
        self._alive_file.touch()

    def rotate(self, *, is_quiet: bool) -> None:
        """Rotate the journal: early while nothing in it is needed, and at its maximum size in any case."""
        try:
            size = self._current.stat().st_size
        except FileNotFoundError:
            return
        if size > (MAX_QUIET_FILE_BYTES if is_quiet else MAX_FILE_BYTES):
            self._current.replace(self._rotated)
