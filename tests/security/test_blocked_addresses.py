"""From the edge's refusals to a block in the portal and at the edge, and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import func, select, update

from linkus.engine.edge_events import Refused, Registered, Started
from linkus.engine.kamailio import EdgeUnreachableError
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.outbox import RetryLater
from linkus.lockout.models import BlockedAddress
from linkus.presence.registry import Contact
from linkus.security.block_rules import MAX_FAILURES, MAX_TRUSTED_FAILURES
from linkus.security.tasks import EdgeGuard
from tests.engine.edge_modules import addresses as edge_addresses
from tests.support.api import Server, frames

URL = "/api/v1/admin/blocked-addresses"
STRANGER, OFFICE = "203.0.113.9", "198.51.100.7"


class RecordingEdge:
    """Has the two methods of the edge's client that are used, and records the calls."""

    def __init__(self) -> None:
        self.banned: dict[str, int] = {}
        self.is_away = False

    async def ban(self, address: str, seconds: int) -> None:
        self._answer()
        self.banned[address] = seconds

    async def unban(self, address: str) -> None:
        self._answer()
        self.banned.pop(address, None)

    def _answer(self) -> None:
        if self.is_away:
            raise EdgeUnreachableError("away")


@pytest.fixture
def edge() -> RecordingEdge:
    return RecordingEdge()


@pytest.fixture
def guard(server: Server, edge: RecordingEdge) -> EdgeGuard:
    return EdgeGuard(server.services, edge)  # type: ignore[arg-type]  # it has the methods that are used


def refusal(address: str = STRANGER, reason: Any = "wrong_password", aor: str = "1001.phone") -> Refused:
    return Refused(event="refused", aor=aor, address=address, reason=reason)


async def guess(server: Server, guard: EdgeGuard, times: int, **values: Any) -> None:
    for _ in range(times):
        guard.take(refusal(**values))
    await server.services.background.idle()


async def work_off(server: Server, guard: EdgeGuard) -> None:
    for payload in await server.payloads("edge.block"):
        await guard.write(payload)
    await server.clear_outbox()


async def blocked(admin: httpx.AsyncClient, **query: str) -> list[dict[str, Any]]:
    answer = await admin.get(URL, params=query)
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json()["items"]
    assert answer.json()["total"] == len(items)
    return items


async def test_guesses_are_blocked_shown_and_logged(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard, edge: RecordingEdge
) -> None:
    heard = server.listen(PORTAL)
    await guess(server, guard, MAX_FAILURES - 1)
    assert await blocked(admin) == []
    await guess(server, guard, 1, aor="1002.phone")
    await work_off(server, guard)
    [row] = await blocked(admin)
    assert (row["address"], row["failures"], row["identity"]) == (STRANGER, MAX_FAILURES, "1002.phone")
    assert (row["reason"], row["reason_text"]) == ("sip_authentication", "多次 SIP 认证失败")
    assert 540 <= edge.banned[STRANGER] <= 600
    [event] = (await admin.get("/api/v1/admin/events", params={"category": "security"})).json()["items"]
    assert (event["kind"], event["level"]) == ("address_blocked", "alert")
    text = "IP 地址 203.0.113.9 在 5 分钟内有 10 次 SIP 认证失败（最后一次：1002.phone），已封锁 10 分钟。"
    assert event["text"] == text
    assert {frame["type"] for frame in frames(heard)} == {"event.logged", "blocked_address.changed"}


async def test_of_ipv6_the_network_is_blocked(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard, edge: RecordingEdge
) -> None:
    """An attacker has 2**64 addresses."""
    for number in range(MAX_FAILURES):
        await guess(server, guard, 1, address=f"2001:db8:0:7::{number:x}")
    await work_off(server, guard)
    assert [row["address"] for row in await blocked(admin)] == ["2001:db8:0:7::/64"]
    assert list(edge.banned) == [edge_addresses.site_of("2001:db8:0:7::ffff")]


async def test_unblocking_tells_the_edge(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard, edge: RecordingEdge
) -> None:
    await guess(server, guard, MAX_FAILURES)
    await work_off(server, guard)
    [row] = await blocked(admin)
    assert (await admin.delete(f"{URL}/{row['id']}")).status_code == 204
    await work_off(server, guard)
    assert edge.banned == {}
    assert await blocked(admin) == []
    again = await admin.delete(f"{URL}/{row['id']}")
    assert (again.status_code, again.json()["code"]) == (404, "block_not_found")
    [event, _] = (await admin.get("/api/v1/admin/events")).json()["items"]
    assert event["text"] == f"管理员 boss 解除了对 IP 地址 {STRANGER} 的封锁。"
    await guess(server, guard, MAX_FAILURES)  # who continues to guess is blocked again
    assert len(await blocked(admin)) == 1


