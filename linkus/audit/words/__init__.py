"""Says in the reader's language what an entry of the audit log holds. Each language has one TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import lru_cache
from importlib.resources import files
from typing import Any

from linkus.kit.messages import LANGUAGES, Language
from linkus.kit.messages import catalogue as messages
from linkus.shared.audit.kinds import AuditObject
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.words import event_name
from linkus.shared.roles.builtin import BUILTIN_KEYS

# Values of these fields are names of these sections, or keys of messages with this prefix.
_SECTION_OF = {
    (AuditObject.MENU_RULE, "targets"): "menus",
    (AuditObject.SETTING_RULE, "targets"): "settings",
}
_MESSAGE_OF = {(AuditObject.ADMINISTRATOR, "role"): "role_", (AuditObject.ROLE, "permissions"): "page_"}
# Names that consist of parts, some of which are words: a kind of client, a language.
_PARTS_OF_NAME = {AuditObject.CLIENT_SETTINGS: " ", AuditObject.PROMPT: " ", AuditObject.DEVICE: " · "}
# Their switches are on or off, as in the histories of these settings and also where one entry tells of many clients.
_SWITCHES = (AuditObject.CLIENT_SETTINGS, AuditObject.CLIENT_SETTINGS_BULK, AuditObject.SERVER_SETTINGS)
_WORDS_IN_NAMES = ("web", "desktop", "mobile", "pad", "zh-CN", "en")
MIN_SEARCHED_CHARACTERS = 2


@lru_cache
def catalogue(language: Language) -> dict[str, dict[str, str]]:
    texts: dict[str, dict[str, str]] = tomllib.loads((files(__name__) / f"{language}.toml").read_text("utf-8"))
    texts["fields"] |= {kind.value: event_name(language, kind) for kind in EventKind}
    return texts


def label(language: Language, section: str, name: str) -> str:
    """Return the words for a name. An entry of another release may hold a name without words, and shows it."""
    return catalogue(language)[section].get(name, name)


def actor_label(language: Language, kind: str, name: str) -> str:
    return f"{label(language, 'actors', kind)} {name}".strip()


def field_label(language: Language, about: str, name: str) -> str:
    """Return the words for a field, which the objects of some kinds call otherwise."""
    fields = catalogue(language)["fields"]
    return fields.get(f"{about}.{name}") or fields.get(name, name)


def object_name(language: Language, about: str, name: str) -> str:
    """Return the name of an object. Those of the system itself, and kinds of clients in a name, are words."""
    if about == AuditObject.EVENT_TEMPLATE:
        kind, _, of_language = name.partition(" ")
        return f"{label(language, 'fields', kind)} {label(language, 'values', of_language)}".strip()
    separator = _PARTS_OF_NAME.get(AuditObject(about))
    if separator is None:
        return label(language, "values", name)
    words = catalogue(language)["values"]
    return separator.join(words[part] if part in _WORDS_IN_NAMES else part for part in name.split(separator))


def field_text(language: Language, about: str, field: str, value: Any) -> str:
    """Return the words for what a field of an object holds."""
    where = (AuditObject(about), field)
    if where in _SECTION_OF and isinstance(value, list):
        value = [label(language, _SECTION_OF[where], str(one)) for one in value]
    elif where in _MESSAGE_OF:
        prefix = _MESSAGE_OF[where]
        value = (
            _named(language, prefix, value)
            if not isinstance(value, list)
            else [_page_permission(language, prefix, str(one)) for one in value]
        )
    elif field == "path" and isinstance(value, list):
        return "/".join(map(str, value))  # as the tree and the CSV file write it
    return value_text(language, value, are_switches=about in _SWITCHES)


def _named(language: Language, prefix: str, key: Any) -> Any:
    return messages(language).get(f"{prefix}{key}", key)


def _page_permission(language: Language, prefix: str, told: str) -> str:
    page, _, action = told.partition(": ")
    colon = catalogue(language)["format"]["colon"]
    return f"{_named(language, prefix, page)}{colon}{label(language, 'values', action)}"


def names_of_words(search: str) -> dict[str, list[str]]:
    """Return, by section, the names whose words somebody searches, in any language: the log stores names.

    Words of the Latin alphabet must be complete, because parts of them occur in too many names."""
    sought = search.strip().lower()
    found: dict[str, list[str]] = {}
    if len(sought) < MIN_SEARCHED_CHARACTERS:
        return found
    for language in LANGUAGES:
        for section in ("objects", "actions", "fields", "values", "menus", "settings"):
            for name, words in catalogue(language)[section].items():
                shown = words.lower()
                if sought == shown or (not sought.isascii() and sought in shown):
                    found.setdefault(section, []).append(name.rpartition(".")[2] if section == "fields" else name)
        for message, words in messages(language).items():
            if message in _role_messages() and sought == words.lower():
                found.setdefault("values", []).append(message.removeprefix("role_"))
    return found


@lru_cache
def _role_messages() -> frozenset[str]:
    return frozenset(f"role_{key}" for key in BUILTIN_KEYS)


def value_text(language: Language, value: Any, *, are_switches: bool = False) -> str:
    words, marks = catalogue(language)["values"], catalogue(language)["format"]
    if value in (None, "", [], {}):
        return marks["empty"]
    match value:
        case bool():
            return marks[("on" if value else "off") if are_switches else ("true" if value else "false")]
        case list():
            return marks["list_separator"].join(value_text(language, one, are_switches=are_switches) for one in value)
        case dict():
            pairs = [
                (label(language, "fields", name), value_text(language, one, are_switches=are_switches))
                for name, one in value.items()
            ]
            return joined(language, pairs)
        case _:
            return words.get(str(value), str(value))


def joined(language: Language, pairs: Iterable[tuple[str, str | None]]) -> str:
    marks = catalogue(language)["format"]
    return marks["pair_separator"].join(f"{name}{marks['colon']}{value}" for name, value in pairs if value is not None)
