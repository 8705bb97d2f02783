from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from linkus.kit.bus import session_topic
from linkus.kit.clock import now
from linkus.kit.work import unit_of_work
from linkus.session.models import Session
from linkus.session.service import ADMINISTRATOR_LIFETIME, CLIENT_LIFETIME, end_expired
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.support.api import ORIGIN, PASSWORD, Server, frames

URL = "/api/v1/sessions"


async def sign_in(browser: httpx.AsyncClient, username: str, password: str = PASSWORD, **more: Any) -> httpx.Response:
    return await browser.post(URL, json={"username": username, "password": password, **more})


class TestSignIn:
    @pytest.mark.manual("CR-6", "EN-2")
    @pytest.mark.parametrize("username", ["1001", "zhang.wei@example.cn", " Zhang.Wei@Example.CN "])
    async def test_user_signs_in_by_number_or_email(
        self, anonymous: httpx.AsyncClient, extension: Extension, username: str
    ) -> None:
        answer = await sign_in(anonymous, username)
        assert answer.status_code == 201
        assert (answer.json()["role"], answer.json()["landing"], answer.json()["token"]) == ("extension", "/", None)
        cookie = answer.headers["set-cookie"].lower()
        assert cookie.startswith("linkus_client=")
        assert "httponly" in cookie
        assert "samesite=lax" in cookie
        assert "secure" not in cookie  # plain HTTP on loopback
        me = (await anonymous.get("/api/v1/client/session")).json()
        assert me["extension"]["number"] == "1001"
        assert me["extension"]["display_name"] == "张伟"
        assert me["client_kind"] == "web"

    async def test_administrator_signs_in_on_the_same_page(
        self, anonymous: httpx.AsyncClient, administrator: Administrator
    ) -> None:
        answer = await sign_in(anonymous, "Boss")
        assert (answer.json()["role"], answer.json()["landing"]) == ("administrator", "/portal/")
        assert (await anonymous.get("/api/v1/admin/session")).json()["username"] == "boss"
        assert (await anonymous.get("/api/v1/client/session")).status_code == 401

    async def test_program_gets_the_token_when_it_asks_for_bearer(
        self, anonymous: httpx.AsyncClient, extension: Extension
    ) -> None:
        answer = await sign_in(anonymous, "1001", transport="bearer", client_kind="desktop", device_name="办公室电脑")
        assert "set-cookie" not in answer.headers
        headers = {"Authorization": f"Bearer {answer.json()['token']}"}
        devices = (await anonymous.get("/api/v1/client/devices", headers=headers)).json()["items"]
        assert [(d["client_kind"], d["device_name"], d["current"]) for d in devices] == [
            ("desktop", "办公室电脑", True)
        ]

    @pytest.mark.parametrize(
        ("username", "password"),
        [("1001", "Wrong-Horse-7"), ("4711", PASSWORD), ("", ""), ("1001\0", PASSWORD), ("ｂｏｓｓ", PASSWORD)],
    )
    async def test_sign_in_is_refused_with_wrong_credentials(
        self, anonymous: httpx.AsyncClient, extension: Extension, username: str, password: str
    ) -> None:
        answer = await sign_in(anonymous, username, password)
        assert answer.status_code in (401, 422)
        assert answer.json()["code"] in ("wrong_credentials", "validation_failed")

    async def test_sign_in_is_refused_when_the_account_has_no_password(
        self, anonymous: httpx.AsyncClient, server: Server
    ) -> None:
        await server.make_extension("1002", password_hash=None)
        for password in ("", "None", "a password that nobody has"):
            assert (await sign_in(anonymous, "1002", password)).json()["code"] == "wrong_credentials"

    @pytest.mark.manual("EN-3")
    async def test_linkus_disabled_is_reported_only_with_the_right_password(
        self, anonymous: httpx.AsyncClient, server: Server
    ) -> None:
        await server.make_extension("1002", linkus_enabled=False)
        told = await sign_in(anonymous, "1002")
        assert (told.status_code, told.json()["code"]) == (403, "linkus_disabled")
        assert (await sign_in(anonymous, "1002", "Wrong-Horse-7")).json()["code"] == "wrong_credentials"


