"""Renders an event in the reader's language from its kind and parameters. Pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from linkus.kit.messages import DEFAULT_LANGUAGE, LANGUAGES, Language, catalogue, text
from linkus.shared.event_log.kinds import EventKind

REASON_CODE = "reason_code"
CODE_SUFFIX = "_code"  # of a parameter that is a message code itself: the text of `reason_code` becomes `{reason}`
MAX_WORDS = 4000


def event_name(language: Language, kind: EventKind) -> str:
    return text(language, f"event_{kind}_name")


def reason_text(language: Language, params: Mapping[str, Any]) -> str:
    return text(language, params[REASON_CODE], **params)


def event_facts(language: Language, params: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters, with a text beside each message code."""
    facts = dict(params)
    for name, code in params.items():
        if name.endswith(CODE_SUFFIX):
            facts[name.removesuffix(CODE_SUFFIX)] = text(language, code, **params)
    return facts


def event_text(language: Language, kind: EventKind, params: Mapping[str, Any]) -> str:
    return text(language, f"event_{kind}", **event_facts(language, params))


def parameters(kind: EventKind) -> list[str]:
    """Return the names of the facts in the text about a kind of event, in their order."""
    return _fields(f"event_{kind}")


def all_parameters(kind: EventKind, params: Mapping[str, Any]) -> list[str]:
    """Return the names of the parameters that the text needs, with those of the message codes that it shows."""
    names: list[str] = []
    for name in parameters(kind):
        code = name + CODE_SUFFIX
        names += [code, *_fields(params[code])] if code in params else [name]
    return list(dict.fromkeys(names))


def _fields(code: str) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(catalogue(DEFAULT_LANGUAGE)[code]) if name]


def words(kind: EventKind, params: Mapping[str, Any]) -> str:
    """Return the lower-case text for searches, in all languages. Raise KeyError if a parameter is missing."""
    return "\n".join(event_text(language, kind, params) for language in LANGUAGES).lower()[:MAX_WORDS]
