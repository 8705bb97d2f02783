"""The second factor of administrators: set-up, sign-in, recovery codes, limits, and the company's setting."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyotp.totp import TOTP
from sqlalchemy import select

from linkus.administrator.rescue import administrators, remove_second_factor
from linkus.administrator.second_factor import service
from linkus.kit.actor import SYSTEM, current_actor
from linkus.kit.bus import PORTAL
from linkus.lockout.rules import Policy
from linkus.session.second_factor import check, codes
from linkus.shared.models.administrator import Administrator, RecoveryCode, SecondFactor
from linkus.shared.models.extension import Extension
from tests.support.api import PASSWORD, Server, frames
from tests.support.api import codes as field_codes

MAX_FAILURES = Policy().max_failures
OWN = "/api/v1/admin/account/second-factor"
POLICY = "/api/v1/admin/settings/second-factor"
SIGN_IN = "/api/v1/sessions"
BOSS = {"username": "boss", "password": PASSWORD}


class Phone:
    """An authenticator app, whose clock the test moves so that each code is a new one."""

    def __init__(self, secret: str, monkeypatch: pytest.MonkeyPatch) -> None:
        self._totp = TOTP(secret)
        self._time = datetime.now(UTC)
        for module in (service, check):
            monkeypatch.setattr(module, "now", lambda: self._time)

    def code(self) -> str:
        return self._totp.at(self._time)

    def next_code(self) -> str:
        self._time += timedelta(seconds=30)
        return self.code()


async def begin(browser: httpx.AsyncClient, password: str = PASSWORD) -> dict[str, Any]:
    answer = await browser.post(OWN, json={"current_password": password})
    assert answer.status_code == 200, answer.text
    begun: dict[str, Any] = answer.json()
    return begun


async def set_up(browser: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> tuple[Phone, list[str]]:
    phone = Phone((await begin(browser))["secret"], monkeypatch)
    answer = await browser.post(f"{OWN}/confirm", json={"code": phone.code()})
    assert answer.status_code == 200, answer.text
    recovery: list[str] = answer.json()["codes"]
    return phone, recovery


async def sign_in(server: Server, code: str = "", **body: Any) -> httpx.Response:
    return await server.browser().post(SIGN_IN, json={**BOSS, **body, **({"code": code} if code else {})})


class TestCodes:
    @given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)), st.integers(-200, 200))  # noqa: DTZ001 - UTC below
    def test_codes_of_thirty_seconds_around_are_right(self, moment: datetime, seconds: int) -> None:
        secret, moment = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", moment.replace(tzinfo=UTC, microsecond=0)
        shown = moment + timedelta(seconds=seconds)
        step, present = (int(each.timestamp()) // 30 for each in (shown, moment))
        found = codes.matching_step(secret, TOTP(secret).at(shown), moment)
        if abs(step - present) <= 1:
            assert found == step
        else:
            assert found is None or TOTP(secret).generate_otp(found) == TOTP(secret).at(shown)

    def test_rfc_6238_example(self) -> None:
        """Appendix B, for SHA-1: at 59 s the code of eight digits is 94287082."""
        secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
        assert codes.matching_step(secret, "287082", datetime.fromtimestamp(59, UTC)) == 1
        assert codes.matching_step(secret, "94287082", datetime.fromtimestamp(59, UTC)) is None
        assert codes.matching_step(secret, "", datetime.fromtimestamp(59, UTC)) is None

    def test_recovery_codes_differ_and_are_read_as_typed(self) -> None:
        made = codes.new_recovery_codes()
        assert len(set(made)) == codes.RECOVERY_CODES == 10
        assert codes.hash_recovery_code(made[0].lower().replace("-", " ")) == codes.hash_recovery_code(made[0])
        assert not any(codes.is_app_code(codes.tidy(code)) for code in made)


class TestSetUp:
    async def test_counts_once_a_code_confirms_it(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun = await begin(admin)
        assert begun["address"].startswith("otpauth://totp/")
        assert begun["secret"] in begun["address"]
        assert begun["qr_svg"].startswith("<svg")
        assert (await sign_in(server)).status_code == 201
        assert field_codes(await admin.post(f"{OWN}/confirm", json={"code": "000000"})) == {
            "code": "second_factor_code_wrong"
        }
        phone = Phone(begun["secret"], monkeypatch)
        portal = server.listen(PORTAL)
        answer = await admin.post(f"{OWN}/confirm", json={"code": phone.code()})
        assert len(answer.json()["codes"]) == 10
        assert [frame["type"] for frame in frames(portal)] == ["administrator.changed"]
        view = (await admin.get(OWN)).json()
        assert (view["enabled"], view["required"], view["recovery_codes_left"]) == (True, False, 10)
        assert (await admin.get("/api/v1/admin/session")).status_code == 200
        again = await admin.post(OWN, json={"current_password": PASSWORD})
        assert (again.status_code, again.json()["code"]) == (409, "second_factor_exists")

    async def test_needs_the_password(self, admin: httpx.AsyncClient) -> None:
        wrong = await admin.post(OWN, json={"current_password": "Wrong-Horse-7"})
        assert field_codes(wrong) == {"current_password": "current_password_wrong"}
        assert (await admin.post(f"{OWN}/confirm", json={"code": "123456"})).status_code == 404

    async def test_neither_key_nor_recovery_codes_are_stored_readably(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        begun = await begin(admin)
        phone = Phone(begun["secret"], monkeypatch)
        recovery = (await admin.post(f"{OWN}/confirm", json={"code": phone.code()})).json()["codes"]
        async with server.database.transaction(write=False) as db:
            stored = (await db.scalars(select(SecondFactor.secret_sealed))).one()
            hashes = set((await db.scalars(select(RecoveryCode.code_hash))).all())
        assert begun["secret"] not in stored
        assert server.services.seal.open(stored) == begun["secret"]
        assert hashes == {codes.hash_recovery_code(code) for code in recovery}


class TestSignIn:
    async def test_asks_for_a_code(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        phone, _recovery = await set_up(admin, monkeypatch)
        asked = await sign_in(server)
        assert (asked.status_code, asked.json()["code"]) == (401, "second_factor_needed")
        assert "set-cookie" not in asked.headers
        wrong = await sign_in(server, "000000")
        assert (wrong.status_code, wrong.json()["code"]) == (401, "second_factor_code_wrong")
        assert (await sign_in(server, phone.next_code())).status_code == 201
        # without the password, a right code is worth nothing, and nobody learns that there is a second factor
        guess = await sign_in(server, phone.next_code(), password="Wrong-Horse-7")
        assert (guess.status_code, guess.json()["code"]) == (401, "wrong_credentials")

    async def test_no_code_works_twice(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        phone, _recovery = await set_up(admin, monkeypatch)
        assert (await sign_in(server, phone.code())).json()["code"] == "second_factor_code_wrong"  # confirmed with it
        before, code = phone.code(), phone.next_code()
        answers = await asyncio.gather(*(sign_in(server, code) for _ in range(3)))
        assert sorted(answer.status_code for answer in answers) == [201, 401, 401]
        assert (await sign_in(server, before)).status_code == 401  # an earlier one neither

    async def test_a_recovery_code_works_once(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        _phone, recovery = await set_up(admin, monkeypatch)
        assert (await sign_in(server, recovery[3].lower())).status_code == 201
        assert (await sign_in(server, recovery[3])).status_code == 401
        assert (await admin.get(OWN)).json()["recovery_codes_left"] == 9

    async def test_guessing_is_locked_out(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Also in parallel and from many addresses. Whoever does not know the password cannot lock anybody out."""
        phone, _recovery = await set_up(admin, monkeypatch)
        for number in range(MAX_FAILURES + 1):
            stranger = server.browser(address=f"192.0.2.{number}")
            await stranger.post(SIGN_IN, json={**BOSS, "password": "Wrong-Horse-7", "code": "000000"})
        browsers = [server.browser(address=f"198.51.100.{number}") for number in range(12)]
        answers = await asyncio.gather(
            *(browser.post(SIGN_IN, json={**BOSS, "code": f"{number:06}"}) for number, browser in enumerate(browsers))
        )
        assert sorted(answer.status_code for answer in answers) == [401] * MAX_FAILURES + [429] * (12 - MAX_FAILURES)
        locked = await sign_in(server, phone.next_code())
        assert (locked.status_code, locked.json()["code"]) == (429, "second_factor_locked")
        assert int(locked.headers["Retry-After"]) > 50

    async def test_the_user_of_an_extension_is_asked_in_the_portal_only(
        self, extension: Extension, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        holder = await server.make_administrator("@1", extension_id=extension.id, role="accounting", password_hash="!")
        phone, _recovery = await set_up(await server.sign_in(holder), monkeypatch)
        assert (await sign_in(server, username="1001")).status_code == 201
        asked = await sign_in(server, username="1001", portal=True)
        assert (asked.status_code, asked.json()["code"]) == (401, "second_factor_needed")
        answer = await sign_in(server, phone.next_code(), username="1001", portal=True)
        assert answer.json()["role"] == "administrator"


class TestRemoval:
    async def test_needs_password_and_code(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        phone, _recovery = await set_up(admin, monkeypatch)
        body = {"current_password": PASSWORD, "code": "000000"}
        assert field_codes(await admin.post(f"{OWN}/remove", json=body)) == {"code": "second_factor_code_wrong"}
        wrong = {"current_password": "Wrong-Horse-7", "code": phone.next_code()}
        assert "current_password" in field_codes(await admin.post(f"{OWN}/remove", json=wrong))
        body["code"] = phone.next_code()
        assert (await admin.post(f"{OWN}/remove", json=body)).status_code == 204
        assert (await sign_in(server)).status_code == 201

    async def test_new_recovery_codes_replace_the_old(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        phone, old = await set_up(admin, monkeypatch)
        body = {"current_password": PASSWORD, "code": phone.next_code()}
        fresh = (await admin.post(f"{OWN}/recovery-codes", json=body)).json()["codes"]
        assert not set(fresh) & set(old)
        assert (await sign_in(server, old[0])).status_code == 401
        assert (await sign_in(server, fresh[0])).status_code == 201

    async def test_another_administrator_resets_it(
        self, admin: httpx.AsyncClient, administrator: Administrator, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await set_up(admin, monkeypatch)
        url = f"/api/v1/admin/administrators/{administrator.id}/second-factor/reset"
        own = await admin.post(url)
        assert (own.status_code, own.json()["code"]) == (409, "administrator_is_self")
        lesser = await server.sign_in(await server.make_administrator("lesser", role="administrator"))
        assert (await lesser.post(url)).status_code == 403
        other = await server.sign_in(await server.make_administrator("other"))
        listed = (await other.get("/api/v1/admin/administrators")).json()["items"]
        assert {item["username"]: item["second_factor"] for item in listed} == {
            "boss": True,
            "lesser": False,
            "other": False,
        }
        assert (await other.post(url)).status_code == 204
        assert (await sign_in(server)).status_code == 201

    async def test_rescue_from_the_command_line(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await set_up(admin, monkeypatch)
        found = await administrators(server.database)
        assert [(one.name, one.has_second_factor) for one in found] == [("boss", True)]
        assert found[0].role == ("超级管理员", "Super administrator")
        assert await remove_second_factor(server.database, "nobody") is None
        assert await remove_second_factor(server.database, " Boss") is True
        assert await remove_second_factor(server.database, "boss") is False
        assert (await sign_in(server)).status_code == 201
        (item,) = (await admin.get("/api/v1/admin/audit-log", params={"action": "deleted"})).json()["items"]
        told = (item["actor"], item["actor_label"], item["object"], item["object_name"])
        assert told == ("command_line", "命令行 linkus rescue", "second_factor", "boss")
        assert current_actor() == SYSTEM

    async def test_log_names_whose_second_factor_it_was(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        account = await server.make_administrator("other")
        other = await server.sign_in(account)
        await set_up(other, monkeypatch)
        await admin.post(f"/api/v1/admin/administrators/{account.id}/second-factor/reset")
        query = {"object": "second_factor"}
        items = (await admin.get("/api/v1/admin/audit-log", params=query)).json()["items"]
        told = [(item["actor_name"], item["action"], item["object_label"], item["object_name"]) for item in items]
        assert told == [("boss", "deleted", "两步验证", "other"), ("other", "created", "两步验证", "other")]


class TestPolicy:
    async def test_whoever_has_none_sees_its_set_up_alone(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        other = await server.sign_in(await server.make_administrator("other"))
        own_first = await admin.put(POLICY, json={"required": True, "version": 1})
        assert (own_first.status_code, own_first.json()["code"]) == (409, "second_factor_own_first")
        await set_up(admin, monkeypatch)
        view = (await admin.get(POLICY)).json()
        assert view == {"required": False, "without": 1, "version": 1}
        assert (await admin.put(POLICY, json={"required": True, "version": 1})).json()["required"] is True

        refused = await other.get("/api/v1/admin/extensions")
        assert (refused.status_code, refused.json()["code"]) == (403, "second_factor_required")
        me = (await other.get("/api/v1/admin/session")).json()
        assert (me["second_factor_missing"], me["permissions"]) == (True, {})
        assert (await admin.get("/api/v1/admin/extensions")).status_code == 200
        await set_up(other, monkeypatch)
        assert (await other.get("/api/v1/admin/extensions")).status_code == 200

    async def test_required_it_stays(self, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
        phone, _recovery = await set_up(admin, monkeypatch)
        await admin.put(POLICY, json={"required": True, "version": 1})
        body = {"current_password": PASSWORD, "code": phone.next_code()}
        refused = await admin.post(f"{OWN}/remove", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "second_factor_stays")

    async def test_a_lost_key_of_the_server_leaves_recovery_codes(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        phone, recovery = await set_up(admin, monkeypatch)
        async with server.database.transaction() as db:
            (await db.scalars(select(SecondFactor))).one().secret_sealed = "lost"
        assert (await sign_in(server, phone.next_code())).status_code == 401
        assert (await sign_in(server, recovery[0])).status_code == 201
