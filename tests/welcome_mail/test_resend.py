from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL
from linkus.shared.models.extension import Extension
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, settled
from tests.support.api import Server, frames
from tests.welcome_mail.mails import listed, parts, send, tokens

URL = "/api/v1/admin/welcome-mails"
INSPECT = "/api/v1/credentials/inspect"
REDEEM = "/api/v1/credentials/redeem"


async def sent(server: Server, admin: httpx.AsyncClient, extension: Extension) -> dict[str, str]:
    """Return the tokens of a welcome mail that has arrived."""
    async with mail_server(Mailbox()) as box:
        version = (await admin.get("/api/v1/admin/mail-server")).json()["version"]
        await admin.put("/api/v1/admin/mail-server", json=account(box.port, version))
        await send(admin, extension.id)
        async with mail_worker(server):
            await settled(server)
    return tokens(parts(box.mails[0])[0])


class TestCheck:
    @pytest.mark.manual("CR-1")
    async def test_check_gives_the_reasons_before_anything_is_sent(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await admin.put("/api/v1/admin/mail-server", json=account(25))
        without = await server.make_extension("1002", email=None)
        off = await server.make_extension("1003", email="c@example.cn", linkus_enabled=False)
        answer = await admin.post(f"{URL}/check", json={"extension_ids": [extension.id, without.id, off.id, 9999]})
        body = answer.json()
        assert body["ready"] == 1
        assert [row["reason"] for row in body["not_ready"]] == ["no_email", "linkus_disabled", "not_found"]
        assert await listed(admin) == []

    @pytest.mark.parametrize(
        ("address", "is_local"),
        [
            ("http://127.0.0.1:8088", True),
            ("https://[::1]:8088", True),
            ("http://localhost:8088", True),
            ("https://pbx.localhost", True),
            ("https://pbx.example.cn:8088", False),
            ("https://192.168.5.10:8088", False),
            ("https://localhost.example.cn", False),
        ],
    )
    async def test_an_address_that_no_phone_can_open_is_told(
        self, admin: httpx.AsyncClient, extension: Extension, address: str, is_local: bool
    ) -> None:
        general = (await admin.get("/api/v1/admin/settings/general")).json()
        values = {name: general[name] for name in ("company_name", "system_language", "version")}
        saved = await admin.put("/api/v1/admin/settings/general", json={**values, "public_address": address})
        assert saved.status_code == 200, saved.text
        checked = (await admin.post(f"{URL}/check", json={"extension_ids": [extension.id]})).json()
        told = [checked["loopback_address"], (await send(admin, extension.id))["loopback_address"]]
        assert told == [address if is_local else None] * 2


class TestWhatBecameOfIt:
    async def test_mail_is_listed_as_opened_and_then_as_used(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = (await sent(server, admin, extension))["mobile"]
        portal = server.listen(PORTAL)
        phone = server.browser(address="192.0.2.7")
        for _ in range(2):
            await phone.post(INSPECT, json={"token": token})
        [item] = await listed(admin)
        assert (item["status"], item["used_kinds"]) == ("opened", [])
        assert item["opened_at"] is not None
        agent = {
            "User-Agent": "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/120.0.0.0 Mobile Safari/537.36"
        }
        assert (await phone.post(REDEEM, json={"token": token}, headers=agent)).status_code == 201
        [item] = await listed(admin)
        assert (item["status"], item["used_kinds"]) == ("used", ["mobile"])
        [use] = item["uses"]
        assert (use["address"], use["user_agent"], use["client_kind"]) == ("192.0.2.7", agent["User-Agent"], "mobile")
        assert use["device"] == "Chrome 120 · Android"
        told = [frame["status"] for frame in frames(portal) if frame["type"] == "mail.changed"]
        assert told == ["opened", "used"]

    async def test_revoked_links_do_not_sign_in(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        found = await sent(server, admin, extension)
        [item] = await listed(admin)
        portal = server.listen(PORTAL)
        assert (await admin.post(f"{URL}/revoke", json={"ids": [item["id"], 9999]})).json() == {"revoked": 1}
        assert [frame["status"] for frame in frames(portal)] == ["revoked"]
        assert (await admin.post(f"{URL}/revoke", json={"ids": [item["id"]]})).json() == {"revoked": 0}
        [item] = await listed(admin)
        assert item["status"] == "revoked"
        assert item["revoked_at"] is not None
        answer = await server.browser().post(REDEEM, json={"token": found["web"]})
        assert answer.json()["code"] == "credential_revoked"

    async def test_queued_mail_is_not_sent_when_it_was_revoked(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await send(admin, extension.id)
            [item] = await listed(admin)
            await admin.post(f"{URL}/revoke", json={"ids": [item["id"]]})
            async with mail_worker(server):
                await settled(server)
        assert box.mails == []
        [item] = await listed(admin)
        assert (item["status"], "作废" in item["message"]) == ("failed", True)

    async def test_resending_makes_new_links_and_revokes_the_old(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        old = await sent(server, admin, extension)
        [first] = await listed(admin)
        async with mail_server(Mailbox()) as box:
            version = (await admin.get("/api/v1/admin/mail-server")).json()["version"]
            await admin.put("/api/v1/admin/mail-server", json=account(box.port, version))
            answer = await admin.post(f"{URL}/send-again", json={"ids": [first["id"]]})
            assert (answer.status_code, answer.json()["queued"]) == (202, 1)
            async with mail_worker(server):
                await settled(server)
        new = tokens(parts(box.mails[0])[0])
        statuses: list[Any] = [item["status"] for item in await listed(admin)]
        assert statuses == ["sent", "revoked"]
        browser = server.browser()
        assert (await browser.post(REDEEM, json={"token": old["web"]})).status_code == 410
        assert (await browser.post(REDEEM, json={"token": new["web"]})).status_code == 201

    async def test_second_mail_revokes_the_links_of_the_first(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        old = await sent(server, admin, extension)
        url = f"/api/v1/admin/extensions/{extension.id}/credential"
        shown = (await admin.post(url, json={"client_kind": "web"})).json()["link"].partition("#t=")[2]
        browser = server.browser()
        assert (await browser.post(REDEEM, json={"token": old["mobile"]})).status_code == 201
        new = await sent(server, admin, extension)
        assert [item["status"] for item in await listed(admin)] == ["sent", "used"]
        assert (await browser.post(REDEEM, json={"token": old["web"]})).json()["code"] == "credential_revoked"
        for token in (new["web"], shown):  # a code on the screen is separate, and stays valid
            assert (await browser.post(REDEEM, json={"token": token})).status_code == 201

    async def test_links_stay_when_no_new_mail_can_be_sent(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        old = await sent(server, admin, extension)
        [first] = await listed(admin)
        version = (await admin.get("/api/v1/admin/mail-server")).json()["version"]
        await admin.put("/api/v1/admin/mail-server", json={**account(25, version), "host": ""})
        answer = await admin.post(f"{URL}/send-again", json={"ids": [first["id"]]})
        assert answer.json()["rows"][0]["reason"] == "no_mail_server"
        assert (await server.browser().post(REDEEM, json={"token": old["web"]})).status_code == 201
