"""Programs are told of events by signed webhooks, which are tried again for a day (OV-8)."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import ssl
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from linkus.event_notification import webhook_delivery
from linkus.event_notification.notify import WEBHOOK_TOPIC
from linkus.event_notification.webhook import new_secret, signature, url_error
from linkus.event_notification.webhook_delivery import Resting
from linkus.kit.clock import now
from linkus.kit.logs import configure_logs
from linkus.kit.outbox import RetryLater
from linkus.kit.settings import BRAIN_PORT
from linkus.shared.event_log.kinds import EventKind
from tests.event_notification.receiver import Receiver, receiving
from tests.event_notification.test_notification import CONTACTS, FAILED, happen, work_off
from tests.support.api import Server, codes

PROGRAM: dict[str, Any] = {"name": "SIEM", "levels": ["warning", "alert"]}


async def add(admin: httpx.AsyncClient, receiver: Receiver, **values: Any) -> dict[str, Any]:
    answer = await admin.post(CONTACTS, json={**PROGRAM, "webhook_url": receiver.url, **values})
    assert answer.status_code == 201, answer.text
    created: dict[str, Any] = answer.json()
    return created


async def deliver(server: Server, resting: Resting | None = None) -> list[str]:
    """Send the queued webhooks once, and return the reasons of those that are to be tried again."""
    again = []
    resting = resting or Resting()
    for payload in await server.payloads(WEBHOOK_TOPIC):
        try:
            await webhook_delivery.handle(server.services, resting, payload)
        except RetryLater as error:
            again.append(str(error))
    return again


async def failure(admin: httpx.AsyncClient) -> str:
    [contact] = (await admin.get(CONTACTS)).json()["items"]
    return str(contact["last_failure"])


def is_signed(secret: str, headers: dict[str, str], body: bytes) -> bool:
    """Check a signature as the specification of Standard Webhooks tells a receiver to do."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return hmac.compare_digest(headers["webhook-signature"], f"v1,{expected}")


def test_signature_is_the_one_of_the_specification() -> None:
    """The example of the specification: secret, id, time and body with the signature that they give."""
    moment = now().fromtimestamp(1614265330, tz=now().tzinfo)
    found = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", moment, b'{"test": 2432232314}'
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_secrets_differ_and_are_long() -> None:
    assert len({new_secret() for _ in range(20)}) == 20
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://siem.example.cn/hook?token=1", None),
        ("http://192.168.1.9:8080", None),
        ("http://127.0.0.1:9999/x", None),
        ("ftp://siem.example.cn/", "webhook_url_invalid"),
        ("ftp://siem.example.cn:21/", "webhook_url_invalid"),
        ("https://", "webhook_url_invalid"),
        ("siem.example.cn", "webhook_url_invalid"),
        ("https://me:secret@siem.example.cn/", "webhook_url_invalid"),
        ("https://siem.example.cn/#part", "webhook_url_invalid"),
        ("https://siem.example.cn:99999/", "webhook_url_invalid"),
        ("https://[::1/", "webhook_url_invalid"),
        (f"http://127.1:{BRAIN_PORT}/x", "webhook_own_port"),
        (f"http://localhost.:{BRAIN_PORT}/x", "webhook_own_port"),
        (f"http://[::ffff:127.0.0.1]:{BRAIN_PORT}/x", "webhook_own_port"),
        (f"http://127。0。0。1:{BRAIN_PORT}/x", "webhook_own_port"),
        (f"http://localhost。:{BRAIN_PORT}/x", "webhook_own_port"),
        ("http://例え.テスト/x", None),
        ("http://☃.example.cn/", "webhook_url_invalid"),
        ("http://siem example.cn/", "webhook_url_invalid"),
        ("http://siem.example.cn:0/", "webhook_url_invalid"),
    ],
)
def test_addresses(url: str, code: str | None) -> None:
    error = url_error(url)
    assert (None if error is None else error.code) == code


