from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree

import httpx
import pytest
from sqlalchemy import func, select, update

from linkus.credential.service import issue
from linkus.kit.bus import PORTAL, extension_topic, session_topic
from linkus.kit.clock import now
from linkus.session.models import Session
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from tests.mail.worker import account
from tests.support.api import Server, frames

INSPECT = "/api/v1/credentials/inspect"
REDEEM = "/api/v1/credentials/redeem"


async def make(server: Server, extension: Extension, kind: str = "web", days: float = 7) -> str:
    async with server.database.transaction() as db:
        return issue(db, extension.id, kind, timedelta(days=days))[1]


async def stored(server: Server) -> Credential:
    async with server.database.transaction(write=False) as db:
        return (await db.scalars(select(Credential))).one()


class TestScreenCode:
    async def test_screen_code_has_a_link_and_a_qr_code(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        answer = await admin.post(f"/api/v1/admin/extensions/{extension.id}/credential", json={"client_kind": "web"})
        assert answer.status_code == 201
        body = answer.json()
        parts = urlsplit(body["link"])
        assert (parts.scheme, parts.netloc, parts.path) == ("http", "127.0.0.1:8088", "/login/web")
        assert parts.fragment.startswith("t=")
        assert ElementTree.fromstring(body["qr_svg"]).tag.endswith("svg")  # noqa: S314 - our own answer
        token = parts.fragment.removeprefix("t=")
        credential = await stored(server)
        assert token not in credential.token_hash
        assert credential.expires_at - credential.created_at == timedelta(days=7)
        seen = (await server.browser().post(INSPECT, json={"token": token})).json()
        assert (seen["status"], seen["extension_number"], seen["client_kind"]) == ("valid", "1001", "web")

    async def test_screen_code_has_the_configured_address_and_validity(
        self, admin: httpx.AsyncClient, extension: Extension
    ) -> None:
        await admin.put(
            "/api/v1/admin/settings/general",
            json={"company_name": "晨星", "public_address": "https://pbx.example.cn:8088", "version": 1},
        )
        await admin.put("/api/v1/admin/linkus-server", json={"credential_validity_days": 1, "version": 1})
        url = f"/api/v1/admin/extensions/{extension.id}/credential"
        body = (await admin.post(url, json={"client_kind": "mobile"})).json()
        assert body["link"].startswith("https://pbx.example.cn:8088/login/mobile#t=")
        left = (await admin.get("/api/v1/admin/linkus-server")).json()
        assert (left["credential_validity_days"], left["version"]) == (1, 2)
        assert body["expires_at"] < (now() + timedelta(days=1, seconds=5)).isoformat()

    async def test_new_screen_code_replaces_the_last(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async def show(kind: str) -> str:
            url = f"/api/v1/admin/extensions/{extension.id}/credential"
            answer = await admin.post(url, json={"client_kind": kind})
            return str(answer.json()["link"].partition("#t=")[2])

        async def status(token: str) -> str:
            return str((await server.browser().post(INSPECT, json={"token": token})).json()["status"])

        first, other = await show("web"), await show("mobile")
        again = await show("web")
        assert [await status(token) for token in (first, other, again)] == ["revoked", "valid", "valid"]
        # without a mail server a welcome mail is three codes on the screen
        [row] = (await admin.post("/api/v1/admin/welcome-mails", json={"extension_ids": [extension.id]})).json()["rows"]
        shown = [link["link"].partition("#t=")[2] for link in row["links"].values()]
        assert [await status(token) for token in (other, again, *shown)] == ["revoked"] * 2 + ["valid"] * 3

    async def test_screen_code_and_mailed_links_do_not_revoke_each_other(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        extension = await server.make_extension("1002", email="b@example.cn")
        await admin.put("/api/v1/admin/mail-server", json=account(25))

        async def revoked() -> dict[bool, bool]:
            """Return whether any was, first of those by mail, then of those on the screen."""
            async with server.database.transaction(write=False) as db:
                rows = list((await db.scalars(select(Credential))).all())
            return {
                by_mail: any(row.revoked_at for row in rows if (row.mail_id is not None) is by_mail)
                for by_mail in (True, False)
            }

        url = f"/api/v1/admin/extensions/{extension.id}/credential"
        sent = {"extension_ids": [extension.id]}
        assert (await admin.post(url, json={"client_kind": "web"})).status_code == 201
        assert (await admin.post("/api/v1/admin/welcome-mails", json=sent)).json()["queued"] == 1
        assert (await admin.post(url, json={"client_kind": "mobile"})).status_code == 201
        assert await revoked() == {True: False, False: False}
        await admin.post("/api/v1/admin/welcome-mails", json=sent)
        assert await revoked() == {True: True, False: False}

    async def test_screen_code_is_refused_while_linkus_is_off(self, admin: httpx.AsyncClient, server: Server) -> None:
        extension = await server.make_extension("1002", linkus_enabled=False)
        url = f"/api/v1/admin/extensions/{extension.id}/credential"
        answer = await admin.post(url, json={"client_kind": "web"})
        assert (answer.status_code, answer.json()["code"]) == (409, "extension_linkus_disabled")
        assert "1002" in answer.json()["message"]

    async def test_unknown_extension_or_kind_is_refused(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        url = "/api/v1/admin/extensions/{}/credential"
        assert (await admin.post(url.format(99999), json={"client_kind": "web"})).status_code == 404
        assert (await admin.post(url.format(extension.id), json={"client_kind": "fax"})).status_code == 422


class TestInspect:
    @pytest.mark.manual("CR-5")
    async def test_inspecting_consumes_nothing(
        self, anonymous: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, extension)
        for _ in range(3):
            body = (await anonymous.post(INSPECT, json={"token": token})).json()
            assert (body["status"], body["display_name"]) == ("valid", "张伟")
        assert (await stored(server)).opened_at is not None
        assert (await anonymous.post(REDEEM, json={"token": token})).status_code == 201

    @pytest.mark.slow
    @pytest.mark.timeout(400)
    async def test_ten_thousand_inspections_consume_nothing(self, extension: Extension, server: Server) -> None:
        """Mail scanners and link previews: GET and HEAD of the links they find, and the page's own requests."""
        token = await make(server, extension)
        browser = server.browser()

        async def look(n: int) -> int:
            if n % 10:
                method, url = ("GET", "HEAD")[n % 2], (INSPECT, REDEEM)[n % 4 // 2]
                return (await browser.request(method, url, params={"token": token})).status_code
            return (await browser.post(INSPECT, json={"token": token})).status_code

        # fewer are enough on PostgreSQL, because these requests never reach the database
        for begin in range(0, 10_000 if server.database.is_sqlite else 1_000, 500):
            answers = await asyncio.gather(*(look(begin + n) for n in range(500)))
            assert (answers.count(405), answers.count(200)) == (450, 50)
        assert (await stored(server)).used_at is None
        assert (await browser.post(REDEEM, json={"token": token})).status_code == 201

    async def test_get_and_head_do_nothing(
        self, anonymous: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, extension)
        for url in (INSPECT, REDEEM):
            for method in ("GET", "HEAD"):
                answer = await anonymous.request(method, url, params={"token": token})
                assert answer.status_code == 405
        assert (await stored(server)).used_at is None

    async def test_unknown(self, anonymous: httpx.AsyncClient) -> None:
        assert (await anonymous.post(INSPECT, json={"token": "nonsense"})).json()["status"] == "unknown"


class TestRedeem:
    @pytest.mark.manual("CR-4", "OV-6")
    async def test_credential_signs_in(
        self, anonymous: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, extension)
        answer = await anonymous.post(REDEEM, json={"token": token, "device_name": "办公室"})
        assert (answer.status_code, answer.json()["landing"]) == (201, "/")
        me = (await anonymous.get("/api/v1/client/session")).json()
        assert (me["extension"]["number"], me["client_kind"]) == ("1001", "web")
        assert (await stored(server)).used_address == "127.0.0.1"

    async def test_open_lists_of_devices_are_notified(
        self, anonymous: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, extension)
        lists = [server.listen(topic) for topic in (PORTAL, extension_topic(extension.id))]
        assert (await anonymous.post(REDEEM, json={"token": token})).status_code == 201
        event = {"type": "devices.changed", "extension_id": extension.id, "number": "1001"}
        for heard in lists:
            assert [frame for frame in frames(heard) if frame["type"] == "devices.changed"] == [event]

    @pytest.mark.manual("CR-2", "CR-3")
    @pytest.mark.parametrize("kind", ["mobile", "desktop"])
    async def test_session_has_the_kind_of_the_credential(
        self, anonymous: httpx.AsyncClient, extension: Extension, server: Server, kind: str
    ) -> None:
        token = await make(server, extension, kind)
        bearer = (await anonymous.post(REDEEM, json={"token": token, "transport": "bearer"})).json()["token"]
        me = await anonymous.get("/api/v1/client/session", headers={"Authorization": f"Bearer {bearer}"})
        assert me.json()["client_kind"] == kind

    async def test_previous_session_of_the_browser_ends_only_if_the_link_works(
        self, client: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, await server.make_extension("1002"))
        before = (await client.get("/api/v1/client/session")).json()["session_id"]
        used = await server.browser().post(REDEEM, json={"token": token})
        assert used.status_code == 201
        assert (await client.post(REDEEM, json={"token": token})).status_code == 410
        assert (await client.get("/api/v1/client/session")).json()["session_id"] == before
        # A program is no browser: with a bearer token no browser's cookie changes.
        await client.post(REDEEM, json={"token": await make(server, extension), "transport": "bearer"})
        listening = server.listen(session_topic(before))
        assert (await client.get("/api/v1/client/session")).json()["session_id"] == before

        await client.post(REDEEM, json={"token": await make(server, extension, "desktop")})
        assert (await client.get("/api/v1/client/session")).json()["client_kind"] == "desktop"
        assert frames(listening) == [{"type": "session.ended", "reason": "signed_out"}]

    @pytest.mark.manual("CR-5")
    async def test_used_credential_is_reported_as_used(
        self, anonymous: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, extension)
        await anonymous.post(REDEEM, json={"token": token})
        answer = await server.browser().post(REDEEM, json={"token": token})
        assert (answer.status_code, answer.json()["code"]) == (410, "credential_used")
        assert "使用" in answer.json()["message"]
        seen = (await anonymous.post(INSPECT, json={"token": token})).json()
        assert seen["status"] == "used"

    @pytest.mark.manual("WM-5")
    async def test_expired_credential_is_refused(
        self, anonymous: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, extension, days=-0.001)
        assert (await anonymous.post(INSPECT, json={"token": token})).json()["status"] == "expired"
        answer = await anonymous.post(REDEEM, json={"token": token})
        assert (answer.status_code, answer.json()["code"]) == (410, "credential_expired")

    async def test_unknown(self, anonymous: httpx.AsyncClient) -> None:
        answer = await anonymous.post(REDEEM, json={"token": "nonsense"})
        assert (answer.status_code, answer.json()["code"]) == (404, "credential_unknown")

    @pytest.mark.manual("EN-3")
    async def test_credential_stays_revoked_when_linkus_is_switched_on_again(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, extension)
        for enabled in (False, True):
            change = {"ids": [extension.id], "enabled": enabled}
            assert (await admin.post("/api/v1/admin/extensions/linkus", json=change)).status_code == 200
            answer = await server.browser().post(REDEEM, json={"token": token})
            assert (answer.status_code, answer.json()["code"]) == (410, "credential_revoked")

    async def test_credential_of_a_deleted_extension_is_unknown(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await make(server, extension)
        assert (await admin.delete(f"/api/v1/admin/extensions/{extension.id}")).status_code in (200, 204)
        assert (await server.browser().post(REDEEM, json={"token": token})).status_code == 404

    @pytest.mark.slow
    @pytest.mark.manual("CR-5")
    async def test_one_of_a_thousand_concurrent_sign_ins_succeeds(self, extension: Extension, server: Server) -> None:
        token = await make(server, extension)
        browser = server.browser()

        async def redeem() -> tuple[int, Any]:
            answer = await browser.post(REDEEM, json={"token": token, "transport": "bearer"})
            return answer.status_code, answer.json().get("code")

        answers = await asyncio.gather(*(redeem() for _ in range(1000)))
        assert sorted(answers, key=str).count((201, None)) == 1
        assert answers.count((410, "credential_used")) == 999
        async with server.database.transaction(write=False) as db:
            assert await db.scalar(select(func.count(Session.id))) == 1

    async def test_failed_sign_in_does_not_consume_the_credential(self, extension: Extension, server: Server) -> None:
        """Everything is one transaction, and a rollback undoes all of it."""
        token = await make(server, extension)
        async with server.database.transaction() as db:
            await db.execute(update(Credential).values(used_address="x"))
        with pytest.raises(RuntimeError, match="on purpose"):
            await self._redeem_and_fail(server, token)
        assert (await stored(server)).used_at is None

    @staticmethod
    async def _redeem_and_fail(server: Server, token: str) -> None:
        from linkus.credential.service import redeem
        from linkus.kit.work import unit_of_work
        from linkus.session.service import Device

        async with unit_of_work(server.services) as work:
            await redeem(work, token, Device(client_kind=""))
            raise RuntimeError("on purpose")
