"""Dry runs: the plan for a call made now, as the portal requests it and as the core gets it."""

from __future__ import annotations

import string
from typing import Any

import httpx
import pytest
import pytest_asyncio

from linkus.call.call_state import Call
from linkus.kit.clock import now
from linkus.shared.models.extension import Extension
from tests.call.core import ask, registered
from tests.support.api import Server

URL = "/api/v1/admin/calls/explain"
ADMIN = "/api/v1/admin"
DID = "+862155501001"


async def explain(admin: httpx.AsyncClient, to: str = "1002", language: str = "zh-CN", **asked: Any) -> dict[str, Any]:
    params = {"from": "1001", "kind": "web", "to": to, **asked}
    answer = await admin.get(URL, params=params, headers={"Accept-Language": language})
    assert answer.status_code == 200, answer.text
    explained: dict[str, Any] = answer.json()
    return explained


def codes(explained: dict[str, Any]) -> list[str]:
    return [step["code"] for step in explained["steps"]]


async def made(admin: httpx.AsyncClient, what: str, **body: Any) -> dict[str, Any]:
    answer = await admin.post(f"{ADMIN}/{what}", json=body)
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def made_trunk(admin: httpx.AsyncClient, name: str = "电信", **more: Any) -> int:
    trunk = await made(
        admin, "trunks", **{"name": name, "kind": "peer", "host": "192.0.2.9", "codecs": ["pcma"], **more}
    )
    return int(trunk["id"])


@pytest_asyncio.fixture(loop_scope="session")
async def callee(server: Server, extension: Extension) -> Extension:
    assert extension.number == "1001"
    return await server.make_extension("1002", first_name="娜", last_name="李", linkus_enabled=True)


@pytest_asyncio.fixture(loop_scope="session")
async def group(admin: httpx.AsyncClient, callee: Extension) -> dict[str, Any]:
    return await made(
        admin, "paging-groups", number="6000", name="仓库", mode="two_way", callers="members", member_ids=[callee.id]
    )


async def settings_of(admin: httpx.AsyncClient, extension: Extension, kind: str, **values: Any) -> None:
    url = f"{ADMIN}/extensions/{extension.id}/client-settings/{kind}"
    version = (await admin.get(url)).json()["version"]
    answer = await admin.put(url, json={"kind": kind, "version": version, "values": values})
    assert answer.status_code == 200, answer.text


def on_call(server: Server, number: str, kind: str) -> None:
    channel = f"PJSIP/edge-{number}{kind}"
    server.services.calls.tracker.planned(
        Call("busy", channel, number, "*43", now(), from_kind=kind, action="echo", answered_at=now())
    )


@pytest.mark.usefixtures("calls", "callee")
class TestInside:
    async def test_explanation_names_who_rings(self, server: Server, admin: httpx.AsyncClient) -> None:
        with registered(server, "1002.web", "1002.phone"):
            explained = await explain(admin)
        assert (explained["plan"]["action"], explained["plan"]["targets"]) == ("dial", ["1002.web", "1002.phone"])
        assert codes(explained) == ["explain_extension", "explain_rings"]
        assert {leg["kind"]: leg["rings"] for leg in explained["legs"]} == {
            "web": True, "desktop": False, "mobile": False, "pad": False, "phone": True,
        }  # fmt: skip

    async def test_explanation_follows_the_settings_of_each_kind(
        self, server: Server, admin: httpx.AsyncClient, callee: Extension
    ) -> None:
        await settings_of(admin, callee, "web", call_waiting=False)
        for kind in ("web", "desktop"):
            on_call(server, "1002", kind)
        with registered(server, "1002.web"):
            busy = await explain(admin)
        with registered(server, "1002.web", "1002.desktop"):
            waiting = await explain(admin)
        assert (busy["plan"]["prompt"], busy["plan"]["cause"], codes(busy)[-1]) == ("busy", 17, "explain_all_busy")
        assert (waiting["plan"]["targets"], waiting["plan"]["waiting"]) == (["1002.desktop"], True)
        assert codes(waiting)[-1] == "explain_waiting_prompt"
        assert {leg["kind"]: leg["code"] for leg in waiting["legs"] if leg["kind"] in ("web", "desktop")} == {
            "web": "explain_leg_busy", "desktop": "explain_leg_waiting",
        }  # fmt: skip

    async def test_explanation_names_the_prompt_when_nobody_rings(
        self, server: Server, admin: httpx.AsyncClient
    ) -> None:
        await server.make_extension("1003", linkus_enabled=False)
        for asked, action, prompt, cause, last in [
            ({"to": "1002"}, "prompt", "unavailable", 20, "explain_nobody_registered"),
            ({"to": "1001"}, "prompt", "busy", 17, "explain_own_number"),
            ({"to": "7777"}, "prompt", "number-not-found", 1, "explain_number_unknown"),
            ({"to": "*43"}, "echo", None, None, "explain_echo"),
            ({"to": "1002", "from": "5999"}, "reject", None, 21, "explain_caller_unknown"),
            ({"to": "1002", "from": "1003"}, "reject", None, 21, "explain_caller_linkus_off"),
        ]:
            explained = await explain(admin, **asked)
            plan = explained["plan"]
            assert (plan["action"], plan["prompt"], plan["cause"], codes(explained)[-1]) == (
                action,
                prompt,
                cause,
                last,
            )

    async def test_explanation_of_a_page_says_who_may_and_who_rings(
        self, server: Server, admin: httpx.AsyncClient, group: dict[str, Any]
    ) -> None:
        refused = await explain(admin, "6000")
        assert (refused["plan"]["prompt"], codes(refused)[-1]) == ("not-allowed", "explain_page_not_allowed")
        change = {**group, "callers": "all", "chosen_ids": []}
        answer = await admin.put(
            f"{ADMIN}/paging-groups/{group['id']}",
            json={name: change[name] for name in ("number", "name", "mode", "callers", "member_ids", "version")},
        )
        assert answer.status_code == 200, answer.text
        nobody = await explain(admin, "6000")
        assert codes(nobody)[-1] == "explain_page_nobody"
        with registered(server, "1002.mobile"):
            explained = await explain(admin, "6000")
        assert (explained["plan"]["action"], explained["plan"]["page"], explained["plan"]["two_way"]) == (
            "page",
            "6000",
            True,
        )
        assert explained["plan"]["targets"] == ["1002.mobile"]


