"""A role that may edit extensions but not the organization leaves extensions where they are, by every way."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.extension.schemas import ExtensionUpdate
from linkus.shared.models.extension import Extension
from tests.support.api import Server

URL = "/api/v1/admin/extensions"


@pytest.fixture
def new() -> dict[str, Any]:
    return {"number": "1090", "first_name": "New"}


async def group(admin: httpx.AsyncClient, name: str = "Execs") -> int:
    answer = await admin.post("/api/v1/admin/extension-groups", json={"name": name})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def department(admin: httpx.AsyncClient, name: str = "Board") -> int:
    answer = await admin.post("/api/v1/admin/departments", json={"name": name})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def human_resources(server: Server) -> httpx.AsyncClient:
    return await server.sign_in(await server.make_administrator("hr", role="human_resources"))


def values_of(view: dict[str, Any]) -> dict[str, Any]:
    return {name: view[name] for name in ExtensionUpdate.model_fields if name in view}


async def test_by_form(admin: httpx.AsyncClient, extension: Extension, server: Server, new: dict[str, Any]) -> None:
    group_id, department_id = await group(admin), await department(admin)
    hr, url = await human_resources(server), f"{URL}/{extension.id}"
    values = values_of((await hr.get(url)).json())
    for places in ({"group_ids": [group_id]}, {"department_ids": [department_id]}):
        for refused in (
            await hr.put(url, json={**values, **places}),
            await hr.post(URL, json={**new, **places}),
            await hr.post(f"{URL}/bulk", json={"from_number": "1091", "count": 2, "linkus_enabled": True, **places}),
        ):
            assert (refused.status_code, refused.json()["code"]) == (403, "page_forbidden"), refused.text
            assert refused.json()["page"] == "organization"
    assert (await admin.put(url, json={**values, "group_ids": [group_id]})).status_code == 200
    # the form sends where the extension is, and that may be saved
    values = {**values_of((await hr.get(url)).json()), "first_name": "伟大"}
    assert (await hr.put(url, json={**values, "group_ids": []})).json()["code"] == "page_forbidden"
    saved = await hr.put(url, json={**values, "group_ids": [group_id], "department_ids": []})
    assert saved.status_code == 200, saved.text
    assert [one["id"] for one in saved.json()["groups"]] == [group_id]
    assert (await hr.post(URL, json={**new, "group_ids": [], "department_ids": []})).status_code == 201


@pytest.mark.parametrize(("column", "name"), [("Extension Group", "Execs"), ("Organization", "Board")])
async def test_by_file(admin: httpx.AsyncClient, extension: Extension, server: Server, column: str, name: str) -> None:
    await group(admin)
    await department(admin)
    path = name
    if column == "Organization":
        path = "/".join((await admin.get("/api/v1/admin/organization")).json()["departments"][-1]["path"])
    file = f"Extension Number,First Name,{column}\n1001,A,{path}\n1002,B,{path}\n1003,C,\n".encode()

    async def imported(who: httpx.AsyncClient) -> dict[str, Any]:
        started = await who.post(f"{URL}/import", files={"file": ("x.csv", file, "text/csv")})
        assert started.status_code == 202, started.text
        await server.services.background.idle()
        report: dict[str, Any] = (await who.get(f"/api/v1/admin/imports/{started.json()['id']}")).json()
        return report

    hr = await human_resources(server)
    report = await imported(hr)
    assert [(error["row"], error["code"]) for error in report["errors"]] == [
        (2, "extension_places_forbidden"),
        (3, "extension_places_forbidden"),
    ]
    assert (report["created"], report["updated"], report["failed"]) == (1, 0, 2)
    assert (await imported(admin))["failed"] == 0
    assert (await imported(hr))["failed"] == 0  # they are there already
