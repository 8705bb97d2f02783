"""Renders an event in the reader's language from its kind and parameters. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from linkus.event.kinds import EventKind
from linkus.kit.messages import LANGUAGES, Language, text

REASON_CODE = "reason_code"  # a parameter that is a message code itself; its text becomes `{reason}`
MAX_WORDS = 4000


def event_name(language: Language, kind: EventKind) -> str:
    return text(language, f"event_{kind}_name")


def reason_text(language: Language, params: Mapping[str, Any]) -> str:
    return text(language, params[REASON_CODE], **params)


def event_text(language: Language, kind: EventKind, params: Mapping[str, Any]) -> str:
    known = dict(params)
    if REASON_CODE in known:
        known["reason"] = reason_text(language, params)
    return text(language, f"event_{kind}", **known)


def words(kind: EventKind, params: Mapping[str, Any]) -> str:
    """Return the lower-case text for searches, in all languages. Raise KeyError if a parameter is missing."""
    return "\n".join(event_text(language, kind, params) for language in LANGUAGES).lower()[:MAX_WORDS]
