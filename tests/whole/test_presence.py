"""Registrations from the edge to the portal, and updates from the brain to the edge."""

from __future__ import annotations

import asyncio

import pytest
from sqlalchemy import update

from linkus.kit.clock import now
from linkus.kit.work import unit_of_work
from linkus.session.models import Session
from linkus.session.service import end_expired
from linkus.shared.models.extension import Extension
from tests.whole.conftest import WAIT, Whole


async def sign_in(whole: Whole, extension_id: int) -> tuple[Extension, object]:
    extension = await whole.record(extension_id)
    return extension, await whole.server.sign_in(extension)


class TestPhones:
    async def test_phone_of_a_new_extension_registers_and_is_online(self, whole: Whole) -> None:
        await whole.extension("3001")
        await whole.phone("3001")
        shown = await whole.shown("3001")
        assert shown["online"] == {"web": False, "desktop": False, "mobile": False, "pad": False, "phone": True}
        [contact] = shown["phone_contacts"]
        assert contact == {"address": whole.engine.host, "user_agent": "Linkus test"}

    async def test_unregistered_phone_is_offline(self, whole: Whole) -> None:
        await whole.extension("3001")
        phone = await whole.phone("3001")
        await phone.register(0)
        await whole.until(lambda: not whole.server.services.presence.online("3001").phone)

    async def test_phone_is_deregistered_when_its_extension_is_deleted(self, whole: Whole) -> None:
        made = await whole.extension("3001")
        phone = await whole.phone("3001")
        await whole.boss.delete(f"/api/v1/admin/extensions/{made['id']}")
        async with asyncio.timeout(WAIT):
            while (await phone.register()).status == 200:
                await asyncio.sleep(0.1)

    async def test_restarted_edge_is_filled_again(self, whole: Whole) -> None:
        await whole.extension("3001")
        await whole.phone("3001")
        before = (await whole.engine.edge.phones())["3001.phone"]  # others may be left from earlier tests
        await whole.engine.restart("kamailio")
        async with asyncio.timeout(30):
            while True:
                try:
                    if (await whole.engine.edge.phones()).get("3001.phone") == before:
                        break
                except Exception:  # noqa: BLE001 - it is down, which is the point of this test
                    await asyncio.sleep(0.2)
                await asyncio.sleep(0.1)
        await whole.phone("3001")


class TestClients:
    @pytest.mark.manual("OV-3", "EN-2")
    async def test_client_registers_with_the_credential_of_the_api(self, whole: Whole) -> None:
        made = await whole.extension("3001")
        _, browser = await sign_in(whole, made["id"])
        client = await whole.client("3001", browser)  # type: ignore[arg-type]
        assert (await client.register()).status == 200
        await whole.until(lambda: whole.server.services.presence.online("3001").web)
        assert (await whole.shown("3001"))["online"]["web"]
        await client.close()
        whole.agents.remove(client)
        await whole.until(lambda: not whole.server.services.presence.online("3001").web, 15)

    @pytest.mark.manual("EN-3")
    async def test_switching_linkus_off_deregisters_the_client(self, whole: Whole) -> None:
        made = await whole.extension("3001")
        extension, browser = await sign_in(whole, made["id"])
        client = await whole.client("3001", browser)  # type: ignore[arg-type]
        assert (await client.register()).status == 200
        await whole.until(lambda: whole.server.services.presence.online("3001").web)
        old = (client.username, client.password)
        switch = {"ids": [made["id"]], "enabled": False}
        await whole.boss.post("/api/v1/admin/extensions/linkus", json=switch)
        await whole.until(lambda: not whole.server.services.presence.online("3001").web, 15)
        assert await whole.engine.edge.registrations_of("3001.web") == []
        assert (await browser.post("/api/v1/client/sip-credential")).status_code == 401  # type: ignore[attr-defined]

        await whole.boss.post("/api/v1/admin/extensions/linkus", json={**switch, "enabled": True})
        browser = await whole.server.sign_in(extension)
        again = await whole.client("3001", browser)
        again.username, again.password = old
        assert (await again.register()).status == 401
        async with asyncio.timeout(WAIT):  # one of the second of the switch counts as revoked, too
            while (await (await whole.client("3001", browser)).register()).status == 401:
                await asyncio.sleep(0.2)

    async def test_call_in_one_browser_continues_when_another_signs_out(self, whole: Whole) -> None:
        made = await whole.extension("3001")
        clients = {}
        for name in ("old", "forgotten", "present"):
            _, browser = await sign_in(whole, made["id"])
            clients[name] = await whole.client("3001", browser)  # type: ignore[arg-type]
            assert (await clients[name].register()).status == 200
        present = clients.pop("present")
        call = await present.call("*43", (await whole.media()).offer())
        await call.response(200)

        devices = (await whole.boss.get("/api/v1/admin/sessions")).json()["items"]
        ids = sorted(device["id"] for device in devices if device["extension_number"] == "3001")
        await whole.boss.delete(f"/api/v1/admin/sessions/{ids[0]}")
        async with unit_of_work(whole.server.services) as work:
            await work.db.execute(update(Session).where(Session.id == ids[1]).values(expires_at=now()))
        async with unit_of_work(whole.server.services) as work:
            await end_expired(work)
        contacts = [f"sip:{present.contact.partition('sip:')[2].rstrip('>')}"]
        async with asyncio.timeout(WAIT):
            while [one.contact for one in await whole.engine.edge.registrations_of("3001.web")] != contacts:
                await asyncio.sleep(0.05)
        await whole.until(lambda: len(whole.server.services.presence.registry.connections("3001.web")) == 1)
        for client in clients.values():  # their connections are closed
            again = await whole.client("3001", browser)  # type: ignore[arg-type]
            again.username, again.password = client.username, client.password
            refused = await again.call("*43", (await whole.media()).offer())
            assert (await refused.response(407)).status == 407
            assert (await again.register()).status == 401
        assert not call.ended.done()
        assert (await call.ask("INVITE", (await whole.media()).offer())).status == 200
        assert (await present.register()).status == 200
        await whole.boss.delete(f"/api/v1/admin/sessions/{ids[2]}")  # the last one of its kind
        await whole.until(lambda: not whole.server.services.calls.tracker.calls())