@pytest.mark.usefixtures("calls", "callee")
class TestOutside:
    async def test_explanation_lists_the_usable_trunks(self, admin: httpx.AsyncClient) -> None:
        first = await made_trunk(admin, caller_id="02155501000")
        off = await made_trunk(admin, "停用", enabled=False)
        second = await made_trunk(admin, "联通")
        await made(
            admin, "outbound-routes", name="国内", pattern="0.", strip=1, prepend="+86", trunk_ids=[first, off, second]
        )
        explained = await explain(admin, "013800138000")
        plan = explained["plan"]
        assert (plan["action"], plan["origin"], plan["number"]) == ("trunk", "outbound", "+8613800138000")
        assert [(one["id"], one["caller_id"]) for one in plan["trunks"]] == [(first, "02155501000"), (second, "1001")]
        assert codes(explained) == ["explain_outbound_route", "explain_trunk_off", "explain_trunks"]
        assert codes(await explain(admin, "0"))[-1] == "explain_number_unknown"

    @pytest.mark.parametrize(
        "typed", ["0-900123", "0.900123", "0_900 123", "(0900)123", "0/900-123", "0+900123", "0900+12+3"]
    )
    async def test_separators_do_not_lead_past_a_route_that_blocks(self, admin: httpx.AsyncClient, typed: str) -> None:
        """A route to a trunk that is off blocks its numbers. The core leaves separators out of what it sends."""
        off, open_trunk = await made_trunk(admin, "停用", enabled=False), await made_trunk(admin)
        await made(admin, "outbound-routes", name="声讯", pattern="0900.", strip=0, prepend="", trunk_ids=[off])
        await made(admin, "outbound-routes", name="国内", pattern="0.", strip=0, prepend="", trunk_ids=[open_trunk])
        assert (await explain(admin, typed))["plan"]["action"] == "prompt"
        assert (await explain(admin, "0-1234"))["plan"]["number"] == "01234"

    @pytest.mark.parametrize("typed", ["0a900123", "0900x", "0900123;ext=1"])
    async def test_letters_do_not_go_out(self, admin: httpx.AsyncClient, typed: str) -> None:
        await made(
            admin,
            "outbound-routes",
            name="国内",
            pattern="0.",
            strip=0,
            prepend="",
            trunk_ids=[await made_trunk(admin)],
        )
        assert (await explain(admin, typed))["plan"]["action"] != "trunk"

    async def test_explanation_says_so_when_no_trunk_is_left(self, admin: httpx.AsyncClient, server: Server) -> None:
        only = await made_trunk(admin, max_calls=1)
        await made(admin, "outbound-routes", name="国内", pattern="0.", strip=1, prepend="", trunk_ids=[only])
        tracker = server.services.calls.tracker
        tracker.planned(Call("one", "PJSIP/edge-0a", "138", "1002", now(), from_kind="trunk", trunk_id=only))
        explained = await explain(admin, "0138")
        assert (explained["plan"]["prompt"], explained["plan"]["cause"]) == ("line-unavailable", 34)
        assert codes(explained) == ["explain_outbound_route", "explain_trunk_full", "explain_no_trunk"]

    async def test_explanation_follows_the_first_matching_inbound_route(
        self, server: Server, admin: httpx.AsyncClient, callee: Extension, group: dict[str, Any]
    ) -> None:
        trunk, other = await made_trunk(admin), await made_trunk(admin, "联通")
        route = {"trunk_id": trunk, "did_number": DID, "did_name": "销售"}
        await made(admin, "inbound-routes", name="主号", **route, destination="extension", extension_id=callee.id)
        await made(
            admin, "inbound-routes", name="广播", trunk_id=other, did_number="", destination="paging_group",
            paging_group_id=group["id"],
        )  # fmt: skip
        asked = {"from": "13800138000", "kind": "trunk", "trunk_id": trunk}
        with registered(server, "1002.web"):
            explained = await explain(admin, DID.removeprefix("+"), **asked)
            paged = await explain(admin, "4711", **{**asked, "trunk_id": other})
        plan = explained["plan"]
        assert (plan["action"], plan["origin"], plan["targets"]) == ("dial", "inbound", ["1002.web"])
        assert (plan["did_number"], plan["did_name"]) == (DID.removeprefix("+"), "销售")
        assert codes(explained)[0] == "explain_inbound_route_named"
        assert (paged["plan"]["action"], paged["plan"]["origin"]) == ("page", "page")
        none = await explain(admin, "4711", **asked)
        assert (none["plan"]["cause"], codes(none)) == (1, ["explain_no_inbound_route", *codes(none)[1:]])

    async def test_explanation_names_the_mailbox_when_the_route_leads_to_voicemail(
        self, server: Server, admin: httpx.AsyncClient
    ) -> None:
        own = await server.make_extension("1005", voicemail_enabled=True)
        trunk = await made_trunk(admin)
        await made(admin, "inbound-routes", name="夜间", trunk_id=trunk, destination="voicemail", extension_id=own.id)
        explained = await explain(admin, "4711", **{"from": "", "kind": "trunk", "trunk_id": trunk})
        assert (explained["plan"]["action"], explained["plan"]["mailbox"]) == ("voicemail", "1005")
        assert codes(explained)[-1] == "explain_voicemail"
        server.services.calls.full_mailboxes.add(own.id)
        try:
            full = await explain(admin, "4711", **{"from": "", "kind": "trunk", "trunk_id": trunk})
        finally:
            server.services.calls.full_mailboxes.clear()
        assert (full["plan"]["action"], codes(full)[-1]) == ("prompt", "explain_voicemail_full")

    async def test_core_gets_the_plan_that_is_explained(
        self, server: Server, admin: httpx.AsyncClient, callee: Extension
    ) -> None:
        trunk = await made_trunk(admin, caller_id="02155501000", caller_id_name="Acme")
        await made(admin, "outbound-routes", name="国内", pattern="0.", strip=1, prepend="", trunk_ids=[trunk])
        await made(
            admin, "inbound-routes", name="主号", trunk_id=trunk, did_number=DID, did_name="销售",
            destination="extension", extension_id=callee.id,
        )  # fmt: skip
        out = await ask(server, "0138")
        assert (out["action"], out["trunks"], out["number"], out["trunk_cids"], out["trunk_names"]) == (
            "trunk", str(trunk), "138", "02155501000", "Acme",
        )  # fmt: skip
        with registered(server, "1002.web"):
            came = await ask(
                server, DID, **{"from": "13800138000", "kind": "trunk", "trunk": str(trunk), "name": "客户"}
            )
        told = [came[name] for name in ("action", "origin", "cid_num", "cid_name", "did_num", "did_name")]
        assert told == ["dial", "inbound", "13800138000", "%E5%AE%A2%E6%88%B7", DID, "%E9%94%80%E5%94%AE"]


