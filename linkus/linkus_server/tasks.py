"""The worker that sends mails."""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

from fastapi import FastAPI

from linkus.kit.outbox import Worker
from linkus.kit.settings import Settings
from linkus.linkus_server.builders import builders
from linkus.mail.pool import Pool
from linkus.mail.sender import AT_ONCE, MANY, TOPIC, Sender


async def _send_mails(app: FastAPI) -> None:
    state = app.state
    settings: Settings = state.settings
    pool = Pool(settings.domain or None)
    sender = Sender(state.database, state.outbox, state.bus, state.seal, pool, builders(settings, state.seal))
    try:
        await Worker(state.database, state.outbox, TOPIC, sender.handle, AT_ONCE, sender.admit, MANY).run()
    finally:
        await pool.close()


def tasks(app: FastAPI) -> list[Coroutine[Any, Any, None]]:
    return [_send_mails(app)]
