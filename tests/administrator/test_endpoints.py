from __future__ import annotations

import asyncio

import httpx
import pytest

from linkus.administrator.service import BadAdministratorSettings, ensure_setup_link
from linkus.lockout.rules import Policy
from linkus.shared.models.administrator import Administrator
from tests.support.api import PASSWORD, Server

MAX_FAILURES = Policy().max_failures
ACCOUNT = {"username": "boss", "password": "First-Admin-7", "language": "en"}
OWN_ACCOUNT = "/api/v1/admin/account"


async def setup_token(server: Server) -> str:
    link = await ensure_setup_link(server.database, server.services.settings)
    assert link is not None
    address, token = link.split("#t=")
    assert address == "http://127.0.0.1:8088/portal/setup"
    return token


class TestSetup:
    async def test_first_administrator(self, server: Server, anonymous: httpx.AsyncClient) -> None:
        assert (await anonymous.get("/api/v1/system/info")).json()["setup_needed"] is True
        token = await setup_token(server)
        for _ in range(2):  # inspecting consumes nothing
            assert (await anonymous.post("/api/v1/setup/inspect", json={"token": token})).json()["status"] == "valid"
        answer = await anonymous.post("/api/v1/setup", json={"token": token, **ACCOUNT})
        assert answer.status_code == 201
        assert answer.json()["landing"] == "/portal/"
        me = (await anonymous.get("/api/v1/admin/session")).json()
        assert (me["username"], me["language"]) == ("boss", "en")
        assert (await anonymous.get("/api/v1/system/info")).json()["setup_needed"] is False

        assert (await anonymous.post("/api/v1/setup/inspect", json={"token": token})).json()["status"] == "used"
        again = await server.browser().post("/api/v1/setup", json={"token": token, **ACCOUNT})
        assert (again.status_code, again.json()["code"]) == (410, "setup_done")
        assert await ensure_setup_link(server.database, server.services.settings) is None
        events = (await anonymous.get("/api/v1/admin/events")).json()["items"]
        assert [event["kind"] for event in events] == ["administrator_signed_in"]
        # the chosen language also becomes that of the system's mails and prompts
        assert (await anonymous.get("/api/v1/admin/settings/general")).json()["system_language"] == "en"

    async def test_only_the_latest_link_is_good(self, server: Server, anonymous: httpx.AsyncClient) -> None:
        old, new = await setup_token(server), await setup_token(server)
        refused = await anonymous.post("/api/v1/setup", json={"token": old, **ACCOUNT})
        assert (refused.status_code, refused.json()["code"]) == (404, "setup_token_unknown")
        assert (await anonymous.post("/api/v1/setup/inspect", json={"token": old})).json()["status"] == "unknown"
        assert (await anonymous.post("/api/v1/setup", json={"token": new, **ACCOUNT})).status_code == 201

    async def test_of_two_at_once_one_wins(self, server: Server) -> None:
        token = await setup_token(server)
        answers = await asyncio.gather(
            *(
                server.browser().post("/api/v1/setup", json={"token": token, **ACCOUNT, "username": name})
                for name in ("one", "two", "three")
            )
        )
        assert sorted(answer.status_code for answer in answers) == [201, 410, 410]

    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("username", "1001", "administrator_username_invalid"),
            ("username", "a@b.cn", "administrator_username_invalid"),
            ("username", "ab", "administrator_username_invalid"),
            ("password", "short", "password_too_short"),
            ("password", "My-Boss-Pass-7", "password_contains_username"),
        ],
    )
    async def test_rules(self, server: Server, anonymous: httpx.AsyncClient, field: str, value: str, code: str) -> None:
        token = await setup_token(server)
        answer = await anonymous.post("/api/v1/setup", json={"token": token, **ACCOUNT, field: value})
        assert answer.status_code == 422
        assert answer.json()["fields"][field]["code"] == code
        # and the link is still valid
        assert (await anonymous.post("/api/v1/setup", json={"token": token, **ACCOUNT})).status_code == 201


class TestUnattended:
    async def test_administrator_from_the_environment(self, server: Server, anonymous: httpx.AsyncClient) -> None:
        settings = server.services.settings.model_copy(
            update={"admin_username": "Root.Admin", "admin_password": "First-Adm1n-7"}
        )
        assert await ensure_setup_link(server.database, settings) is None
        sign_in = {"username": "root.admin", "password": "First-Adm1n-7"}
        assert (await anonymous.post("/api/v1/sessions", json=sign_in)).status_code == 201

    async def test_what_is_wrong_is_said(self, server: Server) -> None:
        settings = server.services.settings.model_copy(update={"admin_username": "1", "admin_password": "x"})
        with pytest.raises(BadAdministratorSettings, match="LINKUS_ADMIN_PASSWORD: The password needs at least 10"):
            await ensure_setup_link(server.database, settings)


class TestAccount:
    async def test_new_password_ends_the_other_sessions(
        self, server: Server, admin: httpx.AsyncClient, administrator: Administrator
    ) -> None:
        other = await server.sign_in(administrator)
        body = {"current_password": PASSWORD, "new_password": "Second-Admin-8"}
        assert (await admin.put(OWN_ACCOUNT, json=body)).status_code == 200
        assert (await admin.get("/api/v1/admin/session")).status_code == 200
        assert (await other.get("/api/v1/admin/session")).json()["reason"] == "password_changed"

    async def test_needs_the_present_one(self, admin: httpx.AsyncClient) -> None:
        body = {"current_password": "Wrong-Horse-7", "new_password": "Second-Admin-8"}
        answer = await admin.put(OWN_ACCOUNT, json=body)
        assert answer.json()["fields"]["current_password"]["code"] == "current_password_wrong"

    async def test_the_present_one_cannot_be_guessed(self, admin: httpx.AsyncClient, server: Server) -> None:
        """Parallel guesses are limited too. Meanwhile administrators may still change their language, and sign in."""
        guess = {"current_password": "Wrong-Horse-7", "new_password": "Second-Admin-8"}
        answers = await asyncio.gather(*(admin.put(OWN_ACCOUNT, json=guess) for _ in range(20)))
        assert sorted({answer.status_code for answer in answers}) == [422, 429]
        assert len([answer for answer in answers if answer.status_code == 422]) <= MAX_FAILURES
        right = {**guess, "current_password": PASSWORD}
        *_, last = [await admin.put(OWN_ACCOUNT, json=right) for _ in range(MAX_FAILURES)]
        assert (last.status_code, last.json()["code"]) == (429, "current_password_locked")
        assert int(last.headers["Retry-After"]) > 50
        assert (await admin.put(OWN_ACCOUNT, json={"language": "en"})).status_code == 200
        sign_in = {"username": "boss", "password": PASSWORD, "client_kind": "web"}
        assert (await server.browser().post("/api/v1/sessions", json=sign_in)).status_code == 201

    async def test_language(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.put(OWN_ACCOUNT, json={"language": "en"})
        assert answer.json() == {"username": "boss", "language": "en"}
