"""Visibility rules as a file: what is exported is imported elsewhere, and a wrong file changes nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL
from tests.client_permission.visibility.test_endpoints import RULES, rule
from tests.organization.organizing import department, group, make_extensions
from tests.support.api import Server, codes, frames


async def exported(admin: httpx.AsyncClient) -> dict[str, Any]:
    document: dict[str, Any] = (await admin.get(f"{RULES}/export")).json()
    return document


async def imported(admin: httpx.AsyncClient, document: Any, **options: bool) -> Any:
    answer = await admin.post(f"{RULES}/import", json={"document": document, **options})
    assert answer.status_code == 200, answer.text
    return answer.json()


def file_of(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "visibility", "rules": list(rules)}


async def test_what_is_exported_can_be_imported_elsewhere(admin: httpx.AsyncClient, server: Server) -> None:
    one, two = await make_extensions(server, "1001", "1002")
    top = await department(admin, "A")
    below, night = await department(admin, "B", top["id"]), await group(admin, "Night")
    made = await rule(
        admin,
        {"extension_ids": [one, two], "group_ids": [night["id"]]},
        {"department_ids": [below["id"]], "group_ids": [0]},
        name="Lobby",
        enabled=False,
    )
    document = await exported(admin)
    assert document["rules"][0]["targets"] == [
        {"kind": "group", "number": None, "name": None, "path": None},
        {"kind": "department", "number": None, "name": None, "path": ["A", "B"]},
    ]
    assert (await imported(admin, document))["unchanged"] == 1
    assert (await admin.delete(f"{RULES}/{made['id']}")).status_code == 204
    page = server.listen(PORTAL)
    assert (await imported(admin, document, dry_run=False))["added"] == [{"id": None, "name": "Lobby"}]
    assert [event["type"] for event in frames(page)] == ["visibility_rule.changed"]
    again = (await admin.get(RULES)).json()["items"][1]
    assert again | {"id": 0} == made | {"id": 0}
    assert await exported(admin) == document


async def test_a_dry_run_tells_what_would_happen_and_changes_nothing(admin: httpx.AsyncClient, server: Server) -> None:
    one, two, _three = await make_extensions(server, "1001", "1002", "1003")
    unnamed = await rule(admin, {"extension_ids": [two]}, {})
    other = await rule(admin, {"extension_ids": [one]}, {}, name="Other")
    person = {"kind": "extension", "number": "1001"}
    document = file_of(
        {"name": "Other", "subjects": [person], "targets": [person]},
        {"name": "New", "subjects": [{"kind": "extension", "number": "1003"}], "targets": []},
    )
    before = await exported(admin)
    dry = await imported(admin, document, delete_others=True)
    assert dry == {
        "dry_run": True,
        "added": [{"id": None, "name": "New"}],
        "changed": [{"id": other["id"], "name": "Other"}],
        "deleted": [{"id": unnamed["id"], "name": ""}],
        "unchanged": 0,
        "gaining": 1,  # 1002, who has no rule any more
        "losing": 1,  # 1003, whom the new rule is for; 1001 still sees itself alone
    }
    assert await exported(admin) == before
    assert await imported(admin, document, delete_others=True, dry_run=False) == dry | {"dry_run": False}
    assert [one["name"] for one in (await exported(admin))["rules"]] == ["Other", "New"]


@pytest.mark.parametrize(("wrong", "errors"), [
    ({"subjects": [{"kind": "extension", "number": "7777"}], "targets": []},
     {"document.rules.0.subjects.0.number": "permission_extension_unknown"}),
    ({"subjects": [{"kind": "group"}], "targets": [{"kind": "group"}, {"kind": "group", "name": "Nobody"}]},
     {"document.rules.0.targets.1.name": "permission_group_unknown"}),
    ({"subjects": [], "targets": []}, {"document.rules.0.subjects": "visibility_rule_without_subjects"}),
])  # fmt: skip
async def test_a_wrong_file_names_the_fields_and_changes_nothing(
    admin: httpx.AsyncClient, wrong: dict[str, Any], errors: dict[str, str]
) -> None:
    good = {"name": "Good", "subjects": [{"kind": "group"}], "targets": []}
    body = {"document": file_of({"name": "Wrong", **wrong}, good), "dry_run": False}
    assert codes(await admin.post(f"{RULES}/import", json=body)) == errors
    assert (await exported(admin))["rules"] == []
