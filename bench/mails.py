"""Welcome mails: how fast the queue empties into a mail server, beside sending the very same bytes."""

import asyncio
import time
from collections.abc import Iterator

import aiosmtplib
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from bench.figures import Figure
from bench.instance import PEERS, Instance

PORT = 2525
COUNT = 1000
FIRST_NUMBER = 30001


class Sink:
    """Keeps what it gets, and when."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], bytes]] = []
        self.times: list[float] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 aiosmtpd's name
        content = envelope.content or b""
        data = content if isinstance(content, bytes) else content.encode()
        self.mails.append((envelope.mail_from or "", envelope.rcpt_tos, data))
        self.times.append(time.monotonic())
        return "250 2.0.0 kept"


def welcome_mails(instance: Instance) -> Iterator[Figure]:
    sink = Sink()
    controller = Controller(sink, hostname=PEERS, port=PORT)
    controller.start()
    try:
        ids = _prepare(instance)
        begun = time.monotonic()
        instance.http.post("/admin/welcome-mails", json={"extension_ids": ids}).raise_for_status()
        _wait_for(sink, COUNT)
        product = COUNT / (sink.times[-1] - begun)
        begun = time.monotonic()
        asyncio.run(_send_again(sink.mails[:COUNT]))
        plain = COUNT / (time.monotonic() - begun)
    finally:
        controller.stop()
    yield Figure("welcome_mails", product, "per_s", "same_bytes_one_connection", plain)


def _prepare(instance: Instance) -> list[int]:
    settings = instance.http.get("/admin/mail-server").json()
    wanted = {
        "host": PEERS, "port": PORT, "tls_mode": "none", "username": "", "password": "",
        "sender_address": "pbx@example.com", "sender_name": "Bench", "version": settings.get("version", 1),
    }  # fmt: skip
    instance.http.put("/admin/mail-server", json=wanted).raise_for_status()
    bulk = {
        "from_number": str(FIRST_NUMBER), "count": COUNT, "first_name_pattern": "Mail {number}",
        "email_pattern": "u{number}@example.com", "linkus_enabled": True,
    }  # fmt: skip
    instance.http.post("/admin/extensions/bulk", json=bulk).raise_for_status()
    ids: list[int] = []
    while len(ids) < COUNT:
        query: dict[str, str | int] = {"search": "Mail", "page": len(ids) // 50 + 1, "page_size": 50}
        answer = instance.http.get("/admin/extensions", params=query)
        answer.raise_for_status()
        ids += [item["id"] for item in answer.json()["items"]]
    return ids


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