async def test_a_block_ends_by_itself(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard, edge: RecordingEdge
) -> None:
    await guess(server, guard, MAX_FAILURES)
    async with server.database.transaction() as db:
        await db.execute(update(BlockedAddress).values(blocked_until=now() - timedelta(seconds=1)))
    assert await blocked(admin) == []
    await work_off(server, guard)  # handled late: there is nothing to block any more
    assert edge.banned == {}
    await guess(server, guard, MAX_FAILURES, address=OFFICE)
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(func.count(BlockedAddress.id))) == 2  # a next block within a day is longer


async def test_blocked_twice_is_one_row_with_a_new_end(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard
) -> None:
    """The edge was unreachable, and continued to answer the guesses."""
    for _ in range(2):
        await guess(server, guard, MAX_FAILURES)
    assert len(await blocked(admin)) == 1


async def test_a_block_without_end_stays(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard, edge: RecordingEdge
) -> None:
    await guess(server, guard, MAX_FAILURES)
    async with server.database.transaction() as db:
        await db.execute(update(BlockedAddress).values(blocked_until=None))
    await guess(server, guard, MAX_FAILURES)
    await work_off(server, guard)
    assert [row["blocked_until"] for row in await blocked(admin)] == [None]
    assert edge.banned[STRANGER] > 24 * 3600


@pytest.mark.parametrize("reason", ["expired", "revoked", "flood"])
async def test_our_own_clients_are_not_blocked(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard, reason: str
) -> None:
    await guess(server, guard, MAX_FAILURES * 5, reason=reason)
    assert await blocked(admin) == []


@pytest.mark.parametrize("how", ["registered", "presence", "loopback", "trunk"])
async def test_known_addresses_have_a_larger_budget(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "127.0.0.1" if how == "loopback" else OFFICE
    registry = server.services.presence.registry
    if how == "registered":
        event = Registered.model_validate(
            {
                "event": "registered", "aor": "1001.phone", "contact": f"sip:1001@{OFFICE}", "address": OFFICE,
                "user_agent": "Yealink", "expires": 300, "transport": "udp", "connection": 0,
            }
        )  # fmt: skip
        guard.take(event)
    elif how == "presence":  # read from the edge after a restart
        registry.registered("1001.phone", Contact(f"sip:1001@{OFFICE}", OFFICE, "Yealink"))
    elif how == "trunk":
        monkeypatch.setattr(server.services.trunk_monitor, "addresses", lambda: frozenset({OFFICE}))
    try:
        await guess(server, guard, MAX_TRUSTED_FAILURES - 1, address=address)
        assert await blocked(admin) == []
        await guess(server, guard, 1, address=address)
        assert len(await blocked(admin)) == 1
    finally:
        registry.forget("1001.phone")


async def test_an_edge_that_starts_is_told_all_blocks(server: Server, guard: EdgeGuard, edge: RecordingEdge) -> None:
    await guess(server, guard, MAX_FAILURES)
    await guess(server, guard, MAX_FAILURES, address="2001:db8::7")
    await work_off(server, guard)
    edge.banned.clear()
    guard.take(Started(event="started", instance="2"))
    await server.services.background.idle()
    assert edge.banned.keys() == {STRANGER, "2001:db8::/64"}


async def test_an_edge_that_is_away_is_told_later(server: Server, guard: EdgeGuard, edge: RecordingEdge) -> None:
    await guess(server, guard, MAX_FAILURES)
    edge.is_away = True
    with pytest.raises(RetryLater):
        await work_off(server, guard)
    edge.is_away = False
    await work_off(server, guard)
    assert STRANGER in edge.banned


@pytest.mark.parametrize("address", ["", "not an address", "x" * 500, "203.0.113.9:5060"])
async def test_what_is_no_address_blocks_nobody(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard, address: str
) -> None:
    await guess(server, guard, MAX_FAILURES, address=address)
    assert await blocked(admin) == []


async def test_names_of_attackers_are_kept_short_and_printable(
    server: Server, admin: httpx.AsyncClient, guard: EdgeGuard
) -> None:
    await guess(server, guard, MAX_FAILURES, aor="\r\n\u202e" + "A" * 5000)
    assert (await blocked(admin))[0]["identity"] == "A" * 127


async def test_search(server: Server, admin: httpx.AsyncClient, guard: EdgeGuard) -> None:
    await guess(server, guard, MAX_FAILURES, aor="1001.phone")
    await guess(server, guard, MAX_FAILURES, address=OFFICE, aor="admin")
    for search, addresses in (("203.0", [STRANGER]), ("ADMIN", [OFFICE]), ("%", []), ("", [OFFICE, STRANGER])):
        assert [row["address"] for row in await blocked(admin, search=search)] == addresses