async def test_program_gets_the_event_signed(server: Server, admin: httpx.AsyncClient) -> None:
    with receiving(Receiver()) as receiver:
        created = await add(admin, receiver, language="en")
        event = await happen(server, EventKind.TRUNK_FAILED, FAILED)
        await happen(server, EventKind.TRUNK_RECOVERED, FAILED)  # a level that the program does not get
        await work_off(server)
        assert await deliver(server) == []
    [(path, headers, body)] = receiver.requests
    assert path == "/hook"
    assert headers["content-type"] == "application/json"
    assert is_signed(created["webhook_secret"], headers, body)
    told = json.loads(body)
    assert told["type"] == "event.trunk_failed"
    assert told["data"]["text"] == "The trunk 电信 does not work: 403 Forbidden"
    assert (told["data"]["id"], told["data"]["params"], told["data"]["test"]) == (event.id, FAILED, False)


async def test_second_attempt_of_the_outbox_has_the_same_id(server: Server, admin: httpx.AsyncClient) -> None:
    with receiving(Receiver()) as receiver:
        await add(admin, receiver)
        await happen(server, EventKind.TRUNK_FAILED, FAILED)
        await work_off(server)
        await deliver(server)
        await deliver(server)
    assert len({headers["webhook-id"] for _path, headers, _body in receiver.requests}) == 1


async def test_secret_is_told_once_and_can_be_renewed(server: Server, admin: httpx.AsyncClient) -> None:
    with receiving(Receiver()) as receiver:
        created = await add(admin, receiver)
        assert created["webhook_secret"].startswith("whsec_")
        url = f"{CONTACTS}/{created['id']}"
        body = {**PROGRAM, "webhook_url": receiver.url}
        kept = (await admin.put(url, json={**body, "version": created["version"]})).json()
        assert kept["webhook_secret"] == ""
        renewed = await admin.put(url, json={**body, "renew_webhook_secret": True, "version": kept["version"]})
        secret = renewed.json()["webhook_secret"]
        assert secret not in ("", created["webhook_secret"])
        assert (await admin.post(f"{url}/test-webhook")).json() == {"arrived": True, "message": ""}
    [(_path, headers, sent)] = receiver.requests
    assert is_signed(secret, headers, sent)
    told = json.loads(sent)["data"]
    assert told["test"] is True
    # as in a real event, so that a program which accepts the example accepts those
    assert (told["id"], told["category"]) == (0, "operation")
    assert set(told["params"]) == {"username", "address"}
    log = await admin.get("/api/v1/admin/audit-log", params={"object": "notification_contact"})
    assert secret not in log.text
    assert created["webhook_secret"] not in log.text
    assert [entry["action"] for entry in log.json()["items"]] == ["changed", "created"]  # the renewal is a change


async def test_refused_webhook_is_shown_and_tried_again_for_a_day(server: Server, admin: httpx.AsyncClient) -> None:
    with receiving(Receiver(status=500)) as receiver:
        await add(admin, receiver)
        await happen(server, EventKind.TRUNK_FAILED, FAILED)
        await work_off(server)
        assert await deliver(server) == ["webhook_refused"]
        assert await failure(admin) == "127.0.0.1 返回 HTTP 500。请检查网址和接收程序。"
        [payload] = await server.payloads(WEBHOOK_TOPIC)
        late = {**payload, "tried_since": (now() - timedelta(days=1)).isoformat()}
        await webhook_delivery.handle(server.services, Resting(), late)  # gives up
        receiver.status = 200
        assert await deliver(server) == []
        assert await failure(admin) == ""
        assert len(receiver.requests) == 3


@pytest.mark.parametrize(("status", "again"), [(410, []), (302, ["webhook_refused"]), (404, ["webhook_refused"])])
async def test_other_answers(server: Server, admin: httpx.AsyncClient, status: int, again: list[str]) -> None:
    with receiving(Receiver()) as elsewhere, receiving(Receiver(status=status, location=elsewhere.url)) as receiver:
        await add(admin, receiver)
        await happen(server, EventKind.TRUNK_FAILED, FAILED)
        await work_off(server)
        assert await deliver(server) == again
    assert elsewhere.requests == []  # no redirect is followed: the body is signed for one address
    assert f"HTTP {status}" in await failure(admin)


async def test_program_that_does_not_answer(
    server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_delivery, "ANSWER_SECONDS", 0.3)
    with receiving(Receiver(seconds=1)) as receiver:
        created = await add(admin, receiver)
        slow = (await admin.post(f"{CONTACTS}/{created['id']}/test-webhook")).json()
    assert slow == {"arrived": False, "message": await failure(admin)}
    assert "没有在 10 秒内响应" in slow["message"]
    gone = (await admin.post(f"{CONTACTS}/{created['id']}/test-webhook")).json()
    assert "无法连接 127.0.0.1" in gone["message"]


