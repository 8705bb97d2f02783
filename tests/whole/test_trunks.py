"""Trunks from the API to a provider and back: the administrator's view of a line that works, fails and recovers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import unquote

import pytest
import pytest_asyncio

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.reach import told_by
from linkus.kit.bus import PORTAL
from tests.calls.lines import until_heard
from tests.calls.provider import PASSWORD, TONE, USER, Provider
from tests.support.api import frames
from tests.whole.conftest import HOST, Whole

URL = "/api/v1/admin/trunks"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def provider(running: Whole) -> AsyncIterator[Provider]:
    provider = Provider(running.engine.layout)
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
    edge = EdgeTrunks(whole.engine.edge, told_by(whole.engine.layout))
    async with asyncio.timeout(15):
        while await edge.present() or await edge.registrations() or await whole.server.outbox("edge.trunk"):
            await asyncio.sleep(0.1)


def given(provider: Provider, **values: Any) -> dict[str, Any]:
    return {
        "name": "电信", "kind": "register", "host": provider.address, "domain": "provider.example", "username": USER,
        "password": PASSWORD, "codecs": ["pcma"], **values,
    }  # fmt: skip


async def status(whole: Whole, trunk_id: int, state: str, seconds: float = 20) -> dict[str, Any]:
    """Return the trunk's status as the page shows it, once it has this state."""
    found: dict[str, Any] = {}
    async with asyncio.timeout(seconds):
        while found.get("state") != state:
            found = (await whole.boss.get(f"{URL}/{trunk_id}")).json()["status"]
            await asyncio.sleep(0.1)
    return found


async def events(whole: Whole, count: int) -> list[dict[str, Any]]:
    """Return the event log of trunks, oldest first, once there are `count`."""
    async with asyncio.timeout(10):
        while True:
            page = (await whole.boss.get("/api/v1/admin/events", params={"category": "telephony"})).json()
            if len(page["items"]) >= count:
                return list(reversed(page["items"]))
            await asyncio.sleep(0.1)


