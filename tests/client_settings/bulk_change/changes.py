"""Makes bulk changes and their undo, and reads the settings."""

from __future__ import annotations

from typing import Any

import httpx

from linkus.shared.models.extension import Extension
from tests.support.api import Server

Values = dict[str, Any]
BULK = "/api/v1/admin/client-settings/bulk"
URL = "https://crm.example/?n={{.CallerNumber}}"


async def read(admin: httpx.AsyncClient, extension: Extension) -> dict[str, Any]:
    """Return every setting that a bulk change could touch, without the versions."""
    values: dict[str, Any] = {
        "linkus": (await admin.get(f"/api/v1/admin/extensions/{extension.id}")).json()["linkus_enabled"]
    }
    for kind in ("mobile", "desktop", "web"):
        answer = await admin.get(f"/api/v1/admin/extensions/{extension.id}/client-settings/{kind}")
        values[kind] = answer.json()["values"]
    return values


async def write(admin: httpx.AsyncClient, extension: Extension, kind: str, **values: Any) -> None:
    url = f"/api/v1/admin/extensions/{extension.id}/client-settings/{kind}"
    version = (await admin.get(url)).json()["version"]
    answer = await admin.put(url, json={"kind": kind, "version": version, "values": values})
    assert answer.status_code == 200, answer.text


async def run(admin: httpx.AsyncClient, server: Server, ids: list[int], changes: dict[str, Any]) -> dict[str, Any]:
    answer = await admin.post(BULK, json={"extension_ids": ids, "changes": changes})
    assert answer.status_code == 202, answer.text
    return await ended(admin, server, answer.json()["id"])


async def undo(admin: httpx.AsyncClient, server: Server, change_id: int) -> dict[str, Any]:
    assert (await admin.post(f"{BULK}/{change_id}/undo")).status_code == 202
    return await ended(admin, server, change_id)


async def ended(admin: httpx.AsyncClient, server: Server, change_id: int) -> dict[str, Any]:
    await server.services.background.idle()
    view: dict[str, Any] = (await admin.get(f"{BULK}/{change_id}")).json()
    return view
