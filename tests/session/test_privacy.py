"""The privacy text: asked before everything else, and again when it changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from linkus.credential.service import issue
from linkus.session.privacy import NO_TEXT, PrivacyText, PrivacyUpdate, asked_at, changed, is_needed, is_refused
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server

SETTING = "/api/v1/admin/settings/privacy"
TEXT = "/api/v1/privacy-text"
ACCEPT = "/api/v1/client/privacy"
SESSION = "/api/v1/client/session"
OWN = "/api/v1/client/password"
NEW = "Better-Battery-9"
REFUSED = [
    ("POST", "/api/v1/client/sip-credential"),
    ("GET", "/api/v1/client/colleagues"),
    ("GET", "/api/v1/client/organization"),
    ("GET", "/api/v1/client/settings"),
    ("GET", "/api/v1/client/devices"),
    ("PUT", OWN),
]


async def save(admin: httpx.AsyncClient, zh: str = "", en: str = "", *, small: bool = False) -> httpx.Response:
    version = (await admin.get(SETTING)).json()["version"]
    body = {"text_zh": zh, "text_en": en, "small_correction": small, "version": version}
    answer = await admin.put(SETTING, json=body)
    assert answer.status_code == 200, answer.text
    return answer


async def needed(browser: httpx.AsyncClient) -> bool:
    is_needed_now: bool = (await browser.get(SESSION)).json()["privacy_needed"]
    return is_needed_now


async def works(browser: httpx.AsyncClient) -> bool:
    answer = await browser.get("/api/v1/client/devices")
    assert answer.status_code == 200 or answer.json()["code"] == "privacy_needed", answer.text
    return answer.status_code == 200


async def accept(browser: httpx.AsyncClient) -> None:
    version = (await browser.get(TEXT)).json()["version"]
    assert (await browser.post(ACCEPT, json={"version": version})).status_code == 204


class TestText:
    async def test_user_is_not_asked_when_there_is_no_text(self, extension: Extension, server: Server) -> None:
        browser = await server.sign_in(extension)
        assert (await server.browser().get(TEXT)).json() == {"needed": False, "version": 0, "text": ""}
        assert not await needed(browser)
        assert await works(browser)
        assert (await browser.post(ACCEPT, json={"version": 1})).json()["code"] == "privacy_changed"

    @pytest.mark.parametrize(
        ("zh", "en", "language", "shown"),
        [("中", "E", "zh-CN", "中"), ("中", "E", "en", "E"), ("中", "", "en", "中"), ("", "E", "zh-CN", "E")],
    )
    async def test_text_is_in_the_readers_language(
        self, admin: httpx.AsyncClient, server: Server, zh: str, en: str, language: str, shown: str
    ) -> None:
        await save(admin, zh, en)
        text = (await server.browser().get(TEXT, headers={"Accept-Language": language})).json()
        assert text == {"needed": True, "version": 2, "text": shown}

    async def test_text_keeps_its_paragraphs(self, admin: httpx.AsyncClient) -> None:
        saved = (await save(admin, "\r\n 一\r\n\r\n二 \n", "  ")).json()
        assert (saved["text_zh"], saved["text_en"]) == ("一\n\n二", "")
        assert saved["asked_since"] is not None

    async def test_text_is_refused_when_it_is_too_long(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.put(SETTING, json={"text_zh": "", "text_en": "x" * 10_001, "version": 1})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["text_en"])
        assert (await admin.get(SETTING)).json()["version"] == 1

    async def test_update_is_refused_when_the_version_is_stale(self, admin: httpx.AsyncClient) -> None:
        await save(admin, "一")
        answer = await admin.put(SETTING, json={"text_zh": "二", "version": 1})
        assert (answer.status_code, answer.json()["current"]["text_zh"]) == (409, "一")

    async def test_text_is_changed_only_by_administrators(self, extension: Extension, server: Server) -> None:
        browser = await server.sign_in(extension)
        assert (await browser.get(SETTING)).status_code == 401
        assert (await browser.put(SETTING, json={"text_zh": "一", "version": 1})).status_code == 401


class TestFirstLogin:
    async def test_first_login_asks_for_consent_then_for_an_own_password(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        extension = await server.make_extension("1004", password_set_by="administrator")
        await save(admin, "隐私")
        async with server.database.transaction() as db:
            token = issue(db, extension.id, "web", timedelta(days=1))[1]
        browser = server.browser()
        assert (await browser.post("/api/v1/credentials/redeem", json={"token": token})).status_code == 201
        me = (await browser.get(SESSION)).json()
        assert (me["privacy_needed"], me["must_change_password"]) == (True, True)
        for method, path in REFUSED:
            answer = await browser.request(method, path, json={"new_password": NEW} if path == OWN else None)
            assert (answer.status_code, answer.json()["code"]) == (403, "privacy_needed"), path
        await accept(browser)
        me = (await browser.get(SESSION)).json()
        assert (me["privacy_needed"], me["must_change_password"]) == (False, True)
        answer = await browser.post("/api/v1/client/sip-credential")
        assert (answer.status_code, answer.json()["code"]) == (403, "own_password_needed")
        assert (await browser.put(OWN, json={"new_password": NEW})).status_code == 200
        assert (await browser.post("/api/v1/client/sip-credential")).status_code == 201
        async with server.database.transaction(write=False) as db:
            assert await db.scalar(select(Extension.privacy_version).where(Extension.id == extension.id)) == 2

    async def test_user_can_sign_out_without_consent(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await save(admin, "隐私")
        browser = await server.sign_in(extension)
        assert (await browser.delete(SESSION)).status_code == 204
        assert (await browser.get(SESSION)).status_code == 401

    async def test_administrator_cannot_accept(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await save(admin, "隐私")
        assert (await server.browser().post(ACCEPT, json={"version": 2})).status_code == 401
        assert (await admin.post(ACCEPT, json={"version": 2})).status_code == 401
        await accept(await server.sign_in(extension))
        assert await needed(await server.sign_in(await server.make_extension("1005")))

    async def test_consent_counts_for_all_devices(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await save(admin, "隐私")
        first, second = await server.sign_in(extension), await server.sign_in(extension, "mobile")
        await accept(first)
        assert await works(second)
        signed_in = server.browser()
        await signed_in.post("/api/v1/sessions", json={"username": "1001", "password": PASSWORD})
        assert not await needed(signed_in)


class TestChange:
    async def test_consent_is_refused_when_the_text_has_changed(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await save(admin, "一")
        browser = await server.sign_in(extension)
        read = (await browser.get(TEXT)).json()["version"]
        await save(admin, "二")
        answer = await browser.post(ACCEPT, json={"version": read})
        assert (answer.status_code, answer.json()["code"]) == (409, "privacy_changed")
        assert await needed(browser)
        assert not await works(browser)
        await accept(browser)
        assert await works(browser)

    async def test_new_text_asks_again_and_disturbs_no_session(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await save(admin, "一")
        open_one = await server.sign_in(extension)
        await accept(open_one)
        await save(admin, "二")
        assert await needed(open_one)  # the state that a reloaded page shows
        assert await works(open_one)
        assert (await open_one.post("/api/v1/client/sip-credential")).status_code == 201
        later = await server.sign_in(extension)
        assert not await works(later)
        await accept(later)
        assert await works(later)
        assert not await needed(open_one)

    async def test_small_correction_asks_nobody(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await save(admin, "一")
        browser = await server.sign_in(extension)
        await accept(browser)
        await save(admin, "一。", small=True)
        assert not await needed(browser)
        assert (await browser.get(TEXT)).json()["text"] == "一。"
        assert not await needed(await server.sign_in(extension))

    async def test_new_text_asks_again_when_the_old_one_was_removed(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await save(admin, "一")
        browser = await server.sign_in(extension)
        await accept(browser)
        assert (await save(admin)).json()["asked_since"] is None
        assert not await needed(await server.sign_in(await server.make_extension("1005")))
        await save(admin, "一", small=True)  # small or not: there was no text
        assert await needed(browser)


class TestRules:
    """Rules that hold for any texts an administrator saves, in any order."""

    START = datetime(2026, 1, 1, tzinfo=UTC)
    saves = st.lists(
        st.tuples(st.sampled_from(["", "甲", "乙"]), st.sampled_from(["", "A"]), st.booleans()), max_size=8
    )

    def after(self, saves: list[tuple[str, str, bool]]) -> list[PrivacyText]:
        states = [PrivacyText()]
        for version, (zh, en, small) in enumerate(saves, 1):
            update = PrivacyUpdate(text_zh=zh, text_en=en, small_correction=small, version=version)
            states.append(changed(states[-1], update, self.START + timedelta(hours=version)))
        return states

    @given(saves)
    def test_consent_is_needed_exactly_while_there_is_a_text(self, saves: list[tuple[str, str, bool]]) -> None:
        for state in self.after(saves):
            assert is_needed(state, NO_TEXT) == bool(state.text_zh or state.text_en) == bool(state.text("en"))
            assert not is_needed(state, state.version)

    @given(saves)
    def test_version_grows_when_the_text_changes_without_a_correction(self, saves: list[tuple[str, str, bool]]) -> None:
        states = self.after(saves)
        for before, state, (_, _, small) in zip(states, states[1:], saves, strict=False):
            same = (before.text_zh, before.text_en) == (state.text_zh, state.text_en)
            if same or (small and before.version and state.version):
                assert state.version == before.version
            else:
                assert state.version == NO_TEXT or state.version > before.version

    @given(saves, st.integers(0, 9))
    def test_session_goes_on_when_it_was_allowed_at_the_sign_in(
        self, saves: list[tuple[str, str, bool]], hour: int
    ) -> None:
        state = self.after(saves)[-1]
        signed_in = self.START + timedelta(hours=hour, minutes=30)
        assert not is_refused(state, asked_at(state.asked, signed_in), signed_in)
        late = self.START + timedelta(hours=20)
        assert is_refused(state, NO_TEXT, late) == is_needed(state, NO_TEXT)