class TestPortOfTheLinkusService:
    """8111 is for clients only: portal and administrators' API are not there, and no administrator signs in there."""

    PORT = {"X-Forwarded-Port": "8111"}  # noqa: RUF012 - nothing changes it

    async def test_administrator_is_as_unknown_as_anybody(
        self, server: Server, administrator: Administrator, extension: Extension
    ) -> None:
        async def answer(username: str, port: str, **more: Any) -> tuple[int, str | None]:
            body = {"username": username, "password": PASSWORD, **more}
            told = await server.browser().post(URL, json=body, headers={"X-Forwarded-Port": port})
            return told.status_code, told.json().get("code")

        assert await answer("boss", "8111") == (401, "wrong_credentials") == await answer("nobody", "8111")
        assert await answer("boss", "8088") == (201, None)
        assert await answer("1001", "8111") == (201, None)
        await server.make_administrator("@1", extension_id=extension.id, role="operator", password_hash="!")
        assert await answer("1001", "8111", portal=True) == (401, "wrong_credentials")
        assert await answer("1001", "8088", portal=True) == (201, None)
        assert await answer("1001", "8111") == (201, None)


class TestLimits:
    async def test_account_is_locked_for_an_address_after_five_failures(
        self, server: Server, extension: Extension
    ) -> None:
        here, there = server.browser(address="192.0.2.1"), server.browser(address="192.0.2.2")
        await server.open_session(await server.make_extension("1003"))  # makes the address an office
        for _ in range(5):
            assert (await sign_in(here, "1001", "Wrong-Horse-7")).status_code == 401
        locked = await sign_in(here, "1001")
        assert locked.status_code == 429
        assert locked.json()["code"] == "sign_in_locked"
        assert 50 < int(locked.headers["Retry-After"]) <= 60
        assert locked.headers["Retry-After"] in locked.json()["message"]
        await server.make_extension("1002")
        assert (await sign_in(here, "1002")).status_code == 201  # a colleague behind the same address
        assert (await sign_in(there, "1001")).status_code == 201  # the user elsewhere

    async def test_nobody_learns_which_address_belongs_to_a_number(self, server: Server, extension: Extension) -> None:
        """Each name has a count of its own, as names that belong to nobody have."""
        await server.open_session(await server.make_extension("1003"))  # makes the address an office
        browser = server.browser(address="192.0.2.1")
        answers = [(await sign_in(browser, name, "Wrong-Horse-7")).status_code for name in ["1001", "1001 "] * 3]
        assert answers == [401] * 5 + [429]
        for name in ("zhang.wei@example.cn", "nobody@example.cn", "1099"):
            assert (await sign_in(browser, name, "Wrong-Horse-7")).status_code == 401
        names = ["zhang.wei@example.cn", " Zhang.Wei@Example.CN "] * 3
        answers = [(await sign_in(browser, name, "Wrong-Horse-7")).status_code for name in names]
        assert answers == [401] * 4 + [429] * 2  # spelling does not matter
        assert (await sign_in(browser, "zhang.wei@example.cn")).status_code == 429

    async def test_unknown_account_is_locked_alike(self, server: Server) -> None:
        browser = server.browser(address="192.0.2.1")
        answers = [(await sign_in(browser, "nobody", "Wrong-Horse-7")).status_code for _ in range(6)]
        assert answers == [401] * 5 + [429]

    async def test_count_of_failures_is_cleared_by_success(self, server: Server, extension: Extension) -> None:
        browser = server.browser(address="192.0.2.1")
        for _ in range(2):
            for _ in range(4):
                assert (await sign_in(browser, "1001", "Wrong-Horse-7")).status_code == 401
            assert (await sign_in(browser, "1001")).status_code == 201

    async def test_address_is_locked_after_failures_with_many_accounts(self, server: Server) -> None:
        browser = server.browser(address="192.0.2.9")
        for number in range(5):
            assert (await sign_in(browser, f"user{number}")).status_code == 401
        assert (await sign_in(browser, "someone")).status_code == 429


