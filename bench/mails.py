"""Measures how fast the queue of welcome mails is sent, against sending the same bytes directly."""

import asyncio
import itertools
import time
from collections.abc import Iterator

import aiosmtplib
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.figures import Figure
from bench.instance import PEERS, Instance
from bench.processes import cpu_ms, pss_mb
from linkus.credential.tasks import LEARN_DELAY_SECONDS

PORT = 2525
COUNT = 1000
LIMIT_S = 5  # for COUNT mails
MANY_MAILS = 10_000
GROWTH_LIMIT_MB = 60  # the mails in flight and the list of ids; ten thousand built mails would take 150 MB
MANY_MAILS_TIMEOUT_SECONDS = 300
CALM_SECONDS, CALM_MS = 180, 50  # wait at most so long, until CPU time per second is below this
FIRST_NUMBER, FIRST_OF_MANY = 30001, 40001


class Sink:
    """Keeps received mails and their times."""

    def __init__(self) -> None:
        self.keep = True
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.times: list[float] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        if self.keep:
            self.mails.append((envelope.mail_from or "", envelope.rcpt_tos, data))
        self.times.append(time.monotonic())
        return "250 2.0.0 kept"


def welcome_mails(instance: Instance) -> Iterator[Figure]:
    sink = Sink()
    controller = Controller(sink, hostname=PEERS, port=PORT)
    controller.start()
    try:
        _set_mail_server(instance)
        ids = _extensions(instance, FIRST_NUMBER, COUNT)
        time.sleep(LEARN_DELAY_SECONDS + 2)  # the product may have just started
        begun = time.monotonic()
        instance.http.post("/admin/welcome-mails", json={"extension_ids": ids}).raise_for_status()
        _wait_for(sink, COUNT)
        seconds = sink.times[-1] - begun
        begun = time.monotonic()
        asyncio.run(_send_again(sink.mails[:COUNT]))
        plain = COUNT / (time.monotonic() - begun)
        yield Figure("welcome_mails_1000", seconds, "s", "limit", LIMIT_S)
        yield Figure("welcome_mails", COUNT / seconds, "per_s", "same_bytes_one_connection", plain)
        yield from _many(instance, sink)
    finally:
        controller.stop()


def _many(instance: Instance, sink: Sink) -> Iterator[Figure]:
    """Send ten thousand mails in one request. Measure by how much the brain grows until the last is sent."""
    ids = _extensions(instance, FIRST_OF_MANY, MANY_MAILS)
    sink.keep = False
    sink.times.clear()
    before = most = pss_mb(instance.pids()["linkus"])
    begun = time.monotonic()
    instance.http.post("/admin/welcome-mails", json={"extension_ids": ids}, timeout=60).raise_for_status()
    while len(sink.times) < MANY_MAILS:
        most = max(most, pss_mb(instance.pids()["linkus"]))
        if time.monotonic() - begun > MANY_MAILS_TIMEOUT_SECONDS:
            raise RuntimeError(f"{len(sink.times)} of {MANY_MAILS} mails came within {MANY_MAILS_TIMEOUT_SECONDS} s")
        time.sleep(0.2)
    yield Figure("welcome_mails_10000", MANY_MAILS / (sink.times[-1] - begun), "per_s", "limit", COUNT / LIMIT_S)
    yield Figure("welcome_mails_10000_growth", most - before, "MB", "limit", GROWTH_LIMIT_MB)


def _set_mail_server(instance: Instance) -> None:
    settings = instance.http.get("/admin/mail-server").json()
    wanted = {
        "host": PEERS, "port": PORT, "tls_mode": "none", "username": "", "password": "",
        "sender_address": "pbx@example.com", "sender_name": "Bench", "version": settings.get("version", 1),
    }  # fmt: skip
    instance.http.put("/admin/mail-server", json=wanted).raise_for_status()


def _extensions(instance: Instance, first: int, count: int) -> list[int]:
    bulk = {
        "from_number": str(first), "count": count, "first_name_pattern": "Mail {number}",
        "email_pattern": "u{number}@example.com", "linkus_enabled": True,
    }  # fmt: skip
    instance.http.post("/admin/extensions/bulk", json=bulk, timeout=60).raise_for_status()
    ids: list[int] = []
    for page in itertools.count(1):
        query: dict[str, str | int] = {"search": "Mail", "sort": "number", "page": page, "page_size": 500}
        answer = instance.http.get("/admin/extensions", params=query)
        answer.raise_for_status()
        items = answer.json()["items"]
        ids += [item["id"] for item in items if first <= int(item["number"]) < first + count]
        if not items:
            break
    _wait_calm(instance)
    return ids


def _wait_calm(instance: Instance) -> None:
    """Wait until the edge has all new extensions, because that work is not part of sending mails."""
    pid = instance.pids()["linkus"]
    end = time.monotonic() + CALM_SECONDS
    while time.monotonic() < end:
        before = cpu_ms(pid)
        time.sleep(1)
        if cpu_ms(pid) - before < CALM_MS:
            return
    raise RuntimeError(f"the brain is still at work {CALM_SECONDS} s after the extensions were made")


def _wait_for(sink: Sink, count: int, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while len(sink.mails) < count:
        if time.monotonic() > end:
            raise RuntimeError(f"{len(sink.mails)} of {count} mails came within {seconds:.0f} s")
        time.sleep(0.02)


async def _send_again(mails: list[tuple[str, list[str], bytes]]) -> None:
    async with aiosmtplib.SMTP(hostname=PEERS, port=PORT, use_tls=False, start_tls=False) as server:
        for sender, recipients, content in mails:
            await server.sendmail(sender, recipients, content)
