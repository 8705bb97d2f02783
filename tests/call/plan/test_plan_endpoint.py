"""The core's plan request over HTTP, and the effects of its events: live calls, records, the users' call logs."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import httpx
import pytest
import pytest_asyncio

from linkus.call.call_state import Call
from linkus.call.live.calls import Calls
from linkus.call.live.core_events import apply
from linkus.call.live.tracker import Tracker
from linkus.call.records.tasks import keep_writing_records
from linkus.call.types import Party
from linkus.engine.core_events import parse_event
from linkus.extension.models import Extension
from linkus.kit.bus import PORTAL, extension_topic
from linkus.kit.clock import now
from linkus.presence.registry import Contact
from tests.support.api import Server, frames

URL = "/internal/calls/plan"
CALLER, CALLEE = "PJSIP/edge-00000001", "PJSIP/edge-00000002"


@pytest_asyncio.fixture(loop_scope="session")
async def callee(server: Server) -> Extension:
    return await server.make_extension("1002", first_name="娜", last_name="李")


@pytest.fixture
def calls(server: Server) -> Calls:
    live_calls: Calls = server.services.calls
    live_calls.tracker, live_calls.ended = Tracker(), asyncio.Queue()
    return live_calls


@contextlib.contextmanager
def registered(server: Server, *aors: str) -> Any:
    registry = server.services.presence.registry
    for aor in aors:
        registry.registered(aor, Contact(f"sip:{aor}@192.0.2.1"))
    try:
        yield
    finally:
        for aor in aors:
            registry.unregistered(aor, f"sip:{aor}@192.0.2.1")


async def ask(server: Server, to: str = "1002", **values: str) -> dict[str, str]:
    asked = {"call": "call-1", "from": "1001", "kind": "web", "to": to, "channel": CALLER, "linkedid": "1.1", **values}
    answer = await server.browser().get(URL, params=asked, headers={"X-Linkus-Key": server.services.internal_key})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return dict(parse_qsl(answer.text, strict_parsing=True))


def say(calls: Calls, at: datetime, event: str, **fields: str) -> None:
    """Pass in an event as the core's manager interface writes it."""
    parsed = parse_event({"Event": event, **fields})
    assert parsed is not None
    calls.take(apply(calls, parsed, at))


def dial(calls: Calls, at: datetime, kind: str = "web") -> None:
    both = {"Channel": CALLER, "Uniqueid": "1.1", "Linkedid": "1.1", "DestChannel": CALLEE, "DestLinkedid": "1.1"}
    say(calls, at, "DialBegin", **both, DialString=f"edge/sip:1002.{kind}@127.0.0.1:5070")


def hang_up(calls: Calls, at: datetime, cause: int = 16) -> None:
    for channel in (CALLEE, CALLER):
        say(calls, at, "Hangup", Channel=channel, Cause=str(cause))


@contextlib.asynccontextmanager
async def records_written(server: Server) -> AsyncIterator[None]:
    """Run the task that writes records until it has nothing to write."""
    task = asyncio.create_task(keep_writing_records(server.services))
    try:
        yield
        async with asyncio.timeout(10):
            await server.services.calls.ended.join()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


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
            "cid_name": "张伟",
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


class TestLiveCalls:
    @pytest.mark.parametrize("outside", ["caller", "callee"])
    async def test_live_call_concerns_no_extension_when_an_outside_number_equals_its_number(
        self, server: Server, calls: Calls, extension: Extension, outside: str
    ) -> None:
        """Callers from outside may show any number, and some numbers outside are as short as ours."""
        calls.remember_parties([Party("1001", "张伟", extension.id)])
        heard = server.listen(extension_topic(extension.id))
        if outside == "caller":
            calls.planned(Call("call-1", CALLER, "1001", "6400", now(), from_kind="trunk", origin="inbound"))
        else:
            calls.planned(Call("call-1", CALLER, "6400", "1001", now(), from_kind="phone", origin="outbound"))
        [live] = calls.live()
        assert (live.from_name, live.to_name) == ("", "")
        assert frames(heard) == []
        assert not server.services.presence.on_call("1001")

    @pytest.mark.usefixtures("extension", "callee")
    async def test_live_call_is_published_from_ringing_to_the_end(
        self, server: Server, calls: Calls, admin: httpx.AsyncClient
    ) -> None:
        portal = server.listen(PORTAL)
        with registered(server, "1002.web"):
            await ask(server)
            dial(calls, now())
            [live] = (await admin.get("/api/v1/admin/calls")).json()["items"]
            assert (live["call_id"], live["state"], live["from"], live["to"], live["to_kinds"]) == (
                "call-1",
                "ringing",
                "1001",
                "1002",
                ["web"],
            )
            assert (live["from_name"], live["to_name"]) == ("张伟", "李娜")
            say(calls, now(), "DialEnd", DestChannel=CALLEE, DialStatus="ANSWER")
            [live] = (await admin.get("/api/v1/admin/calls")).json()["items"]
            assert (live["state"], live["answered_kind"]) == ("talking", "web")
            assert server.services.presence.on_call("1002")
            hang_up(calls, now())
        assert (await admin.get("/api/v1/admin/calls")).json()["items"] == []
        seen = frames(portal)
        states = [frame["state"] for frame in seen if frame["type"] == "call.changed"]
        assert states == ["ringing", "ringing", "talking", "ended"]
        busy = [(f["number"], f["on_call"]) for f in seen if f["type"] == "presence.changed"]
        assert busy[-2:] == [("1001", False), ("1002", False)]
        assert not server.services.presence.on_call("1002")


