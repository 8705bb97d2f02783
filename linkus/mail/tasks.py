"""Runs the worker that sends mails."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import AsyncIterator

from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.mail.content_builders import content_builders
from linkus.mail.pool import Pool
from linkus.mail.sender import MAX_CONNECTIONS, MAX_IN_FLIGHT, Sender
from linkus.mail.topics import AWAITED_TOPIC, SEND_TOPIC
from linkus.services import Services


@contextlib.asynccontextmanager
async def mail_sender(services: Services) -> AsyncIterator[Sender]:
    """Yield a sender, and close its connections afterwards."""
    pool = Pool(services.settings.domain or None)
    builders = content_builders(services.settings, services.seal)
    try:
        yield Sender(services.database, services.outbox, services.bus, services.seal, pool, builders)
    finally:
        await pool.close()


async def send_mails(services: Services) -> None:
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
        ).run()


def tasks(services: Services) -> list[Task]:
    return [functools.partial(send_mails, services)]
