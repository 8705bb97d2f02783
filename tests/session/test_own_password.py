"""A password that an administrator chose: nothing else works until the user has chosen their own."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest
from fastapi.routing import iter_route_contexts

from linkus.credential.service import issue
from linkus.shared.models.extension import Extension
from tests.support.api import ORIGIN, PASSWORD, Server

SESSION = "/api/v1/client/session"
OWN = "/api/v1/client/password"
NEW = "Better-Battery-9"
ALLOWED = {("GET", SESSION), ("DELETE", SESSION), ("POST", "/api/v1/client/privacy"), ("PUT", OWN)}
WAYS = [("password", "web"), ("password", "desktop"), ("password", "mobile"), ("link", "web"), ("link", "mobile")]


def other_calls(server: Server) -> list[tuple[str, str]]:
    """Return every call for clients except those of the first login, from the routes themselves."""
    calls = []
    for route in iter_route_contexts(server.app.routes):
        path = (route.path or "").replace("{session_id}", "1").replace("{message_id}", "1")
        if path.startswith("/api/v1/client/"):
            calls += [(method, path) for method in route.methods or () if (method, path) not in ALLOWED]
    return sorted(calls)


async def given_a_password(server: Server) -> Extension:
    return await server.make_extension("1004", password_set_by="administrator")


async def sign_in(server: Server, extension: Extension, way: str, kind: str) -> httpx.AsyncClient:
    """Sign in by password or one-time link, as a program does, which also proves that no page is needed."""
    browser = server.browser()
    if way == "password":
        body = {"username": extension.number, "password": PASSWORD, "client_kind": kind, "transport": "bearer"}
        answer = await browser.post("/api/v1/sessions", json=body)
    else:
        async with server.database.transaction() as db:
            token = issue(db, extension.id, kind, timedelta(days=1))[1]
        answer = await browser.post("/api/v1/credentials/redeem", json={"token": token, "transport": "bearer"})
    assert answer.status_code == 201, answer.text
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(server.app),
        base_url=ORIGIN,
        headers={"Authorization": f"Bearer {answer.json()['token']}", "Accept-Language": "zh-CN"},
    )


@pytest.mark.parametrize(("way", "kind"), WAYS)
async def test_client_is_refused_everything_before_an_own_password(server: Server, way: str, kind: str) -> None:
    extension = await given_a_password(server)
    async with await sign_in(server, extension, way, kind) as client:
        calls = other_calls(server)
        assert ("POST", "/api/v1/client/sip-credential") in calls
        assert len(calls) > 10
        for method, path in calls:
            answer = await client.request(method, path)
            assert (answer.status_code, answer.json()["code"]) == (403, "own_password_needed"), (method, path)
            assert answer.json()["message"].startswith("请先设置你自己的密码")
        english = await client.get("/api/v1/client/settings", headers={"Accept-Language": "en"})
        assert english.json()["message"].startswith("First choose a password of your own")

        me = (await client.get(SESSION)).json()
        assert (me["must_change_password"], me["current_password_needed"]) == (True, way == "password")
        known = {"current_password": PASSWORD} if way == "password" else {}
        assert (await client.put(OWN, json={**known, "new_password": NEW})).status_code == 200
        assert (await client.get(SESSION)).json()["must_change_password"] is False
        assert (await client.get("/api/v1/client/settings")).status_code == 200
        assert (await client.post("/api/v1/client/sip-credential")).status_code == 201


async def test_client_is_still_refused_when_the_new_password_is_the_old_one(server: Server) -> None:
    async with await sign_in(server, await given_a_password(server), "password", "web") as client:
        answer = await client.put(OWN, json={"current_password": PASSWORD, "new_password": PASSWORD})
        assert answer.json()["fields"]["new_password"]["code"] == "password_unchanged"
        assert (await client.post("/api/v1/client/sip-credential")).json()["code"] == "own_password_needed"


async def test_user_can_sign_out_without_an_own_password(server: Server) -> None:
    async with await sign_in(server, await given_a_password(server), "password", "web") as client:
        assert (await client.delete(SESSION)).status_code == 204
        assert (await client.get(SESSION)).status_code == 401


async def test_user_is_not_asked_again_when_it_was_chosen_on_another_device(server: Server) -> None:
    """The choice signs the other devices out. After another sign-in there, nothing more is asked."""
    extension = await given_a_password(server)
    async with (
        await sign_in(server, extension, "link", "web") as first,
        await sign_in(server, extension, "link", "mobile") as second,
    ):
        assert (await first.put(OWN, json={"new_password": NEW})).json() == {"sessions_ended": 1}
        assert (await second.get(SESSION)).json()["reason"] == "password_changed"
    async with await sign_in(server, extension, "link", "mobile") as again:
        assert (await again.post("/api/v1/client/sip-credential")).status_code == 201


async def test_user_is_not_asked_when_nobody_chose_a_password(server: Server) -> None:
    """No administrator chose a password, so nobody else knows one (OV-6)."""
    extension = await server.make_extension("1005", password_hash=None)
    async with await sign_in(server, extension, "link", "web") as client:
        assert (await client.get(SESSION)).json()["must_change_password"] is False
        assert (await client.post("/api/v1/client/sip-credential")).status_code == 201


async def test_client_is_signed_out_when_an_administrator_chooses_a_password(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    client = await server.sign_in(extension)
    body = {"number": "1001", "first_name": "伟", "linkus_enabled": True, "user_password": NEW, "version": 1}
    assert (await admin.put(f"/api/v1/admin/extensions/{extension.id}", json=body)).status_code == 200
    assert (await client.get(SESSION)).json()["reason"] == "password_changed"
    again = await server.sign_in(extension)
    assert (await again.post("/api/v1/client/sip-credential")).json()["code"] == "own_password_needed"
