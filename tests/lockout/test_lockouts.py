"""Signing in under the lock-out: who is refused, who still gets in, and what the event log and the portal tell."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from linkus.credential.schemas import Purpose
from linkus.credential.service import issue
from linkus.kit.clock import now
from linkus.lockout.lockouts import Lockouts
from linkus.lockout.models import FailureRecord, KnownDevice
from linkus.lockout.rules import OFFICE_FACTOR, Policy
from linkus.lockout.tasks import clean_up, refresh
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.lockout.clock import Clock
from tests.support.api import PASSWORD, Server

pytestmark = pytest.mark.slow

MAX_FAILURES = Policy().max_failures
URL = "/api/v1/sessions"
STRANGER, OFFICE, HOME = "203.0.113.7", "198.51.100.1", "192.0.2.50"


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


async def sign_in(
    browser: httpx.AsyncClient, username: str = "1001", password: str = PASSWORD, **more: Any
) -> httpx.Response:
    return await browser.post(URL, json={"username": username, "password": password, **more})


async def fail(browser: httpx.AsyncClient, times: int = MAX_FAILURES, username: str = "1001") -> None:
    for _ in range(times):
        assert (await sign_in(browser, username, "wrong")).status_code == 401


async def status(browser: httpx.AsyncClient, username: str = "1001") -> int:
    return (await sign_in(browser, username)).status_code


async def guess_everywhere(server: Server, times: int = 20, username: str = "1001") -> None:
    """Fail from many addresses, as a botnet does, until the account is locked for strangers."""
    for number in range(times):
        await fail(server.browser(address=f"203.0.113.{number + 10}"), 1, username)
    answer = await sign_in(server.browser(address="203.0.113.250"), username)
    assert answer.json()["code"] == "sign_in_locked"


async def logged(admin: httpx.AsyncClient, kind: str) -> list[dict[str, Any]]:
    items = (await admin.get("/api/v1/admin/events", params={"kind": kind})).json()["items"]
    return [item for item in items if item["kind"] == kind]


async def test_pauses_grow_and_the_address_is_blocked_in_the_end(
    server: Server, admin: httpx.AsyncClient, extension: Extension, clock: Clock
) -> None:
    stranger = server.browser(address=STRANGER)
    for seconds in (60, 300):
        await fail(stranger)
        refused = await sign_in(stranger)
        assert (refused.status_code, refused.json()["code"]) == (429, "sign_in_locked")
        assert seconds - 5 <= int(refused.headers["Retry-After"]) <= seconds
        clock.jump(seconds + 1)
    await fail(stranger)
    await refresh(server.services)
    refused = await sign_in(stranger)
    assert (refused.status_code, refused.json()["code"]) == (403, "address_blocked")
    assert (await stranger.get("/api/v1/admin/session")).json()["code"] == "address_blocked"
    assert await status(server.browser(address=HOME)) == 201
    [row] = (await admin.get("/api/v1/admin/blocked-addresses")).json()["items"]
    assert (row["address"], row["reason"], row["protocol"]) == (STRANGER, "sign_in", "web")
    assert (row["failures"], row["identity"], row["blocked_until"], row["users"]) == (15, "1001", None, 0)
    assert row["first_at"] < row["blocked_at"]
    blocked, second, first = await logged(admin, "web_user_locked")
    assert (first["params"]["minutes"], second["params"]["minutes"]) == (1, 5)
    assert await logged(admin, "address_at_risk") == []  # nobody has signed in from there: no office
    assert (
        blocked["text"] == f"{STRANGER} 多次登录 Linkus 网页端失败，此地址已被永久封锁，可在“安全 > 安全规则”中解除。"
    )


async def test_a_lock_out_survives_a_restart(server: Server, extension: Extension) -> None:
    stranger = server.browser(address=STRANGER)
    await fail(stranger)
    server.services.lockouts = Lockouts(server.database)  # as after a restart
    assert await status(stranger) == 429


async def test_unblocking_forgets_the_failures(
    server: Server, admin: httpx.AsyncClient, extension: Extension, clock: Clock
) -> None:
    stranger = server.browser(address=STRANGER)
    for _ in range(3):
        await fail(stranger)
        clock.jump(400)
    [row] = (await admin.get("/api/v1/admin/blocked-addresses")).json()["items"]
    answer = await admin.post("/api/v1/admin/blocked-addresses/unblock", json={"ids": [row["id"], 10**6]})
    assert answer.json() == {"unblocked": 1}
    await refresh(server.services)
    await fail(stranger, MAX_FAILURES - 1)
    assert await status(stranger) == 201
    assert len(await logged(admin, "address_unblocked")) == 1


async def test_where_a_user_has_signed_in_strangers_lock_nobody_out(server: Server, extension: Extension) -> None:
    home = server.browser(address=HOME)
    assert await status(home) == 201
    await guess_everywhere(server)
    assert await status(server.browser(address=HOME)) == 201  # the address, without the cookie


async def test_a_known_device_gets_in_wherever_it_is(server: Server, extension: Extension) -> None:
    phone = server.browser(address=HOME)
    assert await status(phone) == 201
    await guess_everywhere(server)
    travelling = server.browser(address="192.0.2.99", cookies={"linkus_device": phone.cookies["linkus_device"]})
    assert await status(travelling) == 201
    other = await server.make_extension("1002")
    assert other.id
    await guess_everywhere(server, username="1002")
    assert await status(travelling, "1002") == 429  # it is known for its own user only


async def test_a_known_device_may_not_guess_without_end(server: Server, extension: Extension) -> None:
    phone = server.browser(address=HOME)
    assert await status(phone) == 201
    await fail(phone)
    assert await status(phone) == 429


async def test_owner_who_is_locked_out_gets_in_by_a_link_to_the_mailbox(server: Server, extension: Extension) -> None:
    await guess_everywhere(server)
    browser = server.browser(address="192.0.2.77")
    assert await status(browser) == 429
    async with server.database.transaction() as db:
        credential, token = issue(db, extension.id, "web", timedelta(hours=1))
        credential.purpose = Purpose.PASSWORD_RESET
    body = {"token": token, "new_password": "Better-Battery-9"}
    assert (await browser.post("/api/v1/password-reset", json=body)).status_code == 204
    assert (await sign_in(browser, password="Better-Battery-9")).status_code == 201


async def test_owner_who_is_locked_out_gets_in_by_a_login_link(server: Server, extension: Extension) -> None:
    await guess_everywhere(server)
    browser = server.browser(address="192.0.2.77")
    async with server.database.transaction() as db:
        token = issue(db, extension.id, "web", timedelta(hours=1))[1]
    assert (await browser.post("/api/v1/credentials/redeem", json={"token": token})).status_code == 201
    assert await status(browser) == 201


async def test_an_office_has_more_failures_and_is_announced_before_a_block(
    server: Server, admin: httpx.AsyncClient, extension: Extension, clock: Clock
) -> None:
    office = server.browser(address=OFFICE)
    assert await status(server.browser(address=OFFICE)) == 201
    half = Policy().block_after * OFFICE_FACTOR // 2  # type: ignore[operator]
    for number in range(half):
        clock.jump(60)
        await fail(office, 1, f"name{number}")
    assert await status(office) == 201
    [event] = await logged(admin, "address_at_risk")
    assert event["params"] == {"address": OFFICE, "failures": half, "limit": 2 * half}
    [row] = (await admin.get("/api/v1/admin/failing-addresses")).json()["items"]
    assert (row["address"], row["failures"], row["limit"], row["users"]) == (OFFICE, half, 2 * half, 1)
    assert (row["last_account"], row["paused_until"]) == (f"name{half - 1}", None)


async def test_an_office_is_announced_even_when_half_way_begins_a_pause(
    server: Server, admin: httpx.AsyncClient, extension: Extension
) -> None:
    url = "/api/v1/admin/lockout-settings"
    settings = (await admin.get(url)).json()
    assert (await admin.put(url, json={**settings, "block_after": 10})).status_code == 200
    assert await status(server.browser(address=OFFICE)) == 201
    office = server.browser(address=OFFICE)
    for number in range(5 * OFFICE_FACTOR):
        await fail(office, 1, f"name{number}")
    assert len(await logged(admin, "address_at_risk")) == 1


async def test_an_allowed_network_is_never_blocked(
    server: Server, admin: httpx.AsyncClient, extension: Extension, clock: Clock
) -> None:
    allowed = await admin.post("/api/v1/admin/allowed-addresses", json={"network": "203.0.113.5/24", "note": " Rome "})
    assert (allowed.status_code, allowed.json()["network"], allowed.json()["note"]) == (201, "203.0.113.0/24", "Rome")
    stranger = server.browser(address=STRANGER)
    for number in range(40):
        await fail(stranger, 1, f"name{number}")
    assert await status(stranger) == 201
    assert (await admin.get("/api/v1/admin/failing-addresses")).json()["items"] == []
    assert (await admin.delete(f"/api/v1/admin/allowed-addresses/{allowed.json()['id']}")).status_code == 204
    assert (await admin.get("/api/v1/admin/allowed-addresses")).json() == {"items": []}


async def test_allowing_a_network_ends_the_blocks_in_it(
    server: Server, admin: httpx.AsyncClient, extension: Extension, clock: Clock
) -> None:
    for address in (STRANGER, "192.0.2.9"):
        for _ in range(3):
            await fail(server.browser(address=address))
            clock.jump(400)
    await admin.post("/api/v1/admin/allowed-addresses", json={"network": STRANGER})
    rows = (await admin.get("/api/v1/admin/blocked-addresses")).json()["items"]
    assert [row["address"] for row in rows] == ["192.0.2.9"]


@pytest.mark.parametrize(
    ("network", "code"),
    [
        ("nonsense", "network_wrong"),
        ("1.2.3.4/99", "network_wrong"),
        ("0.0.0.0/0", "network_too_large"),
        ("::/0", "network_too_large"),
        ("2001:db8::/31", "network_too_large"),
    ],
)
async def test_a_wrong_network_is_refused(admin: httpx.AsyncClient, network: str, code: str) -> None:
    answer = await admin.post("/api/v1/admin/allowed-addresses", json={"network": network})
    assert (answer.status_code, answer.json()["fields"]["network"]["code"]) == (422, code)


async def test_a_network_is_allowed_once(admin: httpx.AsyncClient) -> None:
    for expected in (201, 409):
        answer = await admin.post("/api/v1/admin/allowed-addresses", json={"network": "2001:db8::1"})
        assert answer.status_code == expected
    assert (await admin.delete("/api/v1/admin/allowed-addresses/999")).status_code == 404


async def test_settings_are_followed_at_once(server: Server, admin: httpx.AsyncClient, extension: Extension) -> None:
    url = "/api/v1/admin/lockout-settings"
    settings = (await admin.get(url)).json()
    assert (settings["max_failures"], settings["block_after"], settings["version"]) == (5, 15, 1)
    changed = await admin.put(url, json={**settings, "max_failures": 3, "first_pause_minutes": 2})
    assert changed.status_code == 200
    stranger = server.browser(address=STRANGER)
    await fail(stranger, 3)
    refused = await sign_in(stranger)
    assert 100 < int(refused.headers["Retry-After"]) <= 120
    conflict = await admin.put(url, json={**settings, "max_failures": 4})
    assert (conflict.status_code, conflict.json()["current"]["max_failures"]) == (409, 3)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"max_failures": 2}, "max_failures"),
        ({"max_failures": 21}, "max_failures"),
        ({"block_after": 9}, "block_after"),
        ({"max_failures": 20, "block_after": 20}, "block_after"),
        ({"window_minutes": 0}, "window_minutes"),
        ({"first_pause_minutes": 30, "longest_pause_minutes": 20}, "longest_pause_minutes"),
    ],
)
async def test_settings_have_safe_bounds(admin: httpx.AsyncClient, values: dict[str, int], field: str) -> None:
    url = "/api/v1/admin/lockout-settings"
    settings = (await admin.get(url)).json()
    answer = await admin.put(url, json={**settings, **values})
    assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])
    assert (await admin.get(url)).json() == settings


async def test_blocks_can_be_switched_off(
    server: Server, admin: httpx.AsyncClient, extension: Extension, clock: Clock
) -> None:
    url = "/api/v1/admin/lockout-settings"
    settings = (await admin.get(url)).json()
    assert (await admin.put(url, json={**settings, "block_after": None})).status_code == 200
    stranger = server.browser(address=STRANGER)
    for _ in range(6):
        await fail(stranger)
        clock.jump(3601)
    assert (await admin.get("/api/v1/admin/blocked-addresses")).json()["items"] == []


async def test_links_that_nobody_has_issued_count(server: Server, admin: httpx.AsyncClient) -> None:
    stranger = server.browser(address=STRANGER)
    calls = [
        ("/credentials/inspect", {}, 200),
        ("/credentials/redeem", {}, 404),
        ("/password-reset/inspect", {}, 200),
        ("/password-reset", {"new_password": "Better-Battery-9"}, 404),
        ("/setup/password/inspect", {}, 200),
        ("/setup/password", {"new_password": "Better-Battery-9"}, 429),
    ]
    answers = [
        await stranger.post(f"/api/v1{path}", json={"token": f"guess{number}", **more})
        for number, (path, more, _expected) in enumerate(calls)
    ]
    assert [answer.status_code for answer in answers] == [expected for _path, _more, expected in calls]
    assert answers[-1].json()["code"] == "links_locked"


async def test_a_link_that_works_counts_nothing(server: Server, extension: Extension) -> None:
    browser = server.browser(address=STRANGER)
    async with server.database.transaction() as db:
        token = issue(db, extension.id, "web", timedelta(hours=1))[1]
    for _ in range(8):
        assert (await browser.post("/api/v1/credentials/inspect", json={"token": token})).json()["status"] == "valid"
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(func.count(FailureRecord.id))) == 0


async def test_of_ipv6_the_network_counts(server: Server, extension: Extension) -> None:
    for number in range(MAX_FAILURES):
        await fail(server.browser(address=f"2001:db8:1:2::{number:x}"), 1, f"name{number}")
    assert await status(server.browser(address="2001:db8:1:2:ffff::1")) == 429
    assert await status(server.browser(address="2001:db8:1:3::1")) == 201


async def test_what_a_stranger_types_is_kept_short_and_printable(server: Server, admin: httpx.AsyncClient) -> None:
    await fail(server.browser(address=STRANGER), 1, "\u202e" + "x" * 200)
    [row] = (await admin.get("/api/v1/admin/failing-addresses")).json()["items"]
    assert row["last_account"] == "x" * 64


@pytest.mark.parametrize("username", ["a\x00b", "\ud800", "\x00", "ß" * 300, "İ" * 300])
async def test_names_that_no_database_stores_are_counted(server: Server, username: str) -> None:
    stranger = server.browser(address=STRANGER)
    body = json.dumps({"username": username, "password": "wrong"})  # as a program may escape it
    for expected in (401, 401, 401, 401, 401, 429):
        answer = await stranger.post(URL, content=body, headers={"Content-Type": "application/json"})
        assert answer.status_code in (expected, 422)


async def test_clean_up_forgets_what_is_too_old(server: Server, extension: Extension) -> None:
    assert await status(server.browser(address=HOME)) == 201
    await fail(server.browser(address=STRANGER))
    await clean_up(server.services)
    async with server.database.transaction() as db:
        assert await db.scalar(select(func.count(FailureRecord.id))) == 3
        assert await db.scalar(select(func.count(KnownDevice.id))) == 1
        await db.execute(update(FailureRecord).values(last_at=now() - timedelta(days=2)))
        await db.execute(update(KnownDevice).values(last_used_at=now() - timedelta(days=181)))
    await clean_up(server.services)
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(func.count(FailureRecord.id))) == 0
        assert await db.scalar(select(func.count(KnownDevice.id))) == 0


async def test_a_program_keeps_no_cookie(server: Server, extension: Extension) -> None:
    program = server.browser(address=HOME)
    assert (await sign_in(program, transport="bearer")).status_code == 201
    assert "linkus_device" not in program.cookies
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(func.count(KnownDevice.id))) == 0


async def test_an_administrator_is_locked_and_unlocked_alike(server: Server, administrator: Administrator) -> None:
    stranger = server.browser(address=STRANGER)
    await fail(stranger, username="boss")
    assert await status(stranger, "boss") == 429
    assert await status(server.browser(address=HOME), "boss") == 201
