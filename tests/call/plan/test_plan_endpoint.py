"""The core's plan request over HTTP."""

from __future__ import annotations

import statistics
import time
from urllib.parse import quote

import httpx
import pytest

from linkus.call.live.calls import Calls
from linkus.kit.clock import now
from linkus.shared.models.extension import Extension
from tests.call.core import CALLEE, CALLER, URL, ask, dial, registered
from tests.support.api import Server


class TestPlan:
    @pytest.mark.usefixtures("extension", "callee", "calls")
    async def test_endpoint_returns_the_clients_to_dial(self, server: Server) -> None:
        with registered(server, "1002.web", "1002.phone"):
            plan = await ask(server)
        start = plan.pop("start")
        assert abs(int(start) - time.time()) < 5
        assert plan == {
            "action": "dial",
            "targets": "PJSIP/edge/sip:1002.web@127.0.0.1:5070&PJSIP/edge/sip:1002.phone@127.0.0.1:5070",
            "timeout": "30",
            "cid_num": "1001",
            "cid_name": quote("张伟"),
            "language": "zh-CN",
            "origin": "internal",
        }

    @pytest.mark.usefixtures("extension", "callee", "calls")
    async def test_endpoint_returns_a_prompt_when_nobody_rings(self, server: Server) -> None:
        assert await ask(server) == {
            "action": "prompt",
            "prompt": "unavailable",
            "cause": "20",
            "language": "zh-CN",
        }
        assert (await ask(server, "7777"))["prompt"] == "number-not-found"
        assert (await ask(server, "1001"))["prompt"] == "busy"
        assert (await ask(server, "*43"))["action"] == "echo"

    @pytest.mark.usefixtures("callee", "calls")
    @pytest.mark.parametrize(("own", "expected"), [("en", "en"), ("follow_system", "zh-CN")])
    async def test_endpoint_returns_the_callers_language(self, server: Server, own: str, expected: str) -> None:
        await server.make_extension("1001", language=own)
        assert (await ask(server))["language"] == expected

    @pytest.mark.usefixtures("callee", "calls")
    async def test_endpoint_returns_the_systems_language_when_the_caller_has_none(
        self, server: Server, admin: httpx.AsyncClient
    ) -> None:
        await server.make_extension("1001")
        await admin.put("/api/v1/admin/settings/general", json={"system_language": "en", "version": 1})
        assert (await ask(server))["language"] == "en"

    @pytest.mark.usefixtures("calls")
    async def test_endpoint_rejects_an_unknown_caller(self, server: Server) -> None:
        assert (await ask(server))["action"] == "reject"

    @pytest.mark.parametrize("key", [None, "wrong"])
    async def test_endpoint_refuses_anybody_but_the_core(self, server: Server, key: str | None) -> None:
        headers = {"X-Linkus-Key": key} if key else {}
        assert (await server.browser().get(URL, headers=headers)).status_code == 401

    @pytest.mark.usefixtures("extension", "callee")
    async def test_endpoint_knows_the_identity_of_a_transferred_leg(self, server: Server, calls: Calls) -> None:
        with registered(server, "1002.web"):
            await ask(server)
            dial(calls, now())
        plan = await ask(server, "*43", **{"from": "", "kind": "", "channel": CALLEE})
        assert plan["action"] == "echo"

    @pytest.mark.parametrize(
        ("by", "action"), [(CALLEE, "page"), (CALLER, "prompt"), ("PJSIP/edge-0000dead", "reject")]
    )
    @pytest.mark.usefixtures("extension")
    async def test_transferred_colleague_pages_by_the_right_of_who_transferred(
        self, server: Server, callee: Extension, calls: Calls, admin: httpx.AsyncClient, by: str, action: str
    ) -> None:
        """1001 talks with 1002, who alone may page. Nobody's right is that of a leg which the server does not know."""
        third = (await server.make_extension("1003")).id
        group = {
            "number": "6000",
            "name": "广播",
            "callers": "chosen",
            "caller_ids": [callee.id],
            "member_ids": [third],
        }
        answer = await admin.post("/api/v1/admin/paging-groups", json=group)
        assert answer.status_code == 201, answer.text
        with registered(server, "1002.web", "1003.web"):
            await ask(server)
            dial(calls, now())
            plan = await ask(server, "6000", by=by, key="1.1/2")
        assert plan["action"] == action

    @pytest.mark.usefixtures("extension", "callee", "calls")
    async def test_endpoint_answers_within_a_few_milliseconds(self, server: Server) -> None:
        """The core waits at most a second. Our whole part of the ringing delay has a budget of 60 ms."""
        times = []
        with registered(server, "1002.web"):
            for number in range(60):
                began = time.perf_counter()
                await ask(server, call=f"call-{number}", channel=f"PJSIP/edge-{number:08x}")
                times.append(time.perf_counter() - began)
        assert statistics.median(times) < 0.05, times
