"""Live calls, from the core's requests and events: what the portal and the extensions concerned are told."""

from __future__ import annotations

import httpx
import pytest

from linkus.call.call_state import Call
from linkus.call.live.calls import Calls
from linkus.call.types import Party
from linkus.kit.bus import PORTAL, extension_topic
from linkus.kit.clock import now
from linkus.shared.models.extension import Extension
from tests.call.core import CALLEE, CALLER, ask, dial, hang_up, registered, say
from tests.call.live.test_tracker import B2, A, B, C, at, leg, planned
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

    @pytest.mark.parametrize(("action", "is_told"), [("dial", True), ("voicemail", False)])
    async def test_message_for_a_mailbox_is_no_live_call_of_its_owner(
        self, server: Server, calls: Calls, extension: Extension, action: str, *, is_told: bool
    ) -> None:
        """Its owner may not see the menus that would show the message and the call."""
        heard, portal = server.listen(extension_topic(extension.id)), server.listen(PORTAL)
        call = Call("call-1", CALLER, "13800138000", "1001", now(), from_kind="trunk", origin="inbound", action=action)
        call.to_extension_id = extension.id
        calls.planned(call)
        told = [[frame["type"] for frame in frames(each)].count("call.changed") for each in (heard, portal)]
        assert told == [is_told, 1]

    @pytest.mark.parametrize("is_hidden", [False, True])
    async def test_attended_transfer_tells_both_sides_who_they_talk_to(
        self, server: Server, calls: Calls, monkeypatch: pytest.MonkeyPatch, *, is_hidden: bool
    ) -> None:
        """1001 called 1002, who called 1003 and connects the two. The call ids are those of the clients' own legs."""
        parties = [Party(number, name, key) for key, (number, name) in enumerate((("1001", "A"), ("1003", "C")), 1)]
        calls.remember_parties(parties)
        monkeypatch.setattr(calls, "hides", lambda _side, _of: is_hidden)
        heard = [server.listen(extension_topic(key)) for key in (1, 2)]
        tracker = calls.tracker
        calls.planned(planned())
        calls.take(tracker.dial_begins(leg(A), leg(B, number="1002", kind="web"), at(1)))
        calls.take(tracker.dial_ends(B, "ANSWER", at(5)))
        for name in (A, B):
            calls.take(tracker.bridge_entered(name, "bridge-1", at(5)))
        calls.planned(planned(B2, 20, call_id="id-2", from_number="1002", to_number="1003"))
        calls.take(tracker.dial_begins(leg(B2), leg(C, number="1003", kind="phone"), at(21)))
        calls.take(tracker.dial_ends(C, "ANSWER", at(25)))
        assert not any(frame["type"] == "call.connected" for frames_of in heard for frame in frames(frames_of))
        for name in (B2, C):
            calls.take(tracker.bridge_entered(name, "bridge-2", at(25)))
        tracker.bridge_left(A)
        calls.take(tracker.bridge_entered(A, "bridge-2", at(40)))
        for name in (B, B2):
            tracker.bridge_left(name)
            calls.take(tracker.hung_up(name, 16, at(40)))
        told = [[frame for frame in frames(each) if frame["type"] == "call.connected"] for each in heard]
        [to_a], [to_c] = told
        assert (to_a["call_id"], to_a["number"], to_a["name"]) == ("id-1", "1003", "" if is_hidden else "C")
        assert (to_c["call_id"], to_c["number"], to_c["name"]) == ("id-2", "1001", "" if is_hidden else "A")

    async def test_page_is_over_when_the_other_end_of_its_last_leg_hangs_up(self, calls: Calls) -> None:
        call = Call("call-1", CALLER, "1001", "6000", now(), from_kind="web", action="page", page_targets=1)
        calls.planned(call)
        member = {"DestChannel": CALLEE, "DestUniqueid": "1.2", "DestLinkedid": "1.2"}
        say(
            calls, now(), "DialBegin", **member, **{"DestChanVariable(LK_CALL)": "call-1"}, DialString="1002.phone@edge"
        )
        say(calls, now(), "DialEnd", **member, DialStatus="ANSWER")
        say(calls, now(), "HangupRequest", Channel=CALLER, Uniqueid="1.1")
        assert (call.on_page, calls.tracker.deserted_pages(now())) == ({CALLEE}, [])
        say(calls, now(), "HangupRequest", Channel=CALLEE, Uniqueid="1.2")
        assert (call.on_page, calls.tracker.deserted_pages(now())) == (set(), [CALLER])

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
