"""Reads what the portal shows of an outage of the mail server."""

from __future__ import annotations

from typing import Any

import httpx


async def events(admin: httpx.AsyncClient) -> list[dict[str, Any]]:
    """Return the events, oldest first."""
    answer = await admin.get("/api/v1/admin/events", params={"category": "system"})
    return list(reversed(answer.json()["items"]))


async def event_kinds(admin: httpx.AsyncClient) -> list[str]:
    return [item["kind"] for item in await events(admin)]


async def mail_part(admin: httpx.AsyncClient) -> dict[str, Any] | None:
    parts = (await admin.get("/api/v1/admin/status")).json()["parts"]
    return next((part for part in parts if part["name"] == "mail_server"), None)
