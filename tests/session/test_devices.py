from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from linkus.kit.bus import PORTAL, extension_topic, session_topic
from linkus.kit.clock import now
from linkus.kit.work import unit_of_work
from linkus.session.models import Session
from linkus.session.service import end_expired
from linkus.session.user_agent import Program, read_user_agent
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server, frames

CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
)
IPHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/17.5 Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("user_agent", "program"),
    [
        (CHROME, Program("Chrome 131", "Windows")),
        (f"{CHROME} Edg/131.0.2903.51", Program("Edge 131", "Windows")),
        (f"{CHROME} OPR/115.0.0.0", Program("Opera 115", "Windows")),
        (f"{CHROME} LinkusDesktop/1.4.2", Program("Linkus 1.4.2", "Windows")),
        (IPHONE, Program("Safari 17", "iOS")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0", Program("Firefox 133", "Linux")),
        ("python-httpx/0.28.1", Program("python-httpx 0.28.1", "")),
        ("", Program("", "")),
        ("Mozilla/5.0", Program("", "")),
    ],
)
def test_user_agent_names_program_and_system(user_agent: str, program: Program) -> None:
    assert read_user_agent(user_agent) == program


@given(st.text(max_size=255))
def test_reader_accepts_any_user_agent(user_agent: str) -> None:
    program = read_user_agent(user_agent)
    assert len(program.version) <= 255 + len("Linkus ")


class TestRemark:
    async def test_remark_is_shared_by_user_and_administrator(
        self, admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        portal, own = server.listen(PORTAL), server.listen(extension_topic(extension.id))
        [device] = (await client.get("/api/v1/client/devices")).json()["items"]
        assert device["remark"] == ""
        saved = await client.put(f"/api/v1/client/devices/{device['id']}", json={"remark": " 前台 "})
        assert (saved.json()["remark"], saved.json()["current"]) == ("前台", True)
        event = {"type": "devices.changed", "extension_id": extension.id, "number": "1001"}
        assert (frames(portal), frames(own)) == ([event], [event])
        url = f"/api/v1/admin/sessions/{device['id']}"
        assert (await admin.put(url, json={"remark": "前台 2"})).json()["remark"] == "前台 2"
        [device] = (await client.get("/api/v1/client/devices")).json()["items"]
        assert device["remark"] == "前台 2"
        assert (await admin.put(url, json={"remark": "x" * 64})).status_code == 422
        assert (await admin.put(url, json={"remark": ""})).json()["remark"] == ""

    async def test_remark_is_refused_on_the_device_of_another_user(
        self, client: httpx.AsyncClient, server: Server
    ) -> None:
        other = (await server.open_session(await server.make_extension("1002"))).session
        answer = await client.put(f"/api/v1/client/devices/{other.id}", json={"remark": "mine"})
        assert answer.status_code == 404

    async def test_remark_is_refused_on_portal_and_ended_sessions(
        self, admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension
    ) -> None:
        own = (await admin.get("/api/v1/admin/session")).json()["session_id"]
        assert (await admin.put(f"/api/v1/admin/sessions/{own}", json={"remark": "x"})).status_code == 404
        [device] = (await client.get("/api/v1/client/devices")).json()["items"]
        await admin.delete(f"/api/v1/admin/sessions/{device['id']}")
        assert (await admin.put(f"/api/v1/admin/sessions/{device['id']}", json={"remark": "x"})).status_code == 404


async def test_sign_out_of_an_extension_ends_all_its_sessions(
    admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    await server.open_session(extension, "mobile")
    answer = await admin.post(f"/api/v1/admin/extensions/{extension.id}/sign-out")
    assert answer.json() == {"sessions_ended": 2}
    assert (await client.get("/api/v1/client/session")).json()["reason"] == "signed_out_by_administrator"
    assert (await admin.get("/api/v1/admin/sessions")).json()["total"] == 0
    await server.clear_outbox()
    assert (await admin.post(f"/api/v1/admin/extensions/{extension.id}/sign-out")).json() == {"sessions_ended": 0}
    [row] = await server.payloads("edge.revoke")  # whoever is registered all the same
    assert (row["number"], row["sessions"]) == ("1001", {})


async def test_device_is_published_when_its_user_signs_in(
    anonymous: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    portal = server.listen(PORTAL)
    body = {"username": "1001", "password": PASSWORD}
    assert (await anonymous.post("/api/v1/sessions", json=body, headers={"User-Agent": CHROME})).status_code == 201
    heard = [frame for frame in frames(portal) if frame["type"] == "devices.changed"]
    assert heard == [{"type": "devices.changed", "extension_id": extension.id, "number": "1001"}]
    [device] = (await anonymous.get("/api/v1/client/devices")).json()["items"]
    assert (device["version"], device["system"]) == ("Chrome 131", "Windows")


@pytest.mark.manual("EN-3")
async def test_client_is_told_how_long_a_call_may_last_when_linkus_is_switched_off(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    session = (await server.open_session(extension)).session
    heard = server.listen(session_topic(session.id))
    await admin.post("/api/v1/admin/extensions/linkus", json={"ids": [extension.id], "enabled": False})
    assert frames(heard) == [{"type": "session.ended", "reason": "linkus_disabled", "call_seconds": 10}]
    [payload] = await server.payloads("edge.revoke")
    assert (payload["number"], payload["sessions"]) == ("1001", {"web": [session.id]})
    assert payload["call_seconds"] == 10


async def test_session_is_deregistered_alone_when_its_kind_has_several(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    """The user may be in a call in another browser."""
    old, _, mobile, forgotten = [
        (await server.open_session(extension, kind)).session for kind in ("web", "web", "mobile", "web")
    ]
    await admin.delete(f"/api/v1/admin/sessions/{old.id}")
    await admin.delete(f"/api/v1/admin/sessions/{mobile.id}")
    async with unit_of_work(server.services) as work:
        await work.db.execute(update(Session).where(Session.id == forgotten.id).values(expires_at=now()))
    async with unit_of_work(server.services) as work:
        await end_expired(work)
    rows = await server.payloads("edge.revoke")
    assert [(row["aor"], row.get("session")) for row in rows] == [
        ("1001.web", old.id),
        ("1001.mobile", None),
        ("1001.web", forgotten.id),
    ]
    await server.clear_outbox()
    await admin.post(f"/api/v1/admin/extensions/{extension.id}/sign-out")
    assert [row["number"] for row in await server.payloads("edge.revoke")] == ["1001"]
