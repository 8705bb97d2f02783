"""Outbound routes by the API, on both databases."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from linkus.shared.models.paging import PagingGroup
from tests.route.routes import OUTBOUND, names, outbound, trunk
from tests.support.api import Server, codes


class TestSaving:
    async def test_route_is_read_as_saved(self, admin: httpx.AsyncClient) -> None:
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

    async def test_deleted_trunk_leaves_its_routes_which_its_use_named(self, admin: httpx.AsyncClient) -> None:
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

    async def test_one_route_is_created_when_several_have_the_same_name(self, admin: httpx.AsyncClient) -> None:
        trunk_id = await trunk(admin)
        body = {"name": "国内", "pattern": "0.", "trunk_ids": [trunk_id]}
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
            ({"strip": -1}, {"strip": "field_too_small"}, ""),
            ({"prepend": "0-1"}, {"prepend": "route_prepend_characters"}, ""),
            ({"prepend": "1" * 21}, {"prepend": "field_too_long"}, ""),
            ({"trunk_ids": []}, {"trunk_ids": "route_trunks_none"}, ""),
            ({"trunk_ids": [999]}, {"trunk_ids": "route_trunk_unknown"}, ""),
        ],
    )
    async def test_field_error_names_what_is_wrong(
        self, admin: httpx.AsyncClient, values: dict[str, Any], expected: dict[str, str], words: str
    ) -> None:
        body = {"name": "A", "pattern": "9.", "trunk_ids": [await trunk(admin)], **values}
        answer = await admin.post(OUTBOUND, json=body)
        assert codes(answer) == expected
        assert words in str(answer.json())

    async def test_repeated_trunk_or_name_is_refused(self, admin: httpx.AsyncClient) -> None:
        trunk_id = await trunk(admin)
        twice = await admin.post(OUTBOUND, json={"name": "A", "pattern": "9.", "trunk_ids": [trunk_id, trunk_id]})
        assert codes(twice) == {"trunk_ids": "route_trunk_twice"}
        await outbound(admin, "A", "9.", [trunk_id])
        taken = await admin.post(OUTBOUND, json={"name": "A", "pattern": "8.", "trunk_ids": [trunk_id]})
        assert codes(taken) == {"name": "route_name_taken"}

    async def test_strip_leaves_at_least_one_digit(self, admin: httpx.AsyncClient) -> None:
        made = await outbound(admin, "A", "9.", [await trunk(admin)], strip=1)
        assert made["strip"] == 1


async def test_new_special_pattern_stands_before_the_general_one(admin: httpx.AsyncClient) -> None:
    trunk_id = await trunk(admin)
    await outbound(admin, "所有", ".", [trunk_id])
    await outbound(admin, "长途", "0.", [trunk_id])
    await outbound(admin, "国际", "00.", [trunk_id])
    assert await names(admin, OUTBOUND) == ["国际", "长途", "所有"]
    again = await outbound(admin, "再", "00.", [trunk_id])
    assert again["shadowed_by"]["name"] == "国际"


class TestTrial:
    """The dry run: the number that would be dialled."""

    async def tried(self, admin: httpx.AsyncClient, number: str) -> dict[str, Any]:
        answer = await admin.post(f"{OUTBOUND}/try", json={"number": number})
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def test_dry_run_uses_the_first_route_that_fits(self, admin: httpx.AsyncClient) -> None:
        first, second = await trunk(admin, "电信"), await trunk(admin, "联通", enabled=False)
        await outbound(admin, "停", "9.", [first], enabled=False)
        await outbound(admin, "外线", "9.", [second, first], strip=1, prepend="+86")
        await outbound(admin, "国际", "00.", [second])
        found = await self.tried(admin, "9 (010) 8888-6666")
        assert (found["number"], found["route"]["name"], found["sent"]) == ("901088886666", "外线", "+8601088886666")
        assert [(one["name"], one["enabled"]) for one in found["trunks"]] == [("联通", False), ("电信", True)]
        none = await self.tried(admin, "123")
        assert (none["route"], none["inside"], none["sent"]) == (None, None, "")

    async def test_internal_number_does_not_go_out(self, admin: httpx.AsyncClient, server: Server) -> None:
        await outbound(admin, "所有", ".", [await trunk(admin)])
        person = await server.make_extension("1001", first_name="伟", last_name="张")
        async with server.database.transaction() as db:
            db.add(PagingGroup(number="600", name="全体"))
        assert (await self.tried(admin, person.number))["inside"] == {
            "kind": "extension",
            "number": "1001",
            "name": "张伟",
        }
        assert (await self.tried(admin, "600"))["inside"]["kind"] == "paging_group"
        assert (await self.tried(admin, "*43"))["inside"]["kind"] == "echo"
        assert (await self.tried(admin, "601"))["route"]["name"] == "所有"

    async def test_dry_run_of_a_pattern_shows_the_sent_number(self, admin: httpx.AsyncClient) -> None:
        url = f"{OUTBOUND}/try-pattern"
        draft = {"pattern": "9nxx", "strip": 1, "prepend": "010"}
        fits = (await admin.post(url, json={"number": "9200", **draft})).json()
        assert fits == {"number": "9200", "fits": True, "sent": "010200"}
        assert (await admin.post(url, json={"number": "9100", **draft})).json()["fits"] is False
        bad = await admin.post(url, json={"number": "9200", "pattern": "9[", "strip": 1})
        assert codes(bad) == {"pattern": "pattern_bracket_open"}
