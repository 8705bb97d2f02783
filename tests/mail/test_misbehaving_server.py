"""The outbox with a mail server that refuses, hangs, drops in mid-message, is slow, or is down.

Each test checks the list of mails, that nothing is lost or doubled, and the event Default SMTP Server Error.
"""

from __future__ import annotations

import asyncio
import contextlib
import email
import email.policy
import re
import socket
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import httpx
import pytest

from linkus.kit import outbox
from linkus.kit.bus import PORTAL
from linkus.mail import outcome, pool, sender, transport
from linkus.mail.tasks import mail_sender
from tests.mail.faulty_server import BODY, DROP, END, GREETING, HANG, FaultyServer, run_faulty_server
from tests.mail.outages import event_kinds, events, mail_part
from tests.mail.smtp import HOST
from tests.mail.worker import account, mail_worker, mails, settled, until
from tests.support.api import Server, frames

pytestmark = pytest.mark.slow

URL = "/api/v1/admin/welcome-mails"


@pytest.fixture(autouse=True)
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    """Retry after 0.2 s, 0.4 s, 0.8 s, ... instead of seconds, because the times are tested elsewhere."""
    monkeypatch.setattr(outbox, "MIN_RETRY_DELAY", timedelta(milliseconds=200))


async def extensions(server: Server, count: int) -> list[int]:
    return [(await server.make_extension(str(3000 + n), email=f"u{n}@example.cn")).id for n in range(count)]


async def queue(server: Server, admin: httpx.AsyncClient, port: int, count: int) -> None:
    ids = await extensions(server, count)
    assert (await admin.put("/api/v1/admin/mail-server", json=account(port))).status_code == 200
    answer = await admin.post(URL, json={"extension_ids": ids})
    assert answer.json()["queued"] == count


def accepted(server: FaultyServer) -> Counter[str]:
    messages = [email.message_from_bytes(content, policy=email.policy.SMTP) for content in server.accepted]
    return Counter(str(mail["To"]) for mail in messages)


def each_once(count: int) -> Counter[str]:
    return Counter({f"u{n}@example.cn": 1 for n in range(count)})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@contextlib.asynccontextmanager
async def eager_worker(server: Server) -> AsyncIterator[None]:
    """Wake the worker for each retry that is due, because it looks only every few seconds."""

    async def wake() -> None:
        while True:
            await asyncio.sleep(0.1)
            server.services.outbox.wake("mail.send")

    waking = asyncio.create_task(wake())
    try:
        async with mail_worker(server):
            yield
    finally:
        waking.cancel()


def gbk(text: str) -> str:
    """Return what a Chinese server sends, with its bytes as surrogates."""
    return text.encode("gbk").decode("utf-8", "surrogateescape")


async def send_test(admin: httpx.AsyncClient, port: int) -> dict[str, Any]:
    values = {name: value for name, value in account(port).items() if name != "version"}
    answer = await admin.post("/api/v1/admin/mail-server/test", json={**values, "recipient": "boss@example.cn"})
    assert answer.status_code == 200, answer.text
    tried: dict[str, Any] = answer.json()
    return tried


async def test_mail_is_sent_once_to_a_server_that_answers_in_gbk(admin: httpx.AsyncClient, server: Server) -> None:
    box = FaultyServer(acceptance=gbk("250 用户邮件已接收"))
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 5)
        found = await settled(server)
        await asyncio.sleep(1)  # several times as long as until a retry
    assert accepted(box) == each_once(5)
    assert {(mail.status, mail.server_answer) for mail in found} == {("sent", "250 用户邮件已接收")}


async def test_refusal_in_gbk_is_shown(admin: httpx.AsyncClient, server: Server) -> None:
    box = FaultyServer(lambda moment, _count: gbk("550 用户不存在\x00\x1b[31m") if moment == "RCPT" else None)
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 1)
        [mail] = await settled(server)
        tried = await send_test(admin, box.port)
    assert mail.status == "failed"
    assert mail.server_answer.startswith("550 用户不存在")
    assert mail.server_answer.isprintable()
    assert tried["server_answer"].startswith("550 用户不存在")


