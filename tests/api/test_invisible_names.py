"""Names of people, groups, departments, trunks and rules with invisible characters are refused, whatever the way in."""

from __future__ import annotations

import httpx
import pytest

from tests.call.core import ask, registered
from tests.extension.test_csv import finished
from tests.support.api import Server

BAD = "Al\u202eice"
FIELDS = [
    ("POST", "extensions", "first_name"),
    ("POST", "extensions", "last_name"),
    ("POST", "extensions/bulk", "first_name_pattern"),
    ("POST", "extensions/bulk", "last_name_pattern"),
    ("POST", "extension-groups", "name"),
    ("POST", "departments", "name"),
    ("POST", "trunks", "name"),
    ("POST", "trunks", "caller_id_name"),
    ("POST", "outbound-routes", "name"),
    ("POST", "inbound-routes", "name"),
    ("POST", "inbound-routes", "did_name"),
    ("POST", "paging-groups", "name"),
    ("POST", "roles", "name"),
    ("POST", "visibility-rules", "name"),
    ("POST", "client-permission/menu/rules", "name"),
    ("PUT", "settings/general", "company_name"),
    ("PUT", "mail-server", "sender_name"),
]


@pytest.mark.parametrize(("method", "path", "field"), FIELDS, ids=lambda value: value)
async def test_field_is_named(admin: httpx.AsyncClient, method: str, path: str, field: str) -> None:
    answer = await admin.request(method, f"/api/v1/admin/{path}", json={field: BAD})
    assert answer.status_code == 422, answer.text
    assert answer.json()["fields"][field]["code"] == "field_invisible_characters"


@pytest.mark.parametrize("path", ["visibility-rules", "client-permission/menu/rules"])
async def test_field_of_a_file_of_rules_is_named(admin: httpx.AsyncClient, path: str) -> None:
    body = {"document": {"rules": [{"name": BAD}]}}
    answer = await admin.post(f"/api/v1/admin/{path}/import", json=body)
    assert answer.json()["fields"]["document.rules.0.name"]["code"] == "field_invisible_characters"


async def test_cell_of_a_csv_file_is_named(admin: httpx.AsyncClient, server: Server) -> None:
    view = await finished(server, admin, f"Extension Number,First Name,Last Name\n1001,{BAD},x\n1002,y,z\n")
    errors = [(error["row"], error["column"], error["code"]) for error in view["errors"]]
    assert errors == [(2, "First Name", "field_invisible_characters")]
    assert (view["created"], view["failed"]) == (1, 1)


async def test_name_of_a_caller_from_outside_loses_them(admin: httpx.AsyncClient, server: Server) -> None:
    """A call must go on, whatever the provider sends."""
    extension = await server.make_extension("1002")
    route = {"name": "all", "destination": "extension", "extension_id": extension.id}
    assert (await admin.post("/api/v1/admin/inbound-routes", json=route)).is_success
    asked = {"from": "138", "kind": "trunk", "trunk": "1", "name": f"{BAD}\u200b", "channel": ""}
    with registered(server, "1002.web"):
        plan = await ask(server, "5500", **asked)
    assert plan["cid_name"] == "Alice"
