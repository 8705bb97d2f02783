"""`linkus serve` is killed in the middle of a hundred welcome mails: all arrive, and every link works."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from aiosmtpd.smtp import SMTP, Envelope
from aiosmtpd.smtp import Session as SmtpSession
from sqlalchemy import select, update

from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.outbox import OutboxRow
from linkus.kit.settings import BRAIN_PORT, Settings
from linkus.mail.models import MailMessage
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account
from tests.runtime.conftest import HOST
from tests.support.postgres import create_database
from tests.walk.server import Server
from tests.welcome_mail.mails import parts, tokens

pytestmark = pytest.mark.timeout(240)
COUNT = 100
KILLS = {"sqlite": 2, "postgresql": 1}  # each costs a start
chance = random.Random()  # noqa: S311 - no secrets
PASSWORD = "Correct-Horse-7"
TIMEOUT_SECONDS = 60  # a start takes two on an idle machine


class SlowMailbox(Mailbox):
    """Takes a moment for each mail, before and after accepting it, so that a kill hits mails in every state."""

    async def handle_DATA(self, server: SMTP, session: SmtpSession, envelope: Envelope) -> str:  # noqa: N802
        await asyncio.sleep(chance.uniform(0, 0.02))
        answer = await super().handle_DATA(server, session, envelope)
        await asyncio.sleep(chance.uniform(0, 0.02))
        return answer


class Brain:
    """Runs `linkus serve` without the engine, and has its database and the administrator's API client."""

    def __init__(self, home: Path, database_url: str, kills: int) -> None:
        self.kills = kills
        self._environment = {
            "LINKUS_ENGINE": "off",
            "LINKUS_DATABASE_URL": database_url,
            "LINKUS_ADMIN_USERNAME": "admin",
            "LINKUS_ADMIN_PASSWORD": PASSWORD,
        }
        self._home = home
        self.database = Database(Settings(home=home, database_url=database_url).database)
        self.http = httpx.AsyncClient(base_url=f"http://{HOST}:{BRAIN_PORT}/api/v1", timeout=TIMEOUT_SECONDS)

    async def start(self) -> None:
        self.server = Server(self._home, HOST, **self._environment)
        async with asyncio.timeout(TIMEOUT_SECONDS):
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await self.http.get("/system/info")).is_success:
                        return
                assert self.server.is_running, self.server.lines
                await asyncio.sleep(0.05)

    async def sign_in(self) -> None:
        given = {"username": "admin", "password": PASSWORD, "transport": "bearer"}
        token = (await self.call("POST", "/sessions", given))["token"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    async def call(self, method: str, path: str, body: object = None) -> Any:
        answer = await self.http.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def kill(self) -> set[int]:
        """Kill it. Return the mails that were in flight."""
        await asyncio.to_thread(self.server.kill)
        async with self.database.transaction() as db:
            rows = (await db.scalars(select(OutboxRow).where(OutboxRow.leased))).all()
            if not self.database.is_sqlite:  # let the two minutes of their lease pass
                await db.execute(update(OutboxRow).where(OutboxRow.leased).values(due_at=now()))
        return {row.payload["mail_id"] for row in rows}


@pytest.fixture(params=list(KILLS))
async def brain(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Brain]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'linkus.db'}"
    else:
        url = create_database(request.getfixturevalue("postgres"), "crash")
    brain = Brain(tmp_path, url, KILLS[request.param])
    await brain.start()
    try:
        await brain.sign_in()
        yield brain
    finally:
        assert await asyncio.to_thread(brain.server.stop) == []
        await brain.http.aclose()
        await brain.database.close()


async def arrived(box: Mailbox, count: int) -> None:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while len(box.mails) < count:
            await asyncio.sleep(0.001)


async def all_sent(brain: Brain) -> list[dict[str, Any]]:
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while True:
            rows: list[dict[str, Any]] = (await brain.call("GET", f"/admin/welcome-mails?page_size={COUNT}"))["items"]
            if {row["status"] for row in rows} == {"sent"}:
                return rows
            await asyncio.sleep(0.05)


async def test_killed_in_the_middle_nothing_is_lost_and_every_link_works(brain: Brain) -> None:
    many = {
        "from_number": "2001", "count": COUNT, "first_name_pattern": "F{number}", "linkus_enabled": True,
        "email_pattern": "u{number}@example.cn",
    }  # fmt: skip
    await brain.call("POST", "/admin/extensions/bulk", many)
    ids = [one["id"] for one in (await brain.call("GET", f"/admin/extensions?page_size={COUNT}"))["items"]]
    async with mail_server(SlowMailbox()) as box:
        await brain.call("PUT", "/admin/mail-server", account(box.port))
        assert (await brain.call("POST", "/admin/welcome-mails", {"extension_ids": ids}))["queued"] == COUNT
        in_hand: list[set[int]] = []
        for life in range(brain.kills):  # each run sends some and leaves some
            begin, end = COUNT * life // brain.kills, COUNT * (life + 1) // brain.kills
            await arrived(box, chance.randint(begin + 1, end - 10))
            in_hand.append(await brain.kill())
            await brain.start()
        rows = await all_sent(brain)

    assert len(rows) == COUNT
    assert all(in_hand), "each kill came while mails were under way"
    async with brain.database.transaction(write=False) as db:
        id_of = {f"<{mail.message_id}@example.cn>": mail.id for mail in await db.scalars(select(MailMessage))}
        assert (await db.scalars(select(OutboxRow).where(OutboxRow.topic == "mail.send"))).all() == []
    copies = Counter(id_of[mail["Message-ID"]] for mail in box.mails)
    assert set(copies) == {row["id"] for row in rows}, "all arrived"
    for mail, count in copies.items():
        assert count <= 1 + sum(mail in hand for hand in in_hand), "more copies than kills that it was in hand at"

    links = {mail["Message-ID"]: tokens(parts(mail)[0]) for mail in box.mails}
    for mail in box.mails:
        assert tokens(parts(mail)[0]) == links[mail["Message-ID"]], "a copy is the same mail"
    every = [token for each in links.values() for token in each.values()]
    looks = [brain.call("POST", "/credentials/inspect", {"token": token}) for token in every]
    assert [answer["status"] for answer in await asyncio.gather(*looks)] == ["valid"] * (3 * COUNT)
    for each in list(links.values())[:10]:
        await brain.call("POST", "/credentials/redeem", {"token": each["web"], "transport": "bearer"})
    rows = (await brain.call("GET", f"/admin/welcome-mails?page_size={COUNT}"))["items"]
    assert Counter(row["status"] for row in rows) == {"used": 10, "opened": COUNT - 10}
