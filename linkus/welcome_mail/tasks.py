"""Runs the mail worker, and prepares QR codes so that it is fast."""

from __future__ import annotations

import asyncio
import functools

from fastapi import FastAPI

from linkus.credential.links import learn_codes
from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.kit.settings import Settings
from linkus.mail.pool import Pool
from linkus.mail.sender import AT_ONCE, AWAITED, MANY, TOPIC, Sender
from linkus.system.service import public_address
from linkus.welcome_mail.builders import builders

LEARN_AFTER_SECONDS = 5.0


async def _send_mails(app: FastAPI) -> None:
    state = app.state
    settings: Settings = state.settings
    pool = Pool(settings.domain or None)
    sender = Sender(state.database, state.outbox, state.bus, state.seal, pool, builders(settings, state.seal))
    try:
        await Worker(
            state.database, state.outbox, TOPIC, sender.handle, AT_ONCE, sender.admit, MANY, priority_topic=AWAITED
        ).run()
    finally:
        await pool.close()


async def _learn_codes(app: FastAPI) -> None:
    """Prepare QR codes soon after the start, when it disturbs nobody: the first thousands of mails then go out as
    fast as later ones."""
    await asyncio.sleep(LEARN_AFTER_SECONDS)
    async with app.state.database.transaction(write=False) as db:
        address = await public_address(db, app.state.settings)
    await asyncio.to_thread(learn_codes, address)


def tasks(app: FastAPI) -> list[Task]:
    return [functools.partial(_send_mails, app), functools.partial(_learn_codes, app)]
