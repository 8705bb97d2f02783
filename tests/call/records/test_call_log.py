"""The users' call logs and the administrator's history, from the core's requests and events."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from linkus.call.live.calls import Calls
from linkus.kit.bus import extension_topic
from linkus.kit.clock import now
from linkus.shared.models.extension import Extension
from tests.call.core import CALLEE, ask, dial, hang_up, records_written, registered, say
from tests.support.api import Server, frames


class TestCallLog:
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