@pytest.mark.usefixtures("calls")
async def test_explanation_has_a_text_in_both_languages_for_each_step_and_leg(
    server: Server, admin: httpx.AsyncClient, callee: Extension
) -> None:
    await made_trunk(admin)
    values = {"auto_answer": True, "auto_answer_delay": 8}
    settings = f"{ADMIN}/extensions/{callee.id}/client-settings/web"
    assert (await admin.put(settings, json={"kind": "web", "version": 1, "values": values})).status_code == 200
    with registered(server, "1002.web"):
        assert "8 秒后自动接听" in str((await explain(admin, "1002"))["legs"])
        for to in ("1002", "1001", "7777", "*43", "6000"):
            chinese, english = await explain(admin, to), await explain(admin, to, "en")
            assert codes(chinese) == codes(english)
            texts = [
                (one["message"], other["message"])
                for one, other in zip(chinese["steps"], english["steps"], strict=True)
            ]
            texts += [
                (one["reason"], other["reason"]) for one, other in zip(chinese["legs"], english["legs"], strict=True)
            ]
            for zh, en in texts:
                assert set(zh) - set(string.printable), zh
                assert zh != en
                assert "{" not in zh + en


@pytest.mark.usefixtures("callee")
async def test_explanation_is_refused_to_others_and_for_invalid_questions(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, server: Server
) -> None:
    assert (await client.get(URL, params={"to": "1002"})).status_code == 401
    assert (await server.browser().get(URL, params={"to": "1002"})).status_code == 401
    for wrong in ({}, {"to": ""}, {"to": "1" * 65}, {"to": "1002", "kind": "fax"}, {"to": "1002", "trunk_id": "0"}):
        assert (await admin.get(URL, params=wrong)).status_code == 422, wrong
