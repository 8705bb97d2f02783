"""Writes what follows from linkus/event_catalogue.py: the SDK's types and the tables of docs/contracts/events.md.

Run `python -m tools.events` after a change of the catalogue; tests/api/test_event_catalogue.py compares.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from linkus.event_catalogue import CLIENTS_ONLY_OR_TOO, EVERY_CONNECTION, PORTAL_ONLY, Entry

ROOT = Path(__file__).parents[1]
TYPES = ROOT / "web" / "packages" / "sdk" / "src" / "server-events.ts"
DOCUMENT = ROOT / "docs" / "contracts" / "events.md"
API_TYPES = ROOT / "web" / "packages" / "sdk" / "src" / "generated" / "types.gen.ts"
BEGIN, END = "<!-- begin: python -m tools.events -->", "<!-- end -->"
_PLAIN = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
_MAX_LINE_CHARACTERS = 120
Schema = dict[str, Any]


class TypeScript:
    """Writes the types of JSON schemas, and collects those that the API client has already."""

    def __init__(self) -> None:
        self._known = set(re.findall(r"^export type (\w+)", API_TYPES.read_text(), re.M))
        self.imported: set[str] = set()

    def type_of(self, schema: Schema, definitions: dict[str, Schema]) -> str:
        if "$ref" in schema:
            return self._named(schema["$ref"].rpartition("/")[2], definitions)
        if "const" in schema:
            return json.dumps(schema["const"])
        if "enum" in schema:
            return " | ".join(json.dumps(value) for value in schema["enum"])
        if "anyOf" in schema:
            return " | ".join(self.type_of(each, definitions) for each in schema["anyOf"])
        if schema.get("type") == "array":
            return f"Array<{self.type_of(schema['items'], definitions)}>"
        if schema.get("type") == "object":
            return "Record<string, unknown>"
        return _PLAIN[schema["type"]]

    def _named(self, name: str, definitions: dict[str, Schema]) -> str:
        if name in self._known:
            self.imported.add(name)
            return name
        definition = definitions[name]
        if "properties" not in definition:
            return self.type_of(definition, definitions)
        fields = (f"{key}: {self.type_of(each, definitions)}" for key, each in definition["properties"].items())
        return "{ " + "; ".join(fields) + " }"

    def fields_of(self, entry: Entry) -> list[tuple[str, str]]:
        """Return name and type of each field of an event but its type."""
        schema = entry.event.model_json_schema(mode="serialization", by_alias=True)
        optional = entry.event.optional_fields
        found = []
        for name, each in schema.get("properties", {}).items():
            if name == "type":
                continue
            written = self.type_of(each, schema.get("$defs", {}))
            found.append((f"{name}?", written.removesuffix(" | null")) if name in optional else (name, written))
        return found


def meaning_of(entry: Entry) -> str:
    return " ".join((inspect.getdoc(entry.event) or "").split())


def _interface(name: str, about: str, entries: Iterable[Entry], types: TypeScript) -> str:
    lines = [f"/** {about} */", f"export interface {name} {{"]
    by_type: dict[str, list[Entry]] = {}
    for entry in entries:
        by_type.setdefault(entry.type, []).append(entry)
    for event_type, variants in by_type.items():
        key = f'"{event_type}"' if "." in event_type else event_type
        lines += [f"  /** {line}" for line in [meaning_of(variants[0]) + " */"]]
        lines.append(f"  {key}: {' | '.join(_object(types.fields_of(each)) for each in variants)};")
    return "\n".join([*lines, "}"])


def _object(fields: list[tuple[str, str]]) -> str:
    return (
        "{ " + "; ".join(f"{name}: {written}" for name, written in fields) + " }" if fields else "Record<string, never>"
    )


def typescript() -> str:
    types = TypeScript()
    clients = (*EVERY_CONNECTION, *CLIENTS_ONLY_OR_TOO)
    interfaces = [
        _interface("ServerEvents", "The events that a client receives, by type.", clients, types),
        _interface("PortalEvents", "The events that only the portal receives, by type.", PORTAL_ONLY, types),
    ]
    names = ",\n".join(f"  {json.dumps(name)}" for name in dict.fromkeys(entry.type for entry in clients))
    known = f"export const SERVER_EVENTS: ReadonlySet<string> = new Set([\n{names},\n]);"
    known = f"/** The types of `ServerEvents`. */\n{known}"
    imports = (
        "import type {\n"
        + "".join(f"  {name},\n" for name in sorted(types.imported))
        + '} from "./generated/types.gen";'
    )
    head = "// Written by `python -m tools.events` from linkus/event_catalogue.py."
    return "\n\n".join([f"{head}\n{imports}", *interfaces, known]) + "\n"


def _table(entries: Iterable[Entry], types: TypeScript) -> str:
    lines = ["| type | to | fields | meaning |", "|---|---|---|---|"]
    for entry in entries:
        fields = ", ".join(f"`{name}: {written}`".replace("|", "\\|") for name, written in types.fields_of(entry))
        lines.append(f"| `{entry.type}` | {entry.receivers} | {fields} | {meaning_of(entry)} |")
    return "\n".join(lines)


def tables() -> str:
    types = TypeScript()
    return "\n\n".join(
        [
            "### To every connection",
            _table(EVERY_CONNECTION, types),
            "### To clients, some to the portal as well",
            _table(CLIENTS_ONLY_OR_TOO, types),
            "### To the portal only",
            _table(PORTAL_ONLY, types),
        ]
    )


def document() -> str:
    """Return the document with its tables as the catalogue has them."""
    head, _, rest = DOCUMENT.read_text().partition(BEGIN)
    return f"{head}{BEGIN}\n{tables()}\n{END}{rest.partition(END)[2]}"


def main() -> None:
    TYPES.write_text(typescript())
    DOCUMENT.write_text(document())


if __name__ == "__main__":
    main()