class TestOrigin:
    async def test_change_is_refused_when_the_page_is_foreign(
        self, admin: httpx.AsyncClient, extension: Extension
    ) -> None:
        url = f"/api/v1/admin/extensions/{extension.id}"
        for origin in ("https://evil.example", "null", f"{ORIGIN}.evil.example", "http://127.0.0.1:8089", "//", "[x"):
            answer = await admin.delete(url, headers={"Origin": origin})
            assert (answer.status_code, answer.json()["code"]) == (403, "origin_foreign")
        assert (await admin.get(url, headers={"Origin": "https://evil.example"})).status_code == 200  # cannot be read
        del admin.headers["Origin"]
        assert (await admin.delete(url)).json()["code"] == "origin_missing"

    async def test_program_with_a_token_needs_no_origin(self, server: Server, administrator: Administrator) -> None:
        opened = await server.open_session(administrator)
        browser = server.browser()
        del browser.headers["Origin"]
        answer = await browser.delete("/api/v1/admin/session", headers={"Authorization": f"Bearer {opened.token}"})
        assert answer.status_code == 204

    async def test_sign_in_is_refused_when_the_page_is_foreign(
        self, anonymous: httpx.AsyncClient, extension: Extension
    ) -> None:
        anonymous.headers["Origin"] = "https://evil.example"
        assert (await sign_in(anonymous, "1001")).json()["code"] == "origin_foreign"


class TestEnd:
    async def test_sign_out_deletes_the_cookie_and_deregisters_the_client(
        self, client: httpx.AsyncClient, server: Server
    ) -> None:
        """A client that says that it signs out need not take its registration back."""
        session_id = (await client.get("/api/v1/client/session")).json()["session_id"]
        answer = await client.delete("/api/v1/client/session")
        assert answer.status_code == 204
        assert answer.headers["set-cookie"].startswith('linkus_client=""; ')
        assert "Max-Age=0" in answer.headers["set-cookie"]
        [row] = await server.payloads("edge.revoke")
        assert (row["aor"], row["sessions"]) == ("1001.web", [session_id])

    async def test_other_session_of_the_kind_is_undisturbed_by_a_sign_out(
        self, client: httpx.AsyncClient, server: Server, extension: Extension
    ) -> None:
        session_id = (await client.get("/api/v1/client/session")).json()["session_id"]
        await server.open_session(extension)
        await client.delete("/api/v1/client/session")
        [row] = await server.payloads("edge.revoke")
        assert (row["aor"], row["session"]) == ("1001.web", session_id)

    async def test_token_is_refused_after_the_sign_out(self, server: Server, extension: Extension) -> None:
        opened = await server.open_session(extension)
        headers = {"Authorization": f"Bearer {opened.token}"}
        browser = server.browser()
        assert (await browser.delete("/api/v1/client/session", headers=headers)).status_code == 204
        answer = await browser.get("/api/v1/client/session", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "session_ended")
        assert answer.json()["reason"] == "signed_out"

    async def test_device_is_deregistered_when_an_administrator_signs_it_out(
        self, admin: httpx.AsyncClient, client: httpx.AsyncClient, server: Server, extension: Extension
    ) -> None:
        [device] = (await admin.get("/api/v1/admin/sessions", params={"extension_id": extension.id})).json()["items"]
        heard = server.listen(session_topic(device["id"]))
        assert (await admin.delete(f"/api/v1/admin/sessions/{device['id']}")).status_code == 204
        assert frames(heard) == [{"type": "session.ended", "reason": "signed_out_by_administrator"}]
        assert [row["aor"] for row in await server.payloads("edge.revoke")] == ["1001.web"]
        assert (await client.get("/api/v1/client/session")).json()["reason"] == "signed_out_by_administrator"
        assert (await admin.delete(f"/api/v1/admin/sessions/{device['id']}")).status_code == 404

    async def test_user_signs_out_own_devices_only(
        self, client: httpx.AsyncClient, server: Server, extension: Extension, administrator: Administrator
    ) -> None:
        own = (await server.open_session(extension, "mobile")).session.id
        foreign = (await server.open_session(await server.make_extension("1002"))).session.id
        portal = (await server.open_session(administrator)).session.id
        assert (await client.delete(f"/api/v1/client/devices/{own}")).status_code == 204
        assert (await client.delete(f"/api/v1/client/devices/{foreign}")).status_code == 404
        assert (await client.delete(f"/api/v1/client/devices/{portal}")).status_code == 404

    async def test_client_is_notified_when_its_session_expires(self, client: httpx.AsyncClient, server: Server) -> None:
        async with server.database.transaction() as db:
            await db.execute(update(Session).values(expires_at=now() - timedelta(seconds=1)))
            session_id = await db.scalar(select(Session.id))
        assert session_id is not None
        answer = await client.get("/api/v1/client/session")
        assert (answer.status_code, answer.json()["reason"]) == (401, "expired")
        heard = server.listen(session_topic(session_id))
        async with unit_of_work(server.services) as work:
            await end_expired(work)
        assert frames(heard) == [{"type": "session.ended", "reason": "expired"}]

    async def test_session_is_deleted_when_it_ended_long_ago(self, client: httpx.AsyncClient, server: Server) -> None:
        async with server.database.transaction() as db:
            await db.execute(update(Session).values(ended_at=now() - timedelta(days=91)))
        async with unit_of_work(server.services) as work:
            await end_expired(work)
        async with server.database.transaction(write=False) as db:
            assert (await db.scalars(select(Session))).all() == []


