"""User A (1001) tries everything of user B (1002) through every client route that takes an id or a number."""

from __future__ import annotations

import struct
import wave
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from linkus.call.call_state import Call
from linkus.call.records.models import CallRecord
from linkus.kit.bus import extension_topic
from linkus.kit.clock import now
from linkus.shared.models.extension import Extension
from linkus.voicemail.files import MessageFiles
from linkus.voicemail.models import VoicemailMessage
from tests.support.api import Server, frames

API = "/api/v1"


@pytest_asyncio.fixture(loop_scope="session")
async def other(server: Server) -> Extension:
    return await server.make_extension("1002", first_name="B", email="b@example.cn")


async def add(server: Server, row: Any) -> int:
    async with server.database.transaction() as db:
        db.add(row)
        await db.flush()
        return int(row.id)


def record(of: int, **values: Any) -> CallRecord:
    at = now()
    fields: dict[str, Any] = {
        "call_id": "c1", "from_extension_id": None, "from_number": "13800138000", "from_name": "", "from_kind": "trunk",
        "to_extension_id": of, "to_number": "1002", "to_name": "", "to_kind": "", "origin": "inbound", "did_number": "",
        "did_name": "", "started_at": at, "ended_at": at, "result": "unanswered", "cause": 16,
        "hidden_from_caller": False, "hidden_from_callee": False,
    }  # fmt: skip
    return CallRecord(**{**fields, **values})


async def test_calls(client: httpx.AsyncClient, extension: Extension, other: Extension, server: Server) -> None:
    theirs = await server.sign_in(other)
    record_id = await add(server, record(other.id))
    assert (await client.get(f"{API}/client/calls")).json()["total"] == 0
    for name in ("all", "missed", "inbound", "outbound"):
        assert (await client.get(f"{API}/client/calls", params={"filter": name, "search": "138"})).json()["total"] == 0
    assert (await client.delete(f"{API}/client/calls/{record_id}")).status_code == 404
    assert (await client.post(f"{API}/client/calls/seen")).status_code == 200
    mine = (await theirs.get(f"{API}/client/calls")).json()
    assert (mine["total"], mine["missed_unseen"]) == (1, 1)


