"""The API description from which the web pages' client is generated is the one of this server."""

from __future__ import annotations

import json
from pathlib import Path

from linkus.app import create_app
from linkus.kit.settings import Settings

DESCRIPTION = Path(__file__).parents[2] / "web" / "packages" / "sdk" / "openapi.json"


def test_description_is_up_to_date() -> None:
    written = json.loads(DESCRIPTION.read_text("utf-8"))
    assert written == create_app(Settings()).openapi(), (
        "run `python -m linkus openapi > web/packages/sdk/openapi.json` and generate the client again"
    )


def test_every_operation_has_a_name_of_its_own() -> None:
    paths = create_app(Settings()).openapi()["paths"]
    names = [operation["operationId"] for methods in paths.values() for operation in methods.values()]
    assert len(names) == len(set(names))


def test_two_schemas_of_one_name_are_told_apart_by_hand() -> None:
    """FastAPI would put the module's path into both names, and so into the generated client."""
    schemas = create_app(Settings()).openapi()["components"]["schemas"]
    assert [name for name in schemas if "__" in name] == []