class TestLifetime:
    async def expires_in(self, server: Server) -> timedelta:
        async with server.database.transaction(write=False) as db:
            expires_at = await db.scalar(select(Session.expires_at))
        assert expires_at is not None
        return expires_at - now()

    async def age(self, server: Server, by: timedelta) -> None:
        async with server.database.transaction() as db:
            session = await db.scalar(select(Session))
            assert session is not None
            session.last_seen_at -= by
            session.expires_at -= by

    async def test_client_session_is_prolonged_when_it_is_used(self, client: httpx.AsyncClient, server: Server) -> None:
        await self.age(server, timedelta(days=29))
        answer = await client.get("/api/v1/client/session")
        assert answer.status_code == 200
        assert f"Max-Age={30 * 86400}" in answer.headers["set-cookie"]  # the browser keeps it as long
        assert "set-cookie" not in (await client.get("/api/v1/client/session")).headers  # not with every answer
        assert await self.expires_in(server) > CLIENT_LIFETIME - timedelta(minutes=1)

    async def test_portal_session_is_not_prolonged_when_it_is_used(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        await self.age(server, timedelta(hours=11))
        assert (await admin.get("/api/v1/admin/session")).status_code == 200
        assert await self.expires_in(server) < ADMINISTRATOR_LIFETIME - timedelta(hours=10)


class TestWho:
    @pytest.mark.parametrize("path", ["/api/v1/admin/session", "/api/v1/client/session"])
    @pytest.mark.parametrize("token", ["", "x", "x" * 5000, "ü"])
    async def test_request_is_refused_with_an_invalid_token(self, server: Server, path: str, token: str) -> None:
        browser = server.browser()
        answer = await browser.get(path, headers=[(b"Authorization", b"Bearer " + token.encode())])
        assert answer.status_code == 401
        answer = await browser.get(path, headers=[(b"Cookie", b"linkus_admin=" + token.encode())])
        assert answer.status_code == 401

    async def test_portal_is_refused_to_a_users_token(self, server: Server, extension: Extension) -> None:
        opened = await server.open_session(extension)
        browser = server.browser(cookies={"linkus_admin": opened.token})
        assert (await browser.get("/api/v1/admin/session")).status_code == 401
