"""Runs the mail worker, and prepares QR codes so that it is fast."""

from __future__ import annotations

import asyncio
import functools

from linkus.credential.links import learn_codes
from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.mail.pool import Pool
from linkus.mail.sender import AT_ONCE, AWAITED, MANY, TOPIC, Sender
from linkus.services import Services
from linkus.system.service import public_address
from linkus.welcome_mail.builders import builders

LEARN_AFTER_SECONDS = 5.0


async def _send_mails(services: Services) -> None:
    settings = services.settings
    pool = Pool(settings.domain or None)
    sender = Sender(
        services.database, services.outbox, services.bus, services.seal, pool, builders(settings, services.seal)
    )
    try:
        await Worker(
            services.database,
            services.outbox,
            TOPIC,
            sender.handle,
            AT_ONCE,
            sender.admit,
            MANY,
            priority_topic=AWAITED,
        ).run()
    finally:
        await pool.close()


async def _learn_codes(services: Services) -> None:
    """Prepare QR codes soon after the start, when it disturbs nobody: the first thousands of mails then go out as
    fast as later ones."""
    await asyncio.sleep(LEARN_AFTER_SECONDS)
    async with services.database.transaction(write=False) as db:
        address = await public_address(db, services.settings)
    await asyncio.to_thread(learn_codes, address)


def tasks(services: Services) -> list[Task]:
    return [functools.partial(_send_mails, services), functools.partial(_learn_codes, services)]