async def test_voicemail(
    client: httpx.AsyncClient, extension: Extension, other: Extension, server: Server, tmp_path: Path
) -> None:
    files = MessageFiles(tmp_path / "box", tmp_path / "kept")
    server.services.voicemail_files = files
    place = files.place(other.id, "1790000000_1002_1001_c1.wav")
    place.parent.mkdir(parents=True)
    with wave.open(str(place), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(struct.pack("<h", 1000) * 8000)
    message_id = await add(
        server,
        VoicemailMessage(
            extension_id=other.id, call_id="c1", from_number="1001", from_name="", file_name=place.name, seconds=1,
            created_at=now(),
        ),
    )  # fmt: skip
    own = f"{API}/client/voicemail/{message_id}"
    answers = [
        await client.get(f"{own}/audio"),
        await client.put(own, json={"heard": True}),
        await client.delete(own),
    ]
    assert [each.status_code for each in answers] == [404, 404, 404]
    assert (await client.get(f"{API}/client/voicemail")).json()["total"] == 0
    assert place.exists()


async def test_devices(client: httpx.AsyncClient, extension: Extension, other: Extension, server: Server) -> None:
    opened = await server.open_session(other)
    boss = await server.open_session(await server.make_administrator())
    for session_id in (opened.session.id, boss.session.id):
        assert (await client.delete(f"{API}/client/devices/{session_id}")).status_code == 404
        assert (await client.put(f"{API}/client/devices/{session_id}", json={"remark": "x"})).status_code == 404
    listed = (await client.get(f"{API}/client/devices", params={"extension_id": other.id})).json()
    assert {each["extension_id"] for each in listed["items"]} == {extension.id}


async def test_settings_and_session_of_somebody_else_are_not_to_be_named(
    client: httpx.AsyncClient, extension: Extension, other: Extension
) -> None:
    before = (await client.get(f"{API}/client/settings")).json()
    answer = await client.put(
        f"{API}/client/settings",
        params={"extension_id": other.id, "kind": "desktop"},
        json={"kind": "desktop", "version": 0, "values": before["values"], "extension_id": other.id},
    )
    assert answer.status_code in (409, 422)
    answer = await client.put(f"{API}/client/settings", json={**before, "kind": "mobile"})
    assert answer.status_code in (409, 422)


async def test_sip_credential_is_of_the_own_extension_and_kind(
    client: httpx.AsyncClient, extension: Extension, other: Extension
) -> None:
    answer = await client.post(
        f"{API}/client/sip-credential",
        params={"number": "1002", "kind": "phone"},
        json={"number": "1002", "kind": "desktop", "aor": "1002.web"},
    )
    if answer.status_code == 201:
        assert answer.json()["aor"] == "1001.web"


async def live_call(server: Server, other: Extension) -> str:
    calls = server.services.calls
    call_id = "7c9e6679-7425-40de-944b-e07fc1f90ae7"
    calls.tracker.channel_begins("PJSIP/edge-1", "1.1", now())
    calls.planned(
        Call(
            call_id=call_id, caller_channel="PJSIP/edge-1", from_number="1002", to_number="1003", started_at=now(),
            from_kind="web", from_extension_id=other.id, action="dial",
        )
    )  # fmt: skip
    return call_id


async def test_live_calls(client: httpx.AsyncClient, extension: Extension, other: Extension, server: Server) -> None:
    calls = server.services.calls
    ended: list[str] = []

    async def end(channel: str) -> None:
        ended.append(channel)

    calls.end_channel, before = end, calls.end_channel
    listening = server.listen(extension_topic(extension.id))
    try:
        call_id = await live_call(server, other)
        assert (await client.get(f"{API}/client/calls/current")).json()["items"] == []
        assert (await client.post(f"{API}/client/calls/leave", json={"call_ids": [call_id]})).status_code == 204
        await server.services.background.idle()
        assert ended == []
        assert not frames(listening)
        # a claim counts for the own extension only: B's client still gets the call
        await client.post(f"{API}/client/calls/{call_id}/claim", json={})
        theirs = await server.sign_in(other, "desktop")
        assert (await theirs.post(f"{API}/client/calls/{call_id}/claim", json={})).json()["yours"] is True
        assert (await client.delete(f"{API}/client/calls/{call_id}/claim")).status_code == 204
        third = await server.sign_in(other, "mobile")
        assert (await third.post(f"{API}/client/calls/{call_id}/claim", json={})).json()["yours"] is False
    finally:
        calls.end_channel = before
        calls.take(calls.tracker.hung_up("PJSIP/edge-1", 16, now()))
        while not calls.ended.empty():
            calls.ended.get_nowait()


async def test_rejoin_of_anothers_call_by_the_plan(server: Server, extension: Extension, other: Extension) -> None:
    """The core's question for 1001.web, who calls `rejoin.<call of 1002>`, also with other kinds of client."""
    headers = {"X-Linkus-Key": server.services.internal_key}
    calls = server.services.calls
    call_id = await live_call(server, other)
    try:
        core = server.browser()
        for kind in ("web", "desktop", "trunk", ""):
            answer = await core.get(
                "/internal/calls/plan",
                params={
                    "call": "x",
                    "from": "1001",
                    "kind": kind,
                    "to": f"rejoin.{call_id}",
                    "channel": "PJSIP/edge-9",
                },
                headers=headers,
            )
            assert "action=reject" in answer.text
    finally:
        calls.take(calls.tracker.hung_up("PJSIP/edge-1", 16, now()))
        while not calls.ended.empty():
            calls.ended.get_nowait()


ADMIN_ONLY = [
    ("GET", "/admin/calls"), ("GET", "/admin/call-records"), ("GET", "/admin/sessions"), ("GET", "/admin/extensions"),
    ("GET", "/admin/extensions/{id}"), ("PUT", "/admin/extensions/{id}"), ("DELETE", "/admin/extensions/{id}"),
    ("POST", "/admin/extensions/{id}/credential"), ("POST", "/admin/extensions/{id}/sign-out"),
    ("GET", "/admin/extensions/{id}/client-settings/web"), ("PUT", "/admin/extensions/{id}/client-settings/web"),
    ("GET", "/admin/welcome-mails"), ("POST", "/admin/welcome-mails"), ("GET", "/admin/trunks"),
    ("GET", "/admin/paging-groups"), ("GET", "/admin/blocked-addresses"), ("GET", "/admin/events"),
    ("GET", "/admin/extensions/export"), ("GET", "/admin/inbound-routes/export"), ("GET", "/admin/mail-server"),
    ("GET", "/admin/calls/explain?to=1002"), ("GET", "/internal/calls/plan?to=1002"), ("GET", "/metrics"),
]  # fmt: skip


@pytest.mark.parametrize(("method", "path"), ADMIN_ONLY)
async def test_a_users_session_opens_nothing_of_administrators(
    method: str, path: str, server: Server, extension: Extension, other: Extension
) -> None:
    opened = await server.open_session(extension)
    url = path if path.startswith(("/internal", "/metrics")) else API + path
    url = url.replace("{id}", str(other.id))
    for browser in (
        server.browser(cookies={"linkus_client": opened.token}),
        server.browser(cookies={"linkus_admin": opened.token}),
    ):
        assert (await browser.request(method, url, json={})).status_code in (401, 404)
    bearer = server.browser()
    answer = await bearer.request(method, url, json={}, headers={"Authorization": f"Bearer {opened.token}"})
    assert answer.status_code in (401, 404)


async def test_an_administrators_session_is_no_users(server: Server, extension: Extension) -> None:
    opened = await server.open_session(await server.make_administrator())
    for cookie in ("linkus_client", "linkus_admin"):
        answer = await server.browser(cookies={cookie: opened.token}).get(f"{API}/client/session")
        assert answer.status_code == 401


async def test_privacy_and_password_are_the_own(
    client: httpx.AsyncClient, extension: Extension, other: Extension, server: Server
) -> None:
    from tests.support.api import PASSWORD

    answer = await client.put(
        f"{API}/client/password",
        json={"current_password": PASSWORD, "new_password": "Other-Horse-88", "extension_id": other.id},
    )
    assert answer.status_code in (200, 422)
    again = server.browser()
    answer = await again.post(f"{API}/sessions", json={"username": "1002", "password": PASSWORD, "client_kind": "web"})
    assert answer.status_code == 201
