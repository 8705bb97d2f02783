"""Helpers of route tests: trunks and routes by the API."""

from __future__ import annotations

from typing import Any

import httpx

from tests.trunk.fake_monitor import URL as TRUNKS

INBOUND = "/api/v1/admin/inbound-routes"
OUTBOUND = "/api/v1/admin/outbound-routes"


async def made(admin: httpx.AsyncClient, url: str, body: dict[str, Any]) -> dict[str, Any]:
    answer = await admin.post(url, json=body)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def trunk(admin: httpx.AsyncClient, name: str = "电信", **values: Any) -> int:
    body = {"name": name, "kind": "peer", "host": "192.0.2.7", **values}
    return int((await made(admin, TRUNKS, body))["id"])


async def inbound(admin: httpx.AsyncClient, name: str, extension_id: int, **values: Any) -> dict[str, Any]:
    body = {"name": name, "destination": "extension", "extension_id": extension_id, **values}
    return await made(admin, INBOUND, body)


async def outbound(
    admin: httpx.AsyncClient, name: str, pattern: str, trunk_ids: list[int], **values: Any
) -> dict[str, Any]:
    return await made(admin, OUTBOUND, {"name": name, "pattern": pattern, "trunk_ids": trunk_ids, **values})


async def names(admin: httpx.AsyncClient, url: str) -> list[str]:
    return [route["name"] for route in (await admin.get(url)).json()["items"]]
