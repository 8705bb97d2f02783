from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from linkus.credential.service import issue
from linkus.kit.bus import session_topic
from linkus.kit.clock import now
from linkus.kit.messages import LANGUAGES, text
from linkus.mail.models import MailMessage
from linkus.password.tasks import handle
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, mails, settled
from tests.support.api import PASSWORD, Server, frames
from tests.welcome_mail.mails import parts

ASK = "/api/v1/password-reset/request"
LOOK = "/api/v1/password-reset/inspect"
RESET = "/api/v1/password-reset"
OWN = "/api/v1/client/password"
NEW = "Better-Battery-9"


async def work_off(server: Server) -> None:
    for row in await server.outbox("password.reset"):
        await handle(server.services, row.payload)


async def asked(server: Server, admin: httpx.AsyncClient, name: str = "1001") -> str:
    """Request a reset, and return the token of the mail."""
    async with mail_server(Mailbox()) as box:
        await admin.put("/api/v1/admin/mail-server", json=account(box.port))
        assert (await server.browser().post(ASK, json={"username": name})).status_code == 204
        await work_off(server)
        async with mail_worker(server):
            await settled(server)
    plain, html, _ = parts(box.mails[0])
    found = re.search(r"http://127.0.0.1:8088/reset-password#t=([\w-]+)", plain)
    assert found is not None
    assert found[0] in html
    assert "1001" in box.mails[0]["Subject"]
    return found[1]


async def sign_in(server: Server, password: str, name: str = "1001") -> httpx.Response:
    return await server.browser().post("/api/v1/sessions", json={"username": name, "password": password})


