from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.client_settings.codecs import USABLE_CODECS, Codec, is_usable, order
from linkus.kit.bus import PORTAL, extension_topic
from linkus.shared.models.extension import Extension
from tests.support.api import Server, frames

OWN = "/api/v1/client/settings"
CALLS = {
    "call_waiting": True, "auto_answer": False, "auto_answer_delay": 0, "auto_answer_tone": False,
    "paging_auto_answer": False, "paging_preempt": False, "paging_tone": False,
}  # fmt: skip
SCREEN_POP = {
    "screen_pop": False, "screen_pop_url": "", "screen_pop_inbound": True, "screen_pop_internal": False,
    "screen_pop_mode": "automatic", "screen_pop_trigger": "ringing",
}  # fmt: skip
DEFAULT = "/api/v1/admin/linkus-server/mobile-default"


def of(extension: Extension, kind: str = "mobile") -> str:
    return f"/api/v1/admin/extensions/{extension.id}/client-settings/{kind}"


def mobile(codec: str, version: int = 1, *, only: bool = False) -> dict[str, Any]:
    return {"kind": "mobile", "version": version, "values": {"codec": codec, "only_this_codec": only}}


@given(codec=st.sampled_from(Codec), only=st.booleans())
def test_order_always_offers_a_usable_codec(codec: Codec, only: bool) -> None:
    offer = order(codec, only=only)
    assert set(offer) <= set(USABLE_CODECS)
    assert len(set(offer)) == len(offer) >= 1
    if is_usable(codec):
        assert offer[0] is codec
        assert (len(offer) == 1) == only
    else:
        assert offer == USABLE_CODECS


class TestBothSides:
    @pytest.mark.manual("CO-2", "CO-4")
    async def test_administrator_and_user_edit_the_same_settings(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        phone = await server.sign_in(extension, "mobile")
        listening = server.listen(extension_topic(extension.id))
        portal = server.listen(PORTAL)
        before = (await phone.get(OWN)).json()
        assert (before["kind"], before["version"], before["values"]["codec"]) == ("mobile", 1, "opus")
        saved = (await admin.put(of(extension), json=mobile("g722"))).json()
        assert (saved["version"], saved["codecs"]["offer"]) == (2, ["g722", "opus", "pcmu", "pcma"])
        assert (await phone.get(OWN)).json() == saved
        [event] = frames(listening)
        assert event == {"type": "settings.changed", "number": "1001", **saved}
        assert frames(portal) == [event]

        own = (await phone.put(OWN, json=mobile("pcma", 2, only=True))).json()
        assert (own["version"], own["codecs"]) == (3, {"offer": ["pcma"], "fallback": False})
        assert (await admin.get(of(extension))).json() == own
        assert frames(portal)[0]["values"] == {**CALLS, "codec": "pcma", "only_this_codec": True}

    async def test_stale_version_is_refused_with_the_present_values(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        phone = await server.sign_in(extension, "mobile")
        await admin.put(of(extension), json=mobile("g722"))
        answer = await phone.put(OWN, json=mobile("pcmu"))
        assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
        assert answer.json()["current"]["values"]["codec"] == "g722"
        assert (await admin.get(of(extension))).json()["version"] == 2

    async def test_one_update_succeeds_when_two_have_the_same_version(
        self, extension: Extension, server: Server
    ) -> None:
        phone = await server.sign_in(extension, "mobile")
        answers = await asyncio.gather(
            *(phone.put(OWN, json=mobile(codec)) for codec in ("g722", "pcmu", "pcma", "opus"))
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]

    async def test_unusable_codec_falls_back(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        saved = (await admin.put(of(extension), json=mobile("g729", only=True))).json()
        assert saved["codecs"] == {"offer": ["opus", "g722", "pcmu", "pcma"], "fallback": True}

    async def test_kinds(self, client: httpx.AsyncClient, admin: httpx.AsyncClient, extension: Extension) -> None:
        assert (await client.get(OWN)).json() == {"kind": "web", "version": 1, "values": {**CALLS, **SCREEN_POP}}
        answer = await client.put(OWN, json=mobile("g722"))
        assert answer.json()["fields"]["kind"]["code"] == "client_settings_other_kind"
        assert (await admin.get(of(extension, "fax"))).status_code == 422
        assert (await admin.get("/api/v1/admin/extensions/9999/client-settings/web")).status_code == 404
        assert (await admin.put(of(extension), json=mobile("mp3"))).status_code == 422

    async def test_codecs(self, client: httpx.AsyncClient) -> None:
        found = {one["codec"]: one["mode"] for one in (await client.get("/api/v1/client/codecs")).json()}
        assert found == {codec: "pass_through" if codec in ("ilbc", "g729") else "usable" for codec in list(Codec)}


class TestDefault:
    @pytest.mark.manual("CO-1")
    async def test_for_new_extensions_only(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        before = (await admin.get(DEFAULT)).json()
        assert (before["codec"], before["version"], len(before["codecs"])) == ("opus", 1, 6)
        saved = (await admin.put(DEFAULT, json={"codec": "g722", "apply_to": "new", "version": 1})).json()
        assert (saved["codec"], saved["extensions"], saved["connected"]) == ("g722", 0, 0)
        late = await server.make_extension("1002")
        assert (await admin.get(of(extension))).json()["values"]["codec"] == "opus"
        assert (await admin.get(of(late))).json()["values"]["codec"] == "g722"
        saved = (await admin.put(of(late), json=mobile("pcmu"))).json()
        assert (saved["version"], saved["values"]["codec"]) == (2, "pcmu")

    @pytest.mark.manual("CO-1")
    async def test_for_all(self, admin: httpx.AsyncClient, extension: Extension, server: Server) -> None:
        other = await server.make_extension("1002")
        await admin.put(of(other), json=mobile("pcma", only=True))
        listening, portal = server.listen(extension_topic(extension.id)), server.listen(PORTAL)
        change = {"codec": "g722", "only_this_codec": False, "apply_to": "all", "version": 1}
        saved = (await admin.put(DEFAULT, json=change)).json()
        assert (saved["extensions"], saved["connected"]) == (2, 1)
        [event] = frames(listening)
        assert (event["kind"], event["version"], event["values"]["codec"]) == ("mobile", 2, "g722")
        assert frames(portal) == [
            {"type": "server_settings.changed", "group": "mobile_default", "version": 2},
            {"type": "settings.changed", "number": None, "kind": "mobile"},
        ]
        assert (await admin.get(of(other))).json()["values"] == {**CALLS, "codec": "g722", "only_this_codec": False}
        assert (await admin.get(of(other))).json()["version"] == 3
        late = await server.make_extension("1003")
        assert (await admin.get(of(late))).json()["values"]["codec"] == "g722"

    async def test_stale(self, admin: httpx.AsyncClient) -> None:
        change = {"codec": "g722", "version": 1}
        await admin.put(DEFAULT, json=change)
        answer = await admin.put(DEFAULT, json=change)
        assert (answer.status_code, answer.json()["current"]["version"]) == (409, 2)

    async def test_thousands(self, admin: httpx.AsyncClient) -> None:
        many = {"from_number": "20000", "count": 2000}
        assert (await admin.post("/api/v1/admin/extensions/bulk", json=many)).status_code == 201
        saved = await admin.put(DEFAULT, json={"codec": "g722", "apply_to": "all", "version": 1})
        assert saved.json()["extensions"] == 2000