async def test_test_mail_does_not_wait_for_a_server_that_ignores_quit(
    admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "QUIT_SECONDS", 0.2)
    box = FaultyServer(lambda moment, _count: HANG if moment == "QUIT" else None)
    async with run_faulty_server(box), asyncio.timeout(transport.COMMAND_TIMEOUT_SECONDS / 2):
        tried = await send_test(admin, box.port)
    assert tried["ok"] is True


@pytest.mark.parametrize(
    ("moment", "answer", "code"),
    [
        (GREETING, "554 5.3.2 no service here", "mail_server_refused"),
        ("MAIL", "451 4.7.1 sender not now", "mail_sender_refused"),
        (END, "421 4.3.2 shutting down", "mail_content_refused"),
    ],
)
async def test_mails_go_out_once_a_refusing_server_accepts_again(
    admin: httpx.AsyncClient, server: Server, moment: str, answer: str, code: str
) -> None:
    portal = server.listen(PORTAL)
    refusing = True
    box = FaultyServer(lambda now, _count: answer if refusing and now == moment else None)
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 10)
        await until(server, lambda found: any(mail.attempts for mail in found))
        async with asyncio.timeout(10):
            while not await events(admin):
                await asyncio.sleep(0.05)
        [event] = await events(admin)
        assert (event["kind"], event["level"], event["name"]) == ("smtp_server_error", "alert", "默认邮件服务器异常")
        assert answer in event["text"]
        assert event["params"]["reason_code"] == code
        part = await mail_part(admin)
        assert part is not None
        assert (part["state"], answer in part["message"]) == ("failed", True)
        shown = (await admin.get("/api/v1/admin/mail-server")).json()["outage"]
        assert answer in shown["message"]
        assert (await server.browser().get("/readyz")).status_code == 200
        waiting = (await admin.get(URL)).json()["items"]
        assert {item["status"] for item in waiting} <= {"queued", "sending"}
        assert any(answer == item["server_answer"] for item in waiting)
        # the others were not tried in vain, one after the other
        assert sum(mail.attempts for mail in await mails(server)) < 10

        refusing = False
        await settled(server, 30)

    assert accepted(box) == each_once(10)
    assert {mail.status for mail in await mails(server)} == {"sent"}
    assert await event_kinds(admin) == ["smtp_server_error", "smtp_server_recovered"]
    assert (await mail_part(admin) or {})["state"] == "ready"
    assert (await admin.get("/api/v1/admin/mail-server")).json()["outage"] is None
    logged = [frame["kind"] for frame in frames(portal) if frame["type"] == "event.logged"]
    assert logged == ["smtp_server_error", "smtp_server_recovered"]


async def test_sender_refused_for_good_fails_one_mail_and_not_all(admin: httpx.AsyncClient, server: Server) -> None:
    refusing = True
    box = FaultyServer(lambda now, _count: "553 5.7.1 not your address" if refusing and now == "MAIL" else None)
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 20)
        await until(server, lambda found: any(mail.status == "failed" for mail in found))
        refusing = False
        await settled(server, 30)
    failed = [mail for mail in await mails(server) if mail.status == "failed"]
    assert 1 <= len(failed) < 10
    assert {mail.server_answer for mail in failed} == {"553 5.7.1 not your address"}
    assert sum(accepted(box).values()) == 20 - len(failed)
    assert await event_kinds(admin) == ["smtp_server_error", "smtp_server_recovered"]


async def test_refused_recipient_is_no_outage(admin: httpx.AsyncClient, server: Server) -> None:
    box = FaultyServer(lambda now, count: "550 5.1.1 no such user" if now == "RCPT" and count == 0 else None)
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 1)
        [mail] = await settled(server)
    assert mail.status == "failed"
    assert await events(admin) == []


