"""Permission rules as a file: what is exported is imported elsewhere, and a wrong file changes nothing."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from tests.client_permission.rules.test_endpoints import MENU_RULES, SETTING_RULES, add_rule, subject
from tests.organization.organizing import assign, department, group
from tests.support.api import Server, codes


async def exported(admin: httpx.AsyncClient, url: str = MENU_RULES) -> dict[str, Any]:
    document: dict[str, Any] = (await admin.get(f"{url}/export")).json()
    return document


async def imported(admin: httpx.AsyncClient, document: Any, url: str = MENU_RULES, **options: bool) -> Any:
    answer = await admin.post(f"{url}/import", json={"document": document, **options})
    assert answer.status_code == 200, answer.text
    return answer.json()


def rule(name: str, *subjects: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": name, "permission": "disallow", "targets": ["contacts"], "subjects": list(subjects), **more}


def menu_rules(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "menu", "rules": list(rules)}


async def test_what_is_exported_can_be_imported_elsewhere(admin: httpx.AsyncClient, server: Server) -> None:
    alice, bob = await server.make_extension("1001"), await server.make_extension("1002")
    sales = await department(admin, "Sales")
    field = await department(admin, "Field", sales["id"])
    await assign(admin, [bob.id], department_ids=[field["id"]])
    night = await group(admin, "Night", [bob.id])
    subjects = [
        subject("extension", alice.id), subject("group", night["id"]), subject("department", field["id"]),
        subject("group", 0), subject("department", 0),
    ]  # fmt: skip
    await add_rule(
        admin, MENU_RULES, "allow", ["contacts", "voicemails"], *subjects, name="All", note="n", enabled=False
    )
    document = await exported(admin)
    assert document["rules"][0]["subjects"] == [
        {"kind": "extension", "number": "1001", "name": None, "path": None},
        {"kind": "group", "number": None, "name": "Night", "path": None},
        {"kind": "department", "number": None, "name": None, "path": ["Sales", "Field"]},
        {"kind": "group", "number": None, "name": None, "path": None},
        {"kind": "department", "number": None, "name": None, "path": []},
    ]
    before = (await admin.get(MENU_RULES)).json()["items"][0]
    await admin.post(f"{MENU_RULES}/delete", json={"ids": [before["id"]]})
    assert (await imported(admin, document, dry_run=False))["added"] == [{"id": None, "name": "All"}]
    after = (await admin.get(MENU_RULES)).json()["items"][0]
    assert after | {"id": 0} == before | {"id": 0}
    assert await exported(admin) == document
    assert (await imported(admin, document))["unchanged"] == 1


async def test_a_dry_run_tells_what_would_happen_and_changes_nothing(admin: httpx.AsyncClient, server: Server) -> None:
    for number in ("1001", "1002"):
        await server.make_extension(number)
    everybody = subject("group", 0)
    gone = await add_rule(admin, MENU_RULES, "disallow", ["recordings"], everybody, name="Gone")
    await add_rule(admin, MENU_RULES, "disallow", ["contacts"], everybody, name="Same")
    other = await add_rule(admin, MENU_RULES, "disallow", ["contacts"], everybody, name="Other")
    document = menu_rules(
        rule("Same", {"kind": "group"}),
        rule("Other", {"kind": "extension", "number": "1001"}, targets=["voicemails"]),
        rule("New", {"kind": "extension", "number": "1002"}, targets=["conference"]),
    )
    before = await exported(admin)
    dry = await imported(admin, document, delete_others=True)
    assert dry == {
        "dry_run": True,
        "added": [{"id": None, "name": "New"}],
        "changed": [{"id": other["id"], "name": "Other"}],
        "deleted": [{"id": gone["id"], "name": "Gone"}],
        "unchanged": 1,
        "gaining": 2,
        "losing": 2,
    }
    assert await exported(admin) == before
    assert await imported(admin, document, delete_others=True, dry_run=False) == dry | {"dry_run": False}
    assert [one["name"] for one in (await exported(admin))["rules"]] == ["Same", "Other", "New"]


async def test_rules_of_one_name_are_matched_in_order(admin: httpx.AsyncClient) -> None:
    first = await add_rule(admin, MENU_RULES, "disallow", ["contacts"], subject("group", 0))
    second = await add_rule(admin, MENU_RULES, "disallow", ["recordings"], subject("group", 0))
    document = await exported(admin)
    document["rules"][1]["note"] = "second"
    assert (await imported(admin, document, dry_run=False))["changed"] == [{"id": second["id"], "name": "R"}]
    notes = {one["id"]: one["note"] for one in (await admin.get(MENU_RULES)).json()["items"]}
    assert notes == {first["id"]: "", second["id"]: "second"}


@pytest.mark.parametrize(("document", "errors"), [
    (menu_rules(rule("a", {"kind": "extension", "number": "7777"})),
     {"document.rules.0.subjects.0.number": "permission_extension_unknown"}),
    (menu_rules(rule("a", {"kind": "group"}), rule("b", {"kind": "group"}, {"kind": "group", "name": "Nobody"})),
     {"document.rules.1.subjects.1.name": "permission_group_unknown"}),
    (menu_rules(rule("a", {"kind": "department", "path": ["Sales", "East"]})),
     {"document.rules.0.subjects.0.path": "permission_department_unknown"}),
    (menu_rules(rule("a", {"kind": "department", "number": "1001"})),
     {"document.rules.0.subjects.0.number": "permission_subject_other_kind"}),
    (menu_rules(rule("", {"kind": "group"}, targets=["nothing"])),
     {"document.rules.0.name": "field_required", "document.rules.0.targets": "permission_target_unknown"}),
    (menu_rules(rule("a")), {"document.rules.0.subjects": "permission_subjects_empty"}),
    ({"kind": "setting", "rules": []}, {"document.kind": "permission_rules_other_kind"}),
])  # fmt: skip
async def test_a_wrong_file_names_the_fields_and_changes_nothing(
    admin: httpx.AsyncClient, document: dict[str, Any], errors: dict[str, str]
) -> None:
    body = {"document": document, "dry_run": False}
    assert codes(await admin.post(f"{MENU_RULES}/import", json=body)) == errors
    assert (await exported(admin))["rules"] == []


async def test_settings_rules_are_a_file_of_their_own(admin: httpx.AsyncClient) -> None:
    await add_rule(admin, SETTING_RULES, "disallow", ["features"], subject("group", 0))
    assert (await exported(admin))["rules"] == []
    assert [one["targets"] for one in (await exported(admin, SETTING_RULES))["rules"]] == [["features"]]


async def test_an_import_is_in_the_audit_log(admin: httpx.AsyncClient) -> None:
    await imported(admin, menu_rules(rule("New", {"kind": "group"})), dry_run=False)
    entries = (await admin.get("/api/v1/admin/audit-log", params={"object": "menu_rule"})).json()["items"]
    assert [(entry["action"], entry["object_name"]) for entry in entries] == [("created", "New")]
