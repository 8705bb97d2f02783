"""The catalogue of events has every event, and what is written from it is up to date."""

from __future__ import annotations

import importlib
import pkgutil

import linkus
from linkus.event_catalogue import CLIENTS_ONLY_OR_TOO, EVERY_CONNECTION, PORTAL_ONLY
from linkus.kit.bus import Event
from tools.events import DOCUMENT, TYPES, document, typescript

ENTRIES = (*EVERY_CONNECTION, *CLIENTS_ONLY_OR_TOO, *PORTAL_ONLY)
HINT = "run `python -m tools.events`"


def test_the_types_of_the_sdk_are_those_of_the_catalogue() -> None:
    assert TYPES.read_text() == typescript(), HINT


def test_the_document_has_the_tables_of_the_catalogue() -> None:
    assert DOCUMENT.read_text() == document(), HINT


def test_every_event_of_the_server_is_in_the_catalogue_once() -> None:
    for module in pkgutil.walk_packages(linkus.__path__, "linkus."):
        if module.name.endswith(".events"):
            importlib.import_module(module.name)
    events = [entry.event for entry in ENTRIES]
    assert len(events) == len(set(events))
    assert {event for event in Event.__subclasses__() if event.__module__.startswith("linkus.")} == set(events)


def test_every_event_is_described() -> None:
    assert [entry.type for entry in ENTRIES if not entry.event.__doc__] == []
