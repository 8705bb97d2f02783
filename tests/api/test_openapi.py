"""The API description: it is the one of this server, says what each operation does, and its examples are valid."""

from __future__ import annotations

import copy
import json
import re
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

from linkus.app import create_app
from linkus.features import load_examples
from linkus.kit import api_description
from linkus.kit.settings import Settings

WRITTEN = Path(__file__).parents[2] / "web" / "packages" / "sdk" / "openapi.json"
MAX_SUMMARY_CHARACTERS = 72
VERBS = (
    "Accept|Assign|Change|Check|Claim|Count|Create|Delete|Download|Enable|Explain|Export|Find|Import|Keep|List|Mark|Move|Preview|"
    "Read|Release|Remove|Rename|Reorder|Request|Restore|Revoke|Send|Set|Sign|Tell|Test|Unblock|Undo|Upload"
)
# what somebody calls first who writes a program for this server
FIRST_CALLS = {
    "create_session",
    "list_extensions",
    "create_extension",
    "update_extension",
    "send_welcome_mails",
    "list_trunks",
    "create_trunk",
    "list_inbound_routes",
    "create_inbound_route",
    "list_outbound_routes",
    "create_outbound_route",
    "list_live_calls",
    "list_call_records",
    "explain_call",
    "read_general_settings",
    "update_general_settings",
    "read_client_settings",
    "update_client_settings",
    "read_linkus_sdk",
    "update_linkus_sdk",
}
DESCRIPTION: dict[str, Any] = create_app(Settings()).openapi()
OPERATIONS = {operation["operationId"]: operation for operation in api_description.operations(DESCRIPTION)}


def _strict(schemas: dict[str, Any]) -> dict[str, Any]:
    """Return the schemas without room for a field that they do not name, so that no example keeps a former field."""
    found = copy.deepcopy(schemas)
    for schema in found.values():
        if "properties" in schema:
            schema.setdefault("additionalProperties", False)
    return found


SCHEMAS = _strict(DESCRIPTION["components"]["schemas"])


def _examples() -> list[tuple[str, dict[str, Any]]]:
    """Return each example's place and its media type object, which holds the schema and the example."""
    found = []
    for name, operation in OPERATIONS.items():
        bodies = {"request": operation.get("requestBody", {}), **operation["responses"]}
        for place, body in bodies.items():
            media = body.get("content", {}).get(api_description.JSON, {})
            if "example" in media:
                found.append((f"{name} {place}", media))
    return found


EXAMPLES = _examples()


def test_description_is_up_to_date() -> None:
    written = json.loads(WRITTEN.read_text("utf-8"))
    assert written == DESCRIPTION, (
        "run `python -m linkus openapi > web/packages/sdk/openapi.json` and generate the client again"
    )


def test_every_operation_has_a_name_of_its_own() -> None:
    names = [operation["operationId"] for operation in api_description.operations(DESCRIPTION)]
    assert len(names) == len(set(names))


def test_two_schemas_of_one_name_are_told_apart_by_hand() -> None:
    """FastAPI would put the module's path into both names, and so into the generated client."""
    assert [name for name in DESCRIPTION["components"]["schemas"] if "__" in name] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_a_summary_that_begins_with_a_verb(name: str) -> None:
    summary = OPERATIONS[name].get("summary", "")
    assert re.match(rf"({VERBS})\b", summary), f"write the first line of the docstring of {name}: {summary!r}"
    assert len(summary) <= MAX_SUMMARY_CHARACTERS
    assert ". " not in summary
    assert not summary.endswith(".")


def test_every_tag_is_described() -> None:
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert used == set(api_description.TAGS)


def test_every_example_is_of_an_operation_and_its_response() -> None:
    written = {
        f"{name} {place}"
        for name, example in load_examples().items()
        for place in [*(["request"] if "request" in example else []), *example.get("responses", {})]
    }
    assert written == {place for place, _media in EXAMPLES}


@pytest.mark.parametrize("name", sorted(FIRST_CALLS))
def test_first_calls_have_examples(name: str) -> None:
    places = {place for place, _media in EXAMPLES if place.startswith(f"{name} ")}
    assert any(place.removeprefix(f"{name} ").startswith("2") for place in places)
    assert "requestBody" not in OPERATIONS[name] or f"{name} request" in places


@pytest.mark.parametrize(("place", "media"), EXAMPLES, ids=[place for place, _media in EXAMPLES])
def test_example_fits_its_schema(place: str, media: dict[str, Any]) -> None:
    schema = {**media["schema"], "components": {"schemas": SCHEMAS}}
    jsonschema_rs.Draft202012Validator(schema, validate_formats=True).validate(media["example"])