class TestForgotten:
    async def test_reset_link_works_once(self, admin: httpx.AsyncClient, extension: Extension, server: Server) -> None:
        signed_in = await sign_in(server, PASSWORD)
        listening = server.listen(session_topic(signed_in.json()["session_id"]))
        async with server.database.transaction() as db:
            link = issue(db, extension.id, "web", timedelta(days=1))[1]
        token = await asked(server, admin, "Zhang.Wei@example.cn")
        browser = server.browser()
        for _ in range(3):
            seen = (await browser.post(LOOK, json={"token": token})).json()
            assert (seen["status"], seen["extension_number"]) == ("valid", "1001")
            assert (seen["first_name"], seen["last_name"]) == (extension.first_name, extension.last_name)
        answer = await browser.post(RESET, json={"token": token, "new_password": NEW})
        assert answer.status_code == 204
        assert frames(listening) == [{"type": "session.ended", "reason": "password_changed"}]
        assert (await sign_in(server, PASSWORD)).status_code == 401
        assert (await sign_in(server, NEW)).status_code == 201
        again = await browser.post(RESET, json={"token": token, "new_password": "Another-Word-5"})
        assert (again.status_code, again.json()["code"]) == (410, "reset_used")
        old = await browser.post("/api/v1/credentials/redeem", json={"token": link})
        assert (old.status_code, old.json()["code"]) == (410, "credential_revoked")

    async def test_one_reset_succeeds_when_many_use_the_link(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await asked(server, admin)
        answers = await asyncio.gather(
            *(
                server.browser().post(RESET, json={"token": token, "new_password": f"Better-{n}-Battery"})
                for n in range(5)
            )
        )
        assert sorted(answer.status_code for answer in answers) == [204, 410, 410, 410, 410]

    async def test_refused_password_does_not_consume_the_link(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await asked(server, admin)
        for wrong, code in (("", "field_required"), ("short", "password_too_short"), (PASSWORD, "password_unchanged")):
            answer = await server.browser().post(RESET, json={"token": token, "new_password": wrong})
            assert answer.json()["fields"]["new_password"]["code"] == code
        assert (await server.browser().post(RESET, json={"token": token, "new_password": NEW})).status_code == 204

    async def test_request_for_an_unknown_user_has_the_same_answer(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await server.make_extension("1002", email=None)
        await server.make_extension("1003", email="c@example.cn", linkus_enabled=False)
        await admin.put("/api/v1/admin/mail-server", json=account(25))
        answers = [
            await server.browser().post(ASK, json={"username": name}) for name in ("1001", "1002", "1003", "x@y.cn")
        ]
        assert len({(answer.status_code, answer.content) for answer in answers}) == 1
        assert len(await server.outbox("password.reset")) == 4
        await work_off(server)
        assert [mail.recipient for mail in await mails(server)] == ["zhang.wei@example.cn"]

    async def test_reset_requests_are_limited(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await admin.put("/api/v1/admin/mail-server", json=account(25))
        for name in ("1001", "nobody"):
            answers = [await server.browser().post(ASK, json={"username": name}) for _ in range(6)]
            assert [answer.status_code for answer in answers] == [204, 204, 204, 204, 204, 429]
            assert int(answers[-1].headers["Retry-After"]) > 60

    async def test_repeated_requests_send_one_mail(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        """Any number of strangers may ask, by any name."""
        await admin.put("/api/v1/admin/mail-server", json=account(25))
        for number in range(30):
            name = "1001" if number % 2 else "zhang.wei@example.cn"
            answer = await server.browser(address=f"198.51.100.{number}").post(ASK, json={"username": name})
            assert answer.status_code == 204
        await work_off(server)
        assert len(await mails(server)) == 1

    @pytest.mark.parametrize(("minutes", "known", "sent"), [(3, True, 2), (3, False, 1), (21, False, 2), (1, True, 1)])
    async def test_owner_gets_a_link_despite_requests_of_strangers(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server, minutes: int, known: bool, sent: int
    ) -> None:
        await admin.put("/api/v1/admin/mail-server", json=account(25))
        for number in range(10):
            await server.browser(address=f"198.51.100.{number}").post(ASK, json={"username": "1001"})
        await work_off(server)
        async with server.database.transaction() as db:
            await db.execute(update(Credential).values(created_at=now() - timedelta(minutes=minutes)))
        if known:
            await server.open_session(extension)  # from 192.0.2.1
        owner = server.browser(address="192.0.2.1")
        assert (await owner.post(ASK, json={"username": "1001"})).status_code == 204
        await work_off(server)
        assert len(await mails(server)) == sent

    @pytest.mark.parametrize("spent", ["used", "revoked", "failed"])
    async def test_dead_link_does_not_block_the_next_one(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server, spent: str
    ) -> None:
        await admin.put("/api/v1/admin/mail-server", json=account(25))
        await server.browser().post(ASK, json={"username": "1001"})
        await work_off(server)
        async with server.database.transaction() as db:
            if spent == "failed":
                await db.execute(update(MailMessage).values(status="failed"))
            else:
                await db.execute(update(Credential).values(**{f"{spent}_at": now()}))
        await server.browser().post(ASK, json={"username": "1001"})
        await work_off(server)
        assert len(await mails(server)) == 2

    async def test_a_user_whose_password_is_locked_gets_no_link_and_uses_no_earlier_one(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async with server.database.transaction() as db:
            (await db.get_one(Extension, extension.id)).password_set_by = "user"
        other = await server.make_extension("1002", email="other@example.cn", email_key="other@example.cn")
        token = await asked(server, admin)
        rule = {
            "name": "R", "permission": "disallow", "targets": ["password_security"],
            "subjects": [{"kind": "group", "id": 0}],
        }  # fmt: skip
        assert (await admin.post("/api/v1/admin/client-permission/setting/rules", json=rule)).status_code == 201
        refused = await server.browser().post(RESET, json={"token": token, "new_password": NEW})
        assert (refused.status_code, refused.json()["code"]) == (403, "setting_locked")
        async with server.database.transaction() as db:
            (await db.get_one(Extension, other.id)).password_set_by = "user"
        assert (await server.browser().post(ASK, json={"username": "1002"})).status_code == 204
        await work_off(server)
        async with server.database.transaction(write=False) as db:
            assert list(await db.scalars(select(MailMessage.extension_id))) == [extension.id]

    async def test_reset_link_does_not_sign_in_and_login_link_does_not_reset(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await asked(server, admin)
        browser = server.browser()
        assert (await browser.post("/api/v1/credentials/redeem", json={"token": token})).status_code == 404
        assert (await browser.post("/api/v1/credentials/inspect", json={"token": token})).json()["status"] == "unknown"
        async with server.database.transaction() as db:
            link = issue(db, extension.id, "web", timedelta(days=1))[1]
        assert (await browser.post(RESET, json={"token": link, "new_password": NEW})).json()["code"] == "reset_unknown"
        assert (await browser.post(LOOK, json={"token": link})).json()["status"] == "unknown"

    async def test_reset_link_stays_valid_when_a_welcome_mail_is_sent(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await asked(server, admin)
        answer = await admin.post("/api/v1/admin/welcome-mails", json={"extension_ids": [extension.id]})
        assert answer.json()["queued"] == 1
        assert (await server.browser().post(LOOK, json={"token": token})).json()["status"] == "valid"

    async def test_expired_link_is_refused(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await asked(server, admin)
        async with server.database.transaction() as db:
            credential = (await db.scalars(select(Credential))).one()
            assert credential.expires_at - credential.created_at == timedelta(hours=1)
            await db.execute(update(Credential).values(expires_at=now() - timedelta(seconds=1)))
        answer = await server.browser().post(RESET, json={"token": token, "new_password": NEW})
        assert (answer.status_code, answer.json()["code"]) == (410, "reset_expired")

    @pytest.mark.parametrize(("dead", "code"), [("expired", "mail_reset_expired"), ("revoked", "mail_reset_revoked")])
    async def test_reset_mail_is_cancelled_when_its_link_is_dead(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server, dead: str, code: str
    ) -> None:
        """The mail server was down for an hour, or the password was changed meanwhile."""
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await server.browser().post(ASK, json={"username": "1001"})
            await work_off(server)
            ends = {"expires_at": now() + timedelta(seconds=90)} if dead == "expired" else {"revoked_at": now()}
            async with server.database.transaction() as db:
                await db.execute(update(Credential).values(**ends))
            async with mail_worker(server):
                [mail] = await settled(server)
        assert (mail.status, mail.error, box.mails) == ("failed", code, [])
        for language in LANGUAGES:
            assert text(language, code) != code


class TestOwn:
    async def test_password_change_revokes_an_earlier_reset_link(
        self, admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        token = await asked(server, admin)
        async with server.database.transaction() as db:
            sign_in_link = issue(db, extension.id, "web", timedelta(days=1))[1]
        await client.put(OWN, json={"current_password": PASSWORD, "new_password": NEW})
        answer = await server.browser().post(RESET, json={"token": token, "new_password": "Another-Word-5"})
        assert (answer.status_code, answer.json()["code"]) == (410, "reset_revoked")
        seen = await server.browser().post("/api/v1/credentials/inspect", json={"token": sign_in_link})
        assert seen.json()["status"] == "valid"

    async def test_password_change_signs_other_devices_out(
        self, client: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        other = await server.sign_in(extension, "mobile")
        answer = await client.put(OWN, json={"current_password": PASSWORD, "new_password": NEW})
        assert answer.json() == {"sessions_ended": 1}
        assert (await client.get("/api/v1/client/session")).status_code == 200
        assert (await other.get("/api/v1/client/session")).json()["reason"] == "password_changed"
        assert (await sign_in(server, NEW)).status_code == 201

    @pytest.mark.parametrize(
        ("new", "code"), [("Zhang-1001-Horse", "password_contains_number"), ("nodigitshere", "password_needs_digit")]
    )
    async def test_new_password_must_fulfil_the_rules(self, client: httpx.AsyncClient, new: str, code: str) -> None:
        answer = await client.put(OWN, json={"current_password": PASSWORD, "new_password": new})
        assert answer.json()["fields"]["new_password"]["code"] == code

    async def test_present_password_is_required_and_guesses_are_limited(self, client: httpx.AsyncClient) -> None:
        given: dict[str, Any] = {"current_password": "Wrong-Horse-7", "new_password": NEW}
        for _ in range(5):
            answer = await client.put(OWN, json=given)
            assert answer.json()["fields"]["current_password"]["code"] == "current_password_wrong"
        assert (await client.put(OWN, json=given)).status_code == 429

    async def test_user_must_change_a_password_that_an_administrator_chose(self, server: Server) -> None:
        extension = await server.make_extension("1004", password_set_by="administrator")
        async with server.database.transaction() as db:
            token = issue(db, extension.id, "web", timedelta(days=1))[1]
        browser = server.browser()
        await browser.post("/api/v1/credentials/redeem", json={"token": token})
        me = (await browser.get("/api/v1/client/session")).json()
        assert (me["must_change_password"], me["current_password_needed"]) == (True, False)
        assert (await browser.put(OWN, json={"new_password": NEW})).status_code == 200
        me = (await browser.get("/api/v1/client/session")).json()
        assert (me["must_change_password"], me["current_password_needed"]) == (False, True)
        answer = await browser.put(OWN, json={"new_password": "Another-Word-5"})
        assert answer.json()["fields"]["current_password"]["code"] == "current_password_wrong"

    async def test_present_password_is_required_for_a_change_by_hand(self, server: Server) -> None:
        await server.make_extension("1004", password_set_by="administrator")
        browser = server.browser()
        await browser.post("/api/v1/sessions", json={"username": "1004", "password": PASSWORD})
        me = (await browser.get("/api/v1/client/session")).json()
        assert (me["must_change_password"], me["current_password_needed"]) == (True, True)
        assert (await browser.put(OWN, json={"new_password": NEW})).status_code == 422

    async def test_administrators_change_revokes_sent_links(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        async with server.database.transaction() as db:
            token = issue(db, extension.id, "web", timedelta(days=1))[1]
        given = {"number": "1001", "first_name": "伟", "linkus_enabled": True, "user_password": NEW, "version": 1}
        changed = await admin.put(f"/api/v1/admin/extensions/{extension.id}", json=given)
        assert changed.status_code == 200
        answer = await server.browser().post("/api/v1/credentials/redeem", json={"token": token})
        assert answer.json()["code"] == "credential_revoked"
