from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.mail.token_bucket import TokenBucket
from linkus.shared.models.extension import Extension
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, until
from tests.support.api import Server

pytestmark = pytest.mark.slow


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += max(seconds, 1e-6)


async def sent_at(limit: int, mails: int, pauses: list[float]) -> list[float]:
    clock, times = Clock(), []
    bucket = TokenBucket(clock, clock.sleep)
    bucket.set_limit(limit)
    for number in range(mails):
        clock.now += pauses[number % len(pauses)]
        while bucket.available(1) == 0:
            await bucket.wait(5.0)
        bucket.spend()
        times.append(clock.now)
    return times


@given(limit=st.integers(1, 300), pauses=st.lists(st.floats(0, 90), min_size=1, max_size=5))
async def test_bucket_keeps_every_minute_within_the_limit(limit: int, pauses: list[float]) -> None:
    times = await sent_at(limit, min(limit * 2 + 3, 200), pauses)
    for first, moment in enumerate(times):
        assert sum(1 for other in times[first:] if other < moment + 59.99) <= limit


async def test_bucket_uses_most_of_the_limit() -> None:
    times = await sent_at(60, 300, [0.0])
    assert times[-1] - times[0] < 60 * 5 * 1.2


async def test_bucket_always_has_tokens_without_a_limit() -> None:
    bucket = TokenBucket()
    for _ in range(1000):
        assert bucket.available(4) == 4
        bucket.spend()


async def test_worker_obeys_the_limit_and_its_change(
    admin: httpx.AsyncClient, extension: Extension, server: Server
) -> None:
    other = await server.make_extension("1002", email="b@example.cn")
    async with mail_server(Mailbox()) as box:
        saved = await admin.put("/api/v1/admin/mail-server", json={**account(box.port), "mails_per_minute": 1})
        assert saved.json()["mails_per_minute"] == 1
        await admin.post("/api/v1/admin/welcome-mails", json={"extension_ids": [extension.id, other.id]})
        async with mail_worker(server):
            await until(server, lambda found: any(mail.status == "sent" for mail in found))
            with pytest.raises(TimeoutError):
                await until(server, lambda found: all(mail.status == "sent" for mail in found), seconds=1.5)
            assert len(box.mails) == 1
            await admin.put("/api/v1/admin/mail-server", json=account(box.port, saved.json()["version"]))
            await until(server, lambda found: all(mail.status == "sent" for mail in found))


def test_bucket_reserves_tokens_for_mails_in_flight() -> None:
    bucket = TokenBucket(lambda: 0.0)
    bucket.set_limit(100)  # holds ten
    assert bucket.available(64, in_flight=4) == 6
    assert bucket.available(64, in_flight=12) == 0
    bucket.set_limit(0)
    assert bucket.available(64, in_flight=12) == 64