class TestState:
    async def test_trunk_registers_when_it_is_saved(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        found = await status(whole, line["id"], "registered")
        assert (found["code"], found["reason"]) == (200, "OK")
        assert (await provider.contact()).endswith(f"@{HOST}:5060")

    async def test_trunk_fails_with_a_wrong_password_and_recovers(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        await status(whole, line["id"], "registered")
        portal = whole.server.listen(PORTAL)
        assert line["caller_id_header"] == "from"
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

    async def test_trunk_recovers_when_the_provider_returns(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        await status(whole, line["id"], "registered")
        assert (await whole.boss.post(f"{URL}/{line['id']}/test")).json()["ok"]
        await asyncio.sleep(2.5)  # it has been probed by OPTIONS too
        await provider.stop()
        try:
            await status(whole, line["id"], "unreachable", 40)
            [failed] = await events(whole, 1)
            assert f"{provider.address} 的 5060 端口没有响应" in failed["text"]
        finally:
            await provider.start()
        await status(whole, line["id"], "registered", 40)
        assert [event["kind"] for event in await events(whole, 2)] == ["trunk_failed", "trunk_recovered"]
        assert await provider.contact()

    async def test_trunk_unregisters_when_disabled_or_deleted(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        await status(whole, line["id"], "registered")
        assert await provider.contact()
        off = {**given(provider), "enabled": False, "version": line["version"]}
        assert (await whole.boss.put(f"{URL}/{line['id']}", json=off)).status_code == 200
        await status(whole, line["id"], "disabled")
        async with asyncio.timeout(8):
            while await provider.contacts():
                await asyncio.sleep(0.1)

    async def test_trunk_is_unreachable_when_its_host_has_no_address(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        answer = await whole.boss.post(URL, json=given(provider, name="nowhere", host="no-such-host.invalid"))
        found = await status(whole, answer.json()["id"], "unreachable")
        assert found["reason"] == "host name not found"
        [failed] = await events(whole, 1)
        assert "no-such-host.invalid 没有可用的 IP 地址" in failed["text"]
        tested = (await whole.boss.post(f"{URL}/{answer.json()['id']}/test")).json()
        assert (tested["ok"], tested["state"]) == (False, "unreachable")

    async def test_trunk_registers_after_restarts_of_brain_and_edge(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        await status(whole, line["id"], "registered")
        await whole.engine.restart("kamailio")
        await whole.until(lambda: whole.server.services.trunk_monitor.status(line["id"]).state == "registered", 20)
        await whole.stop_brain()
        await whole.start_brain()
        whole.boss = await whole.server.sign_in(await whole.server.make_administrator("second"))
        await status(whole, line["id"], "registered")
        assert len(await provider.contacts()) == 1


async def outbound_route(whole: Whole, *trunk_ids: int) -> None:
    """Create a route for outside calls: 0 and a number."""
    answer = await whole.boss.post(
        "/api/v1/admin/outbound-routes",
        json={"name": "out", "pattern": "0.", "strip": 1, "prepend": "+86", "trunk_ids": list(trunk_ids)},
    )
    assert answer.status_code == 201, answer.text


async def inbound_route(whole: Whole, trunk_id: int, extension_id: int) -> None:
    answer = await whole.boss.post(
        "/api/v1/admin/inbound-routes",
        json={
            "name": "Support", "trunk_id": trunk_id, "did_number": "+862155501002", "did_name": "",
            "destination": "extension", "extension_id": extension_id,
        },
    )  # fmt: skip
    assert answer.status_code == 201, answer.text


class TestCalls:
    @pytest.mark.manual("OV-1")
    async def test_extension_calls_an_outside_number(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        await status(whole, line["id"], "registered")
        await outbound_route(whole, line["id"])
        await whole.extension("3101", first_name="Wang")
        phone, ear = await whole.phone("3101"), await whole.media()
        call = await phone.call("010000", ear.offer())
        ear.connect((await call.response(200)).body)
        ear.play(440)
        seen = await provider.event("Answered")
        assert "sip:3101@provider.example" in seen["From"]
        assert seen["To"].startswith("<sip:+8610000@provider.example>")
        await until_heard(ear, TONE)
        await call.bye()
        [record] = await whole.records(1)
        assert (record["result"], record["from_number"], record["trunk_id"]) == ("answered", "3101", line["id"])

    async def test_call_uses_the_next_trunk_when_the_first_fails(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        """The first line's password is wrong, and the second one's host is silent. The third one works."""
        wrong = given(provider, name="wrong", kind="peer", password="wrong")
        silent = given(provider, name="silent", kind="peer", port=5999, password=None, username="")
        ids = [(await whole.boss.post(URL, json=each)).json()["id"] for each in (wrong, silent)]
        await status(whole, ids[1], "unreachable")
        await status(whole, line["id"], "registered")
        await outbound_route(whole, *ids, line["id"])
        await whole.extension("3102")
        phone, ear = await whole.phone("3102"), await whole.media()
        call = await phone.call("010000", ear.offer())
        async with asyncio.timeout(20):
            while not any(message.status == 200 for message in phone.seen if "INVITE" in message.get("CSeq")):
                await asyncio.sleep(0.1)
        await call.response(200)
        await provider.event("Answered")
        await call.bye()

    async def test_inbound_call_shows_the_dialled_number(
        self, whole: Whole, provider: Provider, line: dict[str, Any]
    ) -> None:
        """SP-3: a pop-up gets the dialled number, its name, and the caller."""
        await status(whole, line["id"], "registered")
        extension = await whole.extension("3103")
        answer = await whole.boss.post(
            "/api/v1/admin/inbound-routes",
            json={
                "name": "Sales", "trunk_id": line["id"], "did_number": "+862155501001", "did_name": "销售 Sales",
                "destination": "extension", "extension_id": extension["id"],
            },
        )  # fmt: skip
        assert answer.status_code == 201, answer.text
        phone, ear = await whole.phone("3103"), await whole.media()
        await provider.call(f"sip:+862155501001@{HOST}", "+8613800138000", "Li Lei")
        ringing = await phone.next_call()
        assert '"Li Lei" <sip:+8613800138000@' in ringing.invite.get("From")
        assert ringing.invite.get("X-Linkus-Origin") == "inbound"
        assert ringing.invite.get("X-DID-Number") == "+862155501001"
        assert unquote(ringing.invite.get("X-DID-Name")) == "销售 Sales"
        await ringing.answer(200, "OK", ear.offer())
        await asyncio.wait_for(ringing.acknowledged.wait(), 5)
        ear.connect(ringing.body)
        ear.play(440)
        await until_heard(ear, TONE)
        await ringing.bye()
        [record] = await whole.records(1)
        assert (record["from_number"], record["from_kind"], record["result"]) == ("+8613800138000", "trunk", "answered")

        # a number without a route reaches nobody
        await provider.call(f"sip:+862155509999@{HOST}", "+8613800138000")
        await provider.event("OriginateResponse", Response="Failure")
        assert phone.incoming.empty()


class TestAPageIsLoadedAgain:
    @pytest.mark.parametrize("client_calls", [True, False])
    async def test_call_continues_when_its_trunk_is_changed(
        self, whole: Whole, provider: Provider, line: dict[str, Any], client_calls: bool
    ) -> None:
        await status(whole, line["id"], "registered")
        extension = await whole.extension("3104")
        browser = await whole.server.sign_in(await whole.record(extension["id"]))
        first = await whole.client("3104", browser)
        assert (await first.register()).status == 200
        if client_calls:
            await outbound_route(whole, line["id"])
            call = await first.call("010000", (await whole.media()).offer())
            call_id = (await call.response(200)).get("X-Linkus-Call")
            await provider.event("Answered")
        else:
            await inbound_route(whole, line["id"], extension["id"])
            await provider.call(f"sip:+862155501002@{HOST}", "+8613800138000")
            call = await first.next_call()
            await call.answer(200, "OK", (await whole.media()).offer())
            await asyncio.wait_for(call.acknowledged.wait(), 5)
            call_id = call.invite.get("X-Linkus-Call")
        calls = whole.server.services.calls
        await whole.until(lambda: [each.state for each in calls.live()] == ["talking"])
        [before] = calls.live()

        assert (await browser.post("/api/v1/client/calls/leave", json={"call_ids": [call_id]})).status_code == 204
        await whole.until(lambda: calls.keeping._gone)
        page = await whole.client("3104", browser)
        assert (await page.register()).status == 200
        [kept] = (await browser.get("/api/v1/client/calls/current")).json()["items"]
        assert (kept["call_id"], kept["kept"]) == (call_id, True)
        back = await page.call(f"rejoin.{call_id}", (await whole.media()).offer())
        await back.response(200)
        async with asyncio.timeout(8):
            while len(await whole.engine.core.channels()) != 2:
                await asyncio.sleep(0.1)
        assert calls.live() == [before], "nobody who looks at the calls notices"
        assert calls.tracker.calls_on_trunk(line["id"]) == 1
        [call_now] = calls.tracker.calls()
        await whole.until(lambda: all(calls.tracker.is_bridged(leg) for leg in call_now.sides))
        await back.bye()
        await provider.event("Hangup")
        [record] = await whole.records(1)
        kinds = (record["from_kind"], record["to_kind"])
        assert (record["result"], record["trunk_id"], kinds) == (
            "answered", line["id"], ("web", "trunk") if client_calls else ("trunk", "web"),
        )  # fmt: skip