class TestHistory:
    async def call(self, server: Server, calls: Calls, *, answer: bool = False, cause: int = 16) -> None:
        at = now()
        calls.tracker.forget_ended()  # a core never reuses a name; these calls all have the same
        with registered(server, "1002.web"):
            await ask(server)
            dial(calls, at)
            status = "ANSWER" if answer else "BUSY" if cause == 17 else "NOANSWER"
            say(calls, at + timedelta(seconds=2), "DialEnd", DestChannel=CALLEE, DialStatus=status)
            async with records_written(server):
                hang_up(calls, at + timedelta(seconds=65), cause)

    async def test_call_log_shows_an_answered_call_to_both_sides(
        self, server: Server, calls: Calls, extension: Extension, callee: Extension, client: httpx.AsyncClient
    ) -> None:
        await self.call(server, calls, answer=True)
        [mine] = (await client.get("/api/v1/client/calls")).json()["items"]
        assert (mine["direction"], mine["number"], mine["name"], mine["result"], mine["duration"], mine["seen"]) == (
            "out",
            "1002",
            "李娜",
            "answered",
            63,
            True,
        )
        other = await server.sign_in(callee)
        page = (await other.get("/api/v1/client/calls")).json()
        assert page["missed_unseen"] == 0
        assert (page["items"][0]["direction"], page["items"][0]["number"]) == ("in", "1001")

    @pytest.mark.parametrize(
        ("cause", "mine", "theirs"),
        [(19, "unanswered", "missed"), (17, "busy", "missed"), (21, "declined", "declined")],
    )
    async def test_call_log_shows_each_side_its_result_when_nobody_answered(
        self,
        server: Server,
        calls: Calls,
        callee: Extension,
        client: httpx.AsyncClient,
        cause: int,
        mine: str,
        theirs: str,
    ) -> None:
        heard = server.listen(extension_topic(callee.id))
        await self.call(server, calls, cause=cause)
        assert (await client.get("/api/v1/client/calls")).json()["items"][0]["result"] == mine
        other = await server.sign_in(callee)
        page = (await other.get("/api/v1/client/calls?filter=all")).json()
        assert page["items"][0]["result"] == theirs
        assert page["missed_unseen"] == (theirs == "missed")
        [logged] = [frame for frame in frames(heard) if frame["type"] == "call.logged"]
        assert logged["record"] == page["items"][0]
        assert logged["missed_unseen"] == page["missed_unseen"]

    async def test_call_log_filters_marks_seen_and_hides(
        self, server: Server, calls: Calls, callee: Extension, client: httpx.AsyncClient, admin: httpx.AsyncClient
    ) -> None:
        for cause in (19, 21):
            await self.call(server, calls, cause=cause)
        await self.call(server, calls, answer=True)
        other = await server.sign_in(callee)
        results = {
            name: [item["result"] for item in (await other.get(f"/api/v1/client/calls?filter={name}")).json()["items"]]
            for name in ("all", "missed", "inbound", "outbound")
        }
        assert results == {
            "all": ["answered", "declined", "missed"],
            "missed": ["missed"],
            "inbound": ["answered", "declined", "missed"],
            "outbound": [],
        }
        assert (await other.post("/api/v1/client/calls/seen")).json() == {"missed_unseen": 0}
        items = (await other.get("/api/v1/client/calls?filter=missed")).json()["items"]
        assert [item["seen"] for item in items] == [True]
        url = f"/api/v1/client/calls/{items[0]['id']}"
        assert (await other.delete(url)).status_code == 204
        assert (await other.delete(url)).status_code == 404
        assert (await other.get("/api/v1/client/calls")).json()["total"] == 2
        assert (await client.get("/api/v1/client/calls")).json()["total"] == 3
        stranger = await server.sign_in(await server.make_extension("1009"))
        assert (await stranger.delete(url)).status_code == 404
        assert (await stranger.get("/api/v1/client/calls")).json()["total"] == 0

        page = (await admin.get("/api/v1/admin/call-records?search=李&sort=result")).json()
        assert [item["result"] for item in page["items"]] == ["answered", "declined", "unanswered"]
        assert page["items"][0]["to_kind"] == "web"
        assert (await admin.get("/api/v1/admin/call-records?search=nobody")).json()["total"] == 0
        assert (await admin.get("/api/v1/admin/call-records?sort=password")).status_code == 422

    async def test_record_outlives_its_extensions(
        self, server: Server, calls: Calls, callee: Extension, admin: httpx.AsyncClient, client: httpx.AsyncClient
    ) -> None:
        await self.call(server, calls, answer=True)
        await admin.delete(f"/api/v1/admin/extensions/{callee.id}")
        [item] = (await admin.get("/api/v1/admin/call-records")).json()["items"]
        assert (item["to_number"], item["to_name"]) == ("1002", "李娜")
        assert (await client.get("/api/v1/client/calls")).json()["total"] == 1
