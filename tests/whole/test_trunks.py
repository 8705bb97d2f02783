"""Trunks from the API to a provider and back: what the administrator sees of a line that works, fails and recovers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.kit.bus import PORTAL
from tests.calls.provider import PASSWORD, USER, Provider
from tests.support.api import frames
from tests.whole.conftest import HOST, Whole

URL = "/api/v1/admin/trunks"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def provider(running: Whole) -> AsyncIterator[Provider]:
    provider = Provider(running.engine)
    try:
        await provider.start()
        yield provider
    finally:
        await provider.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def line(whole: Whole, provider: Provider) -> AsyncIterator[dict[str, Any]]:
    answer = await whole.boss.post(URL, json=given(provider))
    assert answer.status_code == 201, answer.text
    yield answer.json()
    for item in (await whole.boss.get(URL)).json()["items"]:
        await whole.boss.delete(f"{URL}/{item['id']}")
    edge = EdgeTrunks(whole.engine.edge, HOST, HOST)
    async with asyncio.timeout(15):
        while await edge.present() or await edge.registrations() or await whole.server.outbox("edge.trunk"):
            await asyncio.sleep(0.1)


def given(provider: Provider, **values: Any) -> dict[str, Any]:
    return {
        "name": "电信", "kind": "register", "host": provider.address, "domain": "provider.example", "username": USER,
        "password": PASSWORD, "codecs": ["pcma"], **values,
    }  # fmt: skip


async def status(whole: Whole, trunk_id: int, state: str, seconds: float = 20) -> dict[str, Any]:
    """The trunk's status as the page has it, once it is this."""
    found: dict[str, Any] = {}
    async with asyncio.timeout(seconds):
        while found.get("state") != state:
            found = (await whole.boss.get(f"{URL}/{trunk_id}")).json()["status"]
            await asyncio.sleep(0.1)
    return found


async def events(whole: Whole, count: int) -> list[dict[str, Any]]:
    """The event log of trunks, the oldest first, once there are as many."""
    async with asyncio.timeout(10):
        while True:
            page = (await whole.boss.get("/api/v1/admin/events", params={"category": "telephony"})).json()
            if len(page["items"]) >= count:
                return list(reversed(page["items"]))
            await asyncio.sleep(0.1)


class TestState:
    async def test_registers_as_soon_as_it_is_saved(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        found = await status(whole, line["id"], "registered")
        assert (found["code"], found["reason"]) == (200, "OK")
        assert (await provider.contact()).endswith(f"@{HOST}:5060")

    async def test_wrong_password_and_the_right_one(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        await status(whole, line["id"], "registered")
        portal = whole.server.listen(PORTAL)
        changed = {**given(provider), "password": "wrong", "version": line["version"]}
        answer = await whole.boss.put(f"{URL}/{line['id']}", json=changed)
        assert answer.status_code == 200, answer.text
        found = await status(whole, line["id"], "failed")
        assert (found["code"], found["reason"]) == (401, "Unauthorized")
        told = [
            each["status"]["state"] for each in frames(portal) if each["type"] == "trunk.changed" and "status" in each
        ]
        assert told[-1] == "failed"
        [failed] = await events(whole, 1)
        assert (failed["kind"], failed["params"]["reason"]) == ("trunk_failed", "401 Unauthorized")

        tested = (await whole.boss.post(f"{URL}/{line['id']}/test")).json()
        assert (tested["ok"], tested["code"]) == (False, 401)
        changed = {**changed, "password": PASSWORD, "version": answer.json()["version"]}
        assert (await whole.boss.put(f"{URL}/{line['id']}", json=changed)).status_code == 200
        await status(whole, line["id"], "registered")
        assert [event["kind"] for event in await events(whole, 2)] == ["trunk_failed", "trunk_recovered"]
        tested = (await whole.boss.post(f"{URL}/{line['id']}/test")).json()
        assert (tested["ok"], tested["code"]) == (True, 200)

    async def test_provider_goes_and_comes(self, whole: Whole, provider: Provider, line: dict[str, Any]) -> None:
        await status(whole, line["id"], "registered")
        assert (await whole.boss.post(f"{URL}/{line['id']}/test")).json()["ok"]
        await asyncio.sleep(2.5)  # it has been asked by OPTIONS, too
        await provider.stop()
        try:
            await status(whole, line["id"], "unreachable", 40)
            [failed] = await events(whole, 1)
            assert f"{provider.address} 的 5060 端口没有应答" in failed["text"]
        finally:
            await provider.start()
        await status(whole, line["id"], "registered", 40)
        assert [event["kind"] for event in await events(whole, 2)] == ["trunk_failed", "trunk_recovered"]
        assert await provider.contact()

    async def test_off_and_gone(self, whole: Whole, provider: Provider, line: dict[str, Any]) -> None:
        await status(whole, line["id"], "registered")
        assert await provider.contact()
        off = {**given(provider), "enabled": False, "version": line["version"]}
        assert (await whole.boss.put(f"{URL}/{line['id']}", json=off)).status_code == 200
        await status(whole, line["id"], "disabled")
        async with asyncio.timeout(8):
            while await provider.contacts():
                await asyncio.sleep(0.1)

    async def test_host_without_an_address(self, whole: Whole, provider: Provider, line: dict[str, Any]) -> None:
        answer = await whole.boss.post(URL, json=given(provider, name="nowhere", host="no-such-host.invalid"))
        found = await status(whole, answer.json()["id"], "unreachable")
        assert found["reason"] == "host name not found"
        [failed] = await events(whole, 1)
        assert "no-such-host.invalid 没有可用的 IP 地址" in failed["text"]
        tested = (await whole.boss.post(f"{URL}/{answer.json()['id']}/test")).json()
        assert (tested["ok"], tested["state"]) == (False, "unreachable")

    async def test_after_restarts_of_brain_and_edge(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        await status(whole, line["id"], "registered")
        await whole.engine.restart("kamailio")
        await whole.until(lambda: whole.server.app.state.trunk_lines.status(line["id"]).state == "registered", 20)
        await whole.stop_brain()
        await whole.start_brain()
        whole.boss = await whole.server.sign_in(await whole.server.make_administrator("second"))
        await status(whole, line["id"], "registered")
        assert len(await provider.contacts()) == 1