async def test_events_for_an_address_that_does_not_answer_wait_without_another_attempt(
    server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook_delivery, "ANSWER_SECONDS", 0.3)
    with receiving(Receiver(seconds=1)) as slow, receiving(Receiver()) as quick:
        await add(admin, slow)
        await add(admin, quick, name="B")
        for _ in range(3):
            await happen(server, EventKind.TRUNK_FAILED, FAILED)
        await work_off(server)
        assert await deliver(server, Resting()) == ["webhook_timeout"] * 3
    assert (len(slow.requests), len(quick.requests)) == (1, 3)


async def test_webhook_of_a_contact_that_was_switched_off_or_removed_is_not_sent(
    server: Server, admin: httpx.AsyncClient
) -> None:
    with receiving(Receiver()) as receiver:
        first, second = await add(admin, receiver), await add(admin, receiver, name="B")
        await happen(server, EventKind.TRUNK_FAILED, FAILED)
        await work_off(server)
        body = {**PROGRAM, "webhook_url": receiver.url, "enabled": False, "version": first["version"]}
        await admin.put(f"{CONTACTS}/{first['id']}", json=body)
        await admin.request("DELETE", f"{CONTACTS}/{second['id']}")
        assert await deliver(server) == []
    assert receiver.requests == []


async def test_wrong_address_is_named(admin: httpx.AsyncClient) -> None:
    answer = await admin.post(CONTACTS, json={**PROGRAM, "webhook_url": "example"})
    assert codes(answer) == {"webhook_url": "webhook_url_invalid"}


async def test_mail_contact_has_no_webhook_to_test(admin: httpx.AsyncClient) -> None:
    created = (await admin.post(CONTACTS, json={**PROGRAM, "email": "a@example.cn"})).json()
    assert (created["webhook_url"], created["webhook_secret"]) == ("", "")
    answer = await admin.post(f"{CONTACTS}/{created['id']}/test-webhook")
    assert (answer.status_code, answer.json()["code"]) == (409, "contact_no_webhook")


async def test_outcome_says_nothing_of_an_address_that_came_meanwhile(server: Server, admin: httpx.AsyncClient) -> None:
    with receiving(Receiver(seconds=1, status=500)) as receiver:
        created = await add(admin, receiver)
        url = f"{CONTACTS}/{created['id']}"
        test = asyncio.create_task(admin.post(f"{url}/test-webhook"))
        async with asyncio.timeout(5):
            while not receiver.requests:
                await asyncio.sleep(0.02)
        body = {**PROGRAM, "webhook_url": "https://siem.example.cn/", "version": created["version"]}
        assert (await admin.put(url, json=body)).status_code == 200
        assert "HTTP 500" in (await test).json()["message"]
    assert await failure(admin) == ""


async def test_address_is_in_no_log(admin: httpx.AsyncClient, tmp_path: Path) -> None:
    """Its query may be the receiver's secret."""
    root = logging.getLogger()
    before, level = list(root.handlers), root.level
    path = tmp_path / "linkus.log"
    configure_logs(path=path)
    try:
        with receiving(Receiver()) as receiver:
            created = await add(admin, receiver, webhook_url=f"{receiver.url}?token=Kx7Secret")
            await admin.post(f"{CONTACTS}/{created['id']}/test-webhook")
        assert len(receiver.requests) == 1
    finally:
        for handler in root.handlers:
            handler.close()
        root.handlers[:] = before
        root.setLevel(level)
    assert "Kx7Secret" not in path.read_text()


async def test_authorities_of_the_machine_are_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    """A company's own authority is installed once, and counts for mails and webhooks."""
    loaded: list[object] = []
    monkeypatch.setattr(ssl.SSLContext, "load_default_certs", lambda *_values: loaded.append(1))
    webhook_delivery._tls.cache_clear()
    with receiving(Receiver()) as receiver:
        for _ in range(2):
            assert await webhook_delivery.send(webhook_delivery.Outgoing(receiver.url, {}, b"{}")) is None
    webhook_delivery._tls.cache_clear()
    assert loaded == [1]
