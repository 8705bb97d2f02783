"""Runs the worker that sends mails."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator

from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.mail.pool import Pool
from linkus.mail.sender import MAIL_LEASE_DURATION, MAX_CONNECTIONS, MAX_IN_FLIGHT, Sender
from linkus.mail.services import MailServices
from linkus.mail.topics import AWAITED_TOPIC, SEND_TOPIC


@contextlib.asynccontextmanager
async def mail_sender(services: MailServices) -> AsyncIterator[Sender]:
    """Yield a sender, and close its connections afterwards."""
    pool = Pool(services.settings.domain or None)
    try:
        yield Sender(services.database, services.outbox, services.bus, services.seal, pool, services.content_builders)
    finally:
        await pool.close()


async def send_mails(services: MailServices) -> None:
    async with mail_sender(services) as sender:
        await Worker(
            services.database,
            services.outbox,
            SEND_TOPIC,
            sender.handle,
            concurrency=MAX_CONNECTIONS,
            throttle=sender.throttle,
            max_concurrency=MAX_IN_FLIGHT,
            priority_topic=AWAITED_TOPIC,
            lease_duration=MAIL_LEASE_DURATION,
        ).run()


def tasks(services: MailServices) -> list[Task]:
    return [functools.partial(send_mails, services)]
