"""Live calls, from the core's requests and events: what the portal and the extensions concerned are told."""

from __future__ import annotations

import httpx
import pytest

from linkus.call.call_state import Call
from linkus.call.live.calls import Calls
from linkus.call.types import Party
from linkus.extension.models import Extension
from linkus.kit.bus import PORTAL, extension_topic
from linkus.kit.clock import now
from tests.call.core import CALLEE, CALLER, ask, dial, hang_up, registered, say
from tests.support.api import Server, frames


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
