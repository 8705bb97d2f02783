"""Outbound routes by the API, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from tests.route.routes import OUTBOUND, names, outbound, trunk, wrong


class TestSaving:
    async def test_what_goes_in_comes_out(self, admin: httpx.AsyncClient) -> None:
        first, second = await trunk(admin, "电信"), await trunk(admin, "联通", enabled=False)
        made = await outbound(admin, "国内", "0[1-9]xx.", [second, first], strip=1, prepend="+86")
        assert (made["pattern"], made["strip"], made["prepend"]) == ("0[1-9]XX.", 1, "+86")
        assert [(one["name"], one["enabled"]) for one in made["trunks"]] == [("联通", False), ("电信", True)]
        assert (await admin.get(f"{OUTBOUND}/{made['id']}")).json() == made
        body = {"name": "国内", "pattern": "0X.", "trunk_ids": [first], "version": 1}
        saved = (await admin.put(f"{OUTBOUND}/{made['id']}", json=body)).json()
        assert ([one["id"] for one in saved["trunks"]], saved["strip"], saved["version"]) == ([first], 0, 2)
        stale = await admin.put(f"{OUTBOUND}/{made['id']}", json=body)
        assert (stale.status_code, stale.json()["current"]["pattern"]) == (409, "0X.")

    async def test_a_deleted_trunk_is_taken_out_and_it_was_said_before(self, admin: httpx.AsyncClient) -> None:
        first, second = await trunk(admin, "电信"), await trunk(admin, "联通")
        both = await outbound(admin, "两条", "9.", [first, second])
        alone = await outbound(admin, "一条", "8.", [first])
        use = (await admin.get(f"/api/v1/admin/trunks/{first}/use")).json()["outbound_routes"]
        assert use == [
            {"id": both["id"], "name": "两条", "only": False},
            {"id": alone["id"], "name": "一条", "only": True},
        ]
        await admin.delete(f"/api/v1/admin/trunks/{first}")
        left = [[one["name"] for one in route["trunks"]] for route in (await admin.get(OUTBOUND)).json()["items"]]
        assert left == [["联通"], []]

    async def test_of_those_who_want_one_name_one_gets_it(self, admin: httpx.AsyncClient) -> None:
        line = await trunk(admin)
        body = {"name": "国内", "pattern": "0.", "trunk_ids": [line]}
        answers = await asyncio.gather(*(admin.post(OUTBOUND, json=body) for _ in range(6)))
        assert sorted(answer.status_code for answer in answers) == [201] + [422] * 5


class TestFields:
    @pytest.mark.parametrize(
        ("values", "expected", "words"),
        [
            ({"name": ""}, {"name": "field_required"}, ""),
            ({"pattern": ""}, {"pattern": "field_required"}, ""),
            ({"pattern": "9.1"}, {"pattern": "pattern_rest_not_last"}, "第 2 个字符"),
            ({"pattern": "9A"}, {"pattern": "pattern_character"}, "第 2 个字符 A"),
            ({"strip": 3, "pattern": "9XX"}, {"strip": "route_strip_too_much"}, "3 位"),
            ({"strip": 2, "pattern": "9."}, {"strip": "route_strip_too_much"}, "2 位"),
            ({"strip": -1}, {"strip": "field_out_of_range"}, ""),
            ({"prepend": "0-1"}, {"prepend": "route_prepend_characters"}, ""),
            ({"prepend": "1" * 21}, {"prepend": "field_too_long"}, ""),
            ({"trunk_ids": []}, {"trunk_ids": "route_trunks_none"}, ""),
            ({"trunk_ids": [999]}, {"trunk_ids": "route_trunk_unknown"}, ""),
        ],
    )
    async def test_each_says_what_is_wrong(
        self, admin: httpx.AsyncClient, values: dict[str, Any], expected: dict[str, str], words: str
    ) -> None:
        body = {"name": "A", "pattern": "9.", "trunk_ids": [await trunk(admin)], **values}
        answer = await admin.post(OUTBOUND, json=body)
        assert wrong(answer) == expected
        assert words in str(answer.json())

    async def test_a_trunk_twice_and_a_name_twice(self, admin: httpx.AsyncClient) -> None:
        line = await trunk(admin)
        twice = await admin.post(OUTBOUND, json={"name": "A", "pattern": "9.", "trunk_ids": [line, line]})
        assert wrong(twice) == {"trunk_ids": "route_trunk_twice"}
        await outbound(admin, "A", "9.", [line])
        taken = await admin.post(OUTBOUND, json={"name": "A", "pattern": "8.", "trunk_ids": [line]})
        assert wrong(taken) == {"name": "route_name_taken"}

    async def test_one_digit_is_left_to_dial(self, admin: httpx.AsyncClient) -> None:
        made = await outbound(admin, "A", "9.", [await trunk(admin)], strip=1)
        assert made["strip"] == 1


async def test_a_special_pattern_goes_before_the_general_one(admin: httpx.AsyncClient) -> None:
    line = await trunk(admin)
    await outbound(admin, "所有", ".", [line])
    await outbound(admin, "长途", "0.", [line])
    await outbound(admin, "国际", "00.", [line])
    assert await names(admin, OUTBOUND) == ["国际", "长途", "所有"]
    again = await outbound(admin, "再", "00.", [line])
    assert again["shadowed_by"]["name"] == "国际"
