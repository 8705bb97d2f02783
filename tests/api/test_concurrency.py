"""Concurrent writes: none fails because of another, and no rule is broken between check and write."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from linkus.shared.models.extension import Extension
from tests.support.api import Server

URL = "/api/v1/admin/extensions"


async def test_writers_wait_for_each_other(admin: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(admin.post(URL, json={"number": str(2000 + i)}) for i in range(60)))
    assert {answer.status_code for answer in answers} == {201}
    assert (await admin.get(URL)).json()["total"] == 60


async def test_of_those_who_want_one_number_one_gets_it(admin: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(admin.post(URL, json={"number": "2000"}) for _ in range(10)))
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * 9
    refused = {answer.json()["fields"]["number"]["code"] for answer in answers if answer.status_code == 422}
    assert refused <= {"extension_number_taken", "extension_number_taken_now"}


async def test_of_those_who_save_one_version_one_succeeds(admin: httpx.AsyncClient, extension: Extension) -> None:
    answers = await asyncio.gather(
        *(
            admin.put(f"{URL}/{extension.id}", json={"number": "1001", "last_name": f"L{i}", "version": 1})
            for i in range(10)
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 9
    now = (await admin.get(f"{URL}/{extension.id}")).json()
    assert now["version"] == 2
    assert all(a.json()["current"]["last_name"] == now["last_name"] for a in answers if a.status_code == 409)


async def test_settings_saved_at_once(admin: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(
        *(admin.put("/api/v1/admin/settings/general", json={"company_name": f"C{i}", "version": 1}) for i in range(8))
    )
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7


async def test_readers_do_not_wait_for_a_writer(admin: httpx.AsyncClient, server: Server) -> None:
    await server.make_extension("1001")
    async with server.database.transaction() as db:
        db.add(
            Extension(
                number="1002",
                first_name="x",
                caller_id="",
                registration_name="",
                registration_ha1="",
                voicemail_pin_sealed="",
            )
        )
        await db.flush()
        async with asyncio.timeout(5):
            answer: dict[str, Any] = (await admin.get(URL)).json()
        assert answer["total"] == 1


@pytest.mark.slow
@pytest.mark.timeout(400)  # for the speed see bench, group `many`
async def test_ten_thousand_extensions(admin: httpx.AsyncClient) -> None:
    """All are created, and all are found."""
    answer = await admin.post(
        f"{URL}/bulk", json={"from_number": "10000", "count": 10_000, "email_pattern": "e{number}@example.cn"}
    )
    assert answer.status_code == 201, answer.text

    async def numbers(**params: Any) -> tuple[int, list[str]]:
        found = (await admin.get(URL, params={"page_size": 3, **params})).json()
        return found["total"], [item["number"] for item in found["items"]]

    assert await numbers() == (10_000, ["10000", "10001", "10002"])
    assert await numbers(sort="-number", page=3334) == (10_000, ["10000"])
    assert await numbers(search="19999") == (1, ["19999"])
    assert await numbers(search="e12345@") == (1, ["12345"])
    assert (await numbers(online="none", linkus_enabled=False))[0] == 10_000
