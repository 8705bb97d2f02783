"""Moments that exist in their own time zone and not in UTC: every route names the field, and none fails."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from linkus.app import create_app
from linkus.kit.settings import Settings
from linkus.shared.models.extension import Extension

DESCRIPTION: dict[str, Any] = create_app(Settings()).openapi()


def _is_moment(schema: dict[str, Any]) -> bool:
    inner = [schema.get("items", {}), *schema.get("anyOf", [])]
    return schema.get("format") == "date-time" or any(_is_moment(one) for one in inner if one)


def _queries() -> Iterator[tuple[str, str]]:
    for path, methods in DESCRIPTION["paths"].items():
        for parameter in methods.get("get", {}).get("parameters", []):
            if _is_moment(parameter["schema"]):
                yield path, parameter["name"]


QUERIES = sorted(_queries())


def test_the_walk_sees_the_parameters() -> None:
    assert len(QUERIES) >= 11


@pytest.mark.parametrize(("path", "name"), QUERIES)
@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2026-12-01T00:00:00"])
async def test_query(admin: httpx.AsyncClient, extension: Extension, path: str, name: str, moment: str) -> None:
    url = path.format(extension_id=extension.id, kind="web")
    answer = await admin.get(url, params={name: moment})
    assert answer.status_code == 422
    assert next(iter(answer.json()["fields"])).startswith(name)


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
@pytest.mark.parametrize(("path", "name"), QUERIES)
async def test_last_and_first_moment(
    admin: httpx.AsyncClient, extension: Extension, path: str, name: str, moment: str
) -> None:
    answer = await admin.get(path.format(extension_id=extension.id, kind="web"), params={name: moment})
    assert answer.status_code == 200


async def test_moment_to_restore(admin: httpx.AsyncClient, extension: Extension) -> None:
    url = f"/api/v1/admin/extensions/{extension.id}/client-settings/web/history/restore"
    body = {"names": ["call_waiting"], "moment": "9999-12-31T23:59:59-14:00"}
    answer = await admin.post(url, json=body)
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["moment"])


async def test_slash_at_the_end_is_another_address(admin: httpx.AsyncClient) -> None:
    """A redirect would lead to whatever host the request names."""
    answer = await admin.get("/api/v1/admin/extensions/", headers={"Host": "evil.example"})
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
