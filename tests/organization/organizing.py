"""Short cuts of the tests with departments and groups."""

from __future__ import annotations

from typing import Any

import httpx

from tests.support.api import Server

API = "/api/v1/admin"
DEPARTMENTS = f"{API}/departments"
GROUPS = f"{API}/extension-groups"
EXTENSIONS = f"{API}/extensions"


async def department(admin: httpx.AsyncClient, name: str, parent_id: int = 0) -> dict[str, Any]:
    answer = await admin.post(DEPARTMENTS, json={"name": name, "parent_id": parent_id})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def group(admin: httpx.AsyncClient, name: str, member_ids: list[int] | None = None) -> dict[str, Any]:
    answer = await admin.post(GROUPS, json={"name": name, "member_ids": member_ids or []})
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def assign(admin: httpx.AsyncClient, extension_ids: list[int], mode: str = "add", **places: Any) -> int:
    body = {"extension_ids": extension_ids, "mode": mode, **places}
    answer = await admin.post(f"{API}/organization/assign", json=body)
    assert answer.status_code == 200, answer.text
    changed: int = answer.json()["changed"]
    return changed


async def set_company(admin: httpx.AsyncClient, name: str) -> None:
    url = f"{API}/settings/general"
    present = (await admin.get(url)).json()
    body = {"company_name": name, "system_language": "zh-CN", "version": present["version"]}
    answer = await admin.put(url, json=body)
    assert answer.status_code == 200, answer.text


async def tree(admin: httpx.AsyncClient) -> list[tuple[str, int, int]]:
    """Return (path, own members, members with those below) of every department, in order."""
    items = (await admin.get(f"{API}/organization")).json()["departments"]
    return [("/".join(item["path"]), item["member_count"], item["total_count"]) for item in items]


async def make_extensions(server: Server, *numbers: str) -> list[int]:
    return [(await server.make_extension(number)).id for number in numbers]
