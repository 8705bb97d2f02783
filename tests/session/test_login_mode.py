from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from linkus.credential.service import issue
from linkus.kit.bus import session_topic
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server, frames

MODE = "/api/v1/admin/linkus-server/login-mode"
SESSIONS = "/api/v1/sessions"
EMAIL = "Zhang.Wei@example.cn"


async def sign_in(server: Server, name: str) -> httpx.Response:
    return await server.browser().post(SESSIONS, json={"username": name, "password": PASSWORD, "client_kind": "web"})


def mode(number: bool, email: bool, version: int = 1) -> dict[str, int]:
    return {"login_by_number": number, "login_by_email": email, "version": version}


class TestLoginMode:
    @pytest.mark.manual("LM-1", "CR-6")
    @pytest.mark.parametrize(("number", "email"), [(True, False), (False, True), (True, True)])
    async def test_sign_in_accepts_only_the_ticked_names(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server, number: bool, email: bool
    ) -> None:
        assert (await admin.put(MODE, json=mode(number, email))).status_code == 200
        assert (await sign_in(server, "1001")).status_code == (201 if number else 401)
        assert (await sign_in(server, EMAIL)).status_code == (201 if email else 401)

    async def test_closed_name_is_refused_like_a_wrong_one(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await admin.put(MODE, json=mode(True, False))
        assert (await sign_in(server, EMAIL)).json() == (await sign_in(server, "9999")).json()

    async def test_update_is_refused_when_no_name_is_left(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.put(MODE, json=mode(False, False))
        assert answer.status_code == 422
        assert answer.json()["fields"]["login_by_email"]["code"] == "login_mode_none"

    async def test_update_is_refused_when_the_version_is_stale(self, admin: httpx.AsyncClient) -> None:
        await admin.put(MODE, json=mode(True, False))
        answer = await admin.put(MODE, json=mode(False, True))
        assert (answer.status_code, answer.json()["current"]["login_by_number"]) == (409, True)

    @pytest.mark.manual("LM-1")
    async def test_closed_way_signs_out_the_sessions_it_opened(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        by_number, by_email = await sign_in(server, "1001"), await sign_in(server, EMAIL)
        async with server.database.transaction() as db:
            token = issue(db, extension.id, "mobile", timedelta(days=1))[1]
        by_link = await server.browser().post("/api/v1/credentials/redeem", json={"token": token})
        would = await admin.get(f"{MODE}/effect", params={"login_by_number": True, "login_by_email": False})
        assert would.json() == {"sessions": 1, "extensions": 1, "without_email": 0}
        gone = server.listen(session_topic(by_email.json()["session_id"]))
        stays = server.listen(*(session_topic(signed_in.json()["session_id"]) for signed_in in (by_number, by_link)))
        saved = (await admin.put(MODE, json=mode(True, False))).json()
        assert (saved["sessions_ended"], saved["version"]) == (1, 2)
        assert frames(gone) == [{"type": "session.ended", "reason": "login_mode_changed"}]
        assert frames(stays) == []

    async def test_effect_counts_users_without_email_before_the_number_is_closed(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await server.make_extension("1002", email=None)
        await server.make_extension("1003", email=None, linkus_enabled=False)  # cannot sign in anyway
        only_email = {"login_by_number": False, "login_by_email": True}
        would = (await admin.get(f"{MODE}/effect", params=only_email)).json()
        assert would["without_email"] == 1
        assert (await admin.get(f"{MODE}/effect", params=mode(True, False))).json()["without_email"] == 0
        await admin.put(MODE, json=mode(False, True))
        assert (await admin.get(f"{MODE}/effect", params=only_email)).json()["without_email"] == 0  # nothing new

    async def test_system_info_names_the_accepted_names_to_anybody(
        self, admin: httpx.AsyncClient, anonymous: httpx.AsyncClient
    ) -> None:
        for version, (number, email, names) in enumerate(
            ((True, False, ["number"]), (False, True, ["email"]), (True, True, ["number", "email"])), start=1
        ):
            await admin.put(MODE, json=mode(number, email, version))
            assert (await anonymous.get("/api/v1/system/info")).json()["login_modes"] == names

    async def test_administrator_signs_in_whatever_the_mode(self, admin: httpx.AsyncClient, server: Server) -> None:
        await admin.put(MODE, json=mode(False, True))
        assert (await sign_in(server, "boss")).status_code == 201
        assert (await admin.get(MODE)).json() == {"login_by_number": False, "login_by_email": True, "version": 2}