@pytest.mark.parametrize("moment", [GREETING, "EHLO", "DATA", BODY, END])
async def test_mails_go_out_once_a_hanging_server_answers_again(
    admin: httpx.AsyncClient, server: Server, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "COMMAND_TIMEOUT_SECONDS", 0.5)
    monkeypatch.setattr(pool, "MAX_ANSWER_SECONDS", 0.5)
    hanging = True
    box = FaultyServer(lambda now, _count: HANG if hanging and now == moment else None)
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 8)
        await until(server, lambda found: any(mail.attempts for mail in found))
        [event] = await events(admin)
        assert event["params"]["reason_code"] == "mail_timeout"
        hanging = False
        await settled(server, 30)
    assert accepted(box) == each_once(8)
    assert await event_kinds(admin) == ["smtp_server_error", "smtp_server_recovered"]


async def test_server_that_checks_a_mail_for_long_gets_it_once(
    admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Giving up after the whole mail was sent means to send it twice (RFC 1047)."""
    monkeypatch.setattr(transport, "COMMAND_TIMEOUT_SECONDS", 0.2)
    box = FaultyServer(checks_mail_seconds=1.0)
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 2)
        found = await settled(server, 30)
    assert [(mail.status, mail.attempts) for mail in found] == [("sent", 1)] * 2
    assert accepted(box) == each_once(2)


async def test_mail_is_resent_when_the_server_drops_in_mid_message(admin: httpx.AsyncClient, server: Server) -> None:
    drops = iter([DROP] * 3)
    box = FaultyServer(lambda now, _count: next(drops, None) if now == BODY else None)
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 12)
        await settled(server, 30)
    assert accepted(box) == each_once(12)
    tried = [mail.attempts for mail in await mails(server)]
    assert sum(tried) == 12 + 3
    kinds = await event_kinds(admin)
    assert kinds[0] == "smtp_server_error"
    assert kinds == ["smtp_server_error", "smtp_server_recovered"] * (len(kinds) // 2)


async def test_mails_wait_for_a_slow_server(admin: httpx.AsyncClient, server: Server) -> None:
    box = FaultyServer(pause=0.15)
    async with run_faulty_server(box), eager_worker(server):
        await queue(server, admin, box.port, 12)
        await settled(server, 60)
    assert accepted(box) == each_once(12)
    assert {mail.attempts for mail in await mails(server)} == {1}
    assert await events(admin) == []


async def test_mail_is_not_sent_twice_when_the_server_stops_after_sending(
    admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outcome, "BATCH_SECONDS", 1.0)  # outcomes wait so long to be written in one batch
    box = FaultyServer()
    async with run_faulty_server(box):
        await queue(server, admin, box.port, 3)
        async with mail_worker(server), asyncio.timeout(10):
            while sum(accepted(box).values()) < 3:
                await asyncio.sleep(0.01)
            await asyncio.sleep(0.2)  # the answers have been read, and nothing is written yet
            assert {mail.status for mail in await mails(server)} == {"sending"}
        assert {mail.status for mail in await mails(server)} == {"sent"}
        async with mail_worker(server), asyncio.timeout(10):
            while await server.outbox("mail.send"):
                await asyncio.sleep(0.02)
        assert accepted(box) == each_once(3)


async def test_connection_closed_while_idle_is_no_outage(admin: httpx.AsyncClient, server: Server) -> None:
    """Servers close idle connections, with an answer (421) or without one."""
    stale = {1: "421 4.4.2 idle for too long", 2: DROP}  # before the second mail and before the third, once each
    box = FaultyServer(lambda now, count: stale.pop(count, None) if now == "MAIL" else None)
    async with run_faulty_server(box), eager_worker(server):
        ids = await extensions(server, 3)
        await admin.put("/api/v1/admin/mail-server", json=account(box.port))
        for extension_id in ids:
            await admin.post(URL, json={"extension_ids": [extension_id]})
            await settled(server)
    assert accepted(box) == each_once(3)
    assert {mail.attempts for mail in await mails(server)} == {1}
    assert box.connections == 3
    assert await events(admin) == []


async def test_mails_are_retried_immediately_when_the_settings_change(admin: httpx.AsyncClient, server: Server) -> None:
    """Mails must not wait a quarter of an hour after the administrator has corrected the address."""
    async with run_faulty_server(FaultyServer()) as box, mail_worker(server):
        await queue(server, admin, free_port(), 5)
        await until(server, lambda found: sum(mail.attempts for mail in found) >= 2)
        assert (await events(admin))[0]["params"]["reason_code"] == "mail_connection_refused"
        assert (await mail_part(admin) or {})["state"] == "failed"
        version = (await admin.get("/api/v1/admin/mail-server")).json()["version"]
        saved = await admin.put("/api/v1/admin/mail-server", json=account(box.port, version))
        assert saved.json()["outage"] is None  # that was the other server
        await settled(server, 8)
    assert accepted(box) == each_once(5)
    assert await event_kinds(admin) == ["smtp_server_error", "smtp_server_recovered"]


async def test_mail_is_postponed_when_the_server_fails_while_it_waits_for_a_connection(
    admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sender, "MAX_CONNECTIONS", 1)
    box = FaultyServer(lambda now, _count: "421 4.3.2 shutting down" if now == "MAIL" else None)
    async with run_faulty_server(box), mail_sender(server.services) as sending:
        await queue(server, admin, box.port, 3)
        rows = await server.payloads("mail.send")
        outcomes = await asyncio.gather(*(sending.handle(row) for row in rows), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [outbox.RetryLater] * 3
    assert sorted(mail.attempts for mail in await mails(server)) == [0, 0, 1]
    assert {mail.status for mail in await mails(server)} == {"queued"}
    assert box.connections == 1


async def test_failure_of_a_second_server_is_an_outage_of_its_own(admin: httpx.AsyncClient, server: Server) -> None:
    first, second = free_port(), free_port()
    async with eager_worker(server):
        await queue(server, admin, first, 2)
        await until(server, lambda found: any(mail.attempts for mail in found))
        version = (await admin.get("/api/v1/admin/mail-server")).json()["version"]
        await admin.put("/api/v1/admin/mail-server", json=account(second, version))
        async with asyncio.timeout(10):
            while (await admin.get("/api/v1/admin/mail-server")).json()["outage"] is None:
                await asyncio.sleep(0.05)
    assert [event["params"]["port"] for event in await events(admin)] == [first, second]
    part = await mail_part(admin) or {}
    assert (part["state"], str(second) in part["message"]) == ("failed", True)


async def test_successful_test_mail_ends_the_outage(admin: httpx.AsyncClient, server: Server) -> None:
    port = free_port()
    async with mail_worker(server):
        await queue(server, admin, port, 1)
        await until(server, lambda found: found[0].attempts >= 1)
    box = FaultyServer()
    async with run_faulty_server(box, port):
        given = {name: value for name, value in account(port).items() if name != "version"}
        tried = await admin.post("/api/v1/admin/mail-server/test", json={**given, "recipient": "boss@example.cn"})
        assert tried.json()["ok"], tried.text
        assert await event_kinds(admin) == ["smtp_server_error", "smtp_server_recovered"]
        async with mail_worker(server):
            await settled(server, 8)
    assert len(box.accepted) == 2


async def test_outage_is_reported_once_over_a_restart(admin: httpx.AsyncClient, server: Server) -> None:
    port = free_port()
    async with mail_worker(server):
        await queue(server, admin, port, 3)
        await until(server, lambda found: any(mail.attempts for mail in found))
    async with eager_worker(server):
        before = sum(mail.attempts for mail in await mails(server))
        await until(server, lambda found: sum(mail.attempts for mail in found) > before)
        assert await event_kinds(admin) == ["smtp_server_error"]
    async with run_faulty_server(FaultyServer(), port) as box, eager_worker(server):
        await settled(server, 30)
    assert accepted(box) == each_once(3)
    assert await event_kinds(admin) == ["smtp_server_error", "smtp_server_recovered"]


async def test_outage_is_described_in_the_readers_language(admin: httpx.AsyncClient, server: Server) -> None:
    async with mail_worker(server):
        await queue(server, admin, free_port(), 1)
        await until(server, lambda found: found[0].attempts >= 1)
    for language, pattern in (("zh-CN", "拒绝了端口"), ("en", "refuses connections on port")):
        view = (await admin.get("/api/v1/admin/mail-server", headers={"Accept-Language": language})).json()
        assert re.search(pattern, view["outage"]["message"])
