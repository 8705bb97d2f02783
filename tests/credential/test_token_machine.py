"""One-time login links against a model: whatever administrators and users do, each signs in at most once, and reports
its state."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import httpx
import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import func, select, update

from linkus.credential.links import CLIENT_KINDS
from linkus.kit.clock import now
from linkus.kit.secrets import hash_token
from linkus.mail.models import MailMessage
from linkus.session.models import Session
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from tests.mail.worker import account
from tests.support.api import Server
from tests.support.machine import Run, run_machine

pytestmark = pytest.mark.slow

API = "/api/v1"
CONCURRENT_REQUESTS = 3
# one rule for all events of links: hypothesis omits some rules for a whole run, and these depend on each other
FATES = ["look", "look", "redeem", "redeem", "revoke", "expire", "off", "on", "delete", "password", "send again"]


@dataclass
class Link:
    """The model's state of a token."""

    extension_id: int
    kind: str
    mail_id: int | None = None
    used: bool = False
    revoked: bool = False
    expired: bool = False
    gone: bool = False  # deleted with its extension; SQLite may reuse the id for the next extension

    def spend(self) -> None:
        self.revoked = self.revoked or not self.used


class TokenMachine(RuleBasedStateMachine):
    def __init__(self, server: Server, run: Run) -> None:
        super().__init__()
        self.server, self.run = server, run
        self.links: dict[str, Link] = {}
        self.enabled: dict[int, bool] = {}  # by id, for existing extensions
        self.signed_in: Counter[int] = Counter()
        self.passwords = self.added = 0
        run(server.clean())
        self.admin: httpx.AsyncClient = run(self._begin())
        self.anybody = server.browser()

    async def _begin(self) -> httpx.AsyncClient:
        admin = await self.server.sign_in(await self.server.make_administrator())
        await admin.put(f"{API}/admin/mail-server", json=account(25))  # nobody sends: the links are read when queued
        return admin

    def call(self, method: str, path: str, body: object = None) -> httpx.Response:
        answer: httpx.Response = self.run(self.admin.request(method, API + path, json=body))
        return answer

    @initialize()
    def two_extensions(self) -> None:
        self.add_extension()
        self.add_extension()

    @rule()
    def add_extension(self) -> None:
        self.added += 1
        made: Extension = self.run(self.server.make_extension(email=f"u{self.added}@example.cn"))
        self.enabled[made.id] = True

    @rule(which=st.integers(0, 99), kind=st.sampled_from(CLIENT_KINDS))
    def show_a_code(self, which: int, kind: str) -> None:
        if (id_ := self._extension(which)) is None:
            return
        answer = self.call("POST", f"/admin/extensions/{id_}/credential", {"client_kind": kind})
        assert answer.status_code == (201 if self.enabled[id_] else 409)
        if self.enabled[id_]:
            self._spend(lambda link: (link.extension_id, link.kind, link.mail_id) == (id_, kind, None))
            self.links[answer.json()["link"].partition("#t=")[2]] = Link(id_, kind)

    @rule(which=st.integers(0, 99))
    def send_a_mail(self, which: int) -> None:
        if (id_ := self._extension(which)) is not None:
            queued = self.call("POST", "/admin/welcome-mails", {"extension_ids": [id_]}).json()["queued"]
            assert queued == self.enabled[id_]
            if queued:
                self._spend_mails(id_)
            self._learn_mails()

    @rule(which=st.integers(0, 999), fate=st.sampled_from(FATES))
    def befalls(self, which: int, fate: str) -> None:
        if not self.links:
            return self.show_a_code(which, "web")
        token = list(self.links)[which % len(self.links)]
        {
            "look": self.look, "redeem": self.redeem, "revoke": self.revoke, "expire": self.expire,
            "off": lambda one: self.switch(one, enabled=False), "on": lambda one: self.switch(one, enabled=True),
            "delete": self.delete, "password": self.new_password, "send again": self.send_again,
        }[fate](token)  # fmt: skip
        return None

    def look(self, token: str) -> None:
        for _ in range(2):
            seen = self.run(self.anybody.post(f"{API}/credentials/inspect", json={"token": token})).json()
            assert seen["status"] == self.status(token)

    def redeem(self, token: str) -> None:
        """Redeem it three times in parallel. One wins while the link is valid."""
        status, link = self.status(token), self.links[token]

        async def race() -> list[httpx.Response]:
            body = {"token": token, "transport": "bearer"}
            tries = [self.anybody.post(f"{API}/credentials/redeem", json=body) for _ in range(CONCURRENT_REQUESTS)]
            return list(await asyncio.gather(*tries))

        answers: list[httpx.Response] = self.run(race())
        won = [answer for answer in answers if answer.status_code == 201]
        assert len(won) == (status == "valid")
        for answer in answers:
            if answer not in won:
                expected = "used" if status == "valid" else status
                assert (answer.status_code, answer.json()["code"]) == (
                    404 if expected == "unknown" else 410,
                    f"credential_{expected}",
                )
        if won:
            link.used = True
            self.signed_in[link.extension_id] += 1
            bearer = {"Authorization": f"Bearer {won[0].json()['token']}"}
            me = self.run(self.server.browser().get(f"{API}/client/session", headers=bearer)).json()
            assert (me["extension"]["id"], me["client_kind"]) == (link.extension_id, link.kind)

    def revoke(self, token: str) -> None:
        """Revoke the mail that the link came with. A code on the screen has none."""
        mail_id = self.links[token].mail_id
        if mail_id is not None:
            self.call("POST", "/admin/welcome-mails/revoke", {"ids": [mail_id]})
            self._spend(lambda link: link.mail_id == mail_id)

    def send_again(self, token: str) -> None:
        link = self.links[token]
        if link.mail_id is not None and not link.gone and self.enabled.get(link.extension_id):
            answer = self.call("POST", "/admin/welcome-mails/send-again", {"ids": [link.mail_id]})
            assert answer.json()["queued"] == 1
            self._spend_mails(link.extension_id)
            self._learn_mails()

    def expire(self, token: str) -> None:
        async def write() -> None:
            mine = update(Credential).where(Credential.token_hash == hash_token(token))
            async with self.server.database.transaction() as db:
                await db.execute(mine.values(expires_at=now() - timedelta(seconds=1)))

        self.run(write())
        self.links[token].expired = True

    def switch(self, token: str, *, enabled: bool) -> None:
        id_ = self.links[token].extension_id
        if id_ in self.enabled:
            assert self.call("POST", "/admin/extensions/linkus", {"ids": [id_], "enabled": enabled}).is_success
            if self.enabled[id_] and not enabled:
                self._spend(lambda link: link.extension_id == id_)
            self.enabled[id_] = enabled

    def delete(self, token: str) -> None:
        id_ = self.links[token].extension_id
        if id_ in self.enabled and len(self.enabled) > 1:
            assert self.call("DELETE", f"/admin/extensions/{id_}").is_success
            del self.enabled[id_]
            self.signed_in.pop(id_, None)
            for link in self.links.values():
                link.gone = link.gone or link.extension_id == id_

    def new_password(self, token: str) -> None:
        id_ = self.links[token].extension_id
        if id_ in self.enabled:
            self.passwords += 1
            now_ = self.call("GET", f"/admin/extensions/{id_}").json()
            fields = {name: now_[name] for name in ("number", "first_name", "email", "linkus_enabled", "version")}
            changed = {**fields, "user_password": f"Better-Horse-{self.passwords}-x"}
            assert self.call("PUT", f"/admin/extensions/{id_}", changed).is_success
            self._spend(lambda link: link.extension_id == id_)

    def status(self, token: str) -> str:
        """Return the status that the link's page shows."""
        link = self.links[token]
        if link.gone:
            return "unknown"
        if link.used:
            return "used"
        if link.revoked or not self.enabled[link.extension_id]:
            return "revoked"
        return "expired" if link.expired else "valid"

    def _extension(self, which: int) -> int | None:
        return list(self.enabled)[which % len(self.enabled)] if self.enabled else None

    def _spend(self, theirs: Any) -> None:
        for link in self.links.values():
            if theirs(link):
                link.spend()

    def _spend_mails(self, extension_id: int) -> None:
        """Expire the links of earlier mails, which a new mail replaces."""
        self._spend(lambda link: link.extension_id == extension_id and link.mail_id is not None)

    def _learn_mails(self) -> None:
        """Note the links of queued mails, as they will be sent."""

        async def read() -> list[MailMessage]:
            async with self.server.database.transaction(write=False) as db:
                return list((await db.scalars(select(MailMessage))).all())

        for mail in self.run(read()):
            opened: dict[str, str] = json.loads(self.server.services.seal.open(mail.sealed_tokens or ""))
            for kind, token in opened.items():
                if token not in self.links and mail.extension_id is not None:
                    self.links[token] = Link(mail.extension_id, kind, mail.id)

    def teardown(self) -> None:
        async def read() -> tuple[int, list[str]]:
            async with self.server.database.transaction(write=False) as db:
                alive = await db.scalar(select(func.count(Session.id)).where(Session.extension_id.is_not(None)))
                return alive or 0, list((await db.scalars(select(Credential.token_hash))).all())

        sessions, stored = self.run(read())
        assert sessions == sum(count for id_, count in self.signed_in.items() if id_ in self.enabled)
        assert not set(stored) & set(self.links), "only hashes are kept"
        for token in self.links:
            self.look(token)


@pytest.mark.timeout(400)  # thousands of requests, and the machine may be busy
async def test_each_link_signs_in_once_at_the_most(server: Server) -> None:
    await run_machine(lambda run: TokenMachine(server, run), examples=10, steps=20)
