"""Keeps the event log within its size."""

from __future__ import annotations

import asyncio
import functools

import structlog

from linkus.event.repository import forget_oldest
from linkus.kit.background import Task
from linkus.kit.retry import DATABASE_ERRORS
from linkus.kit.services import KitServices
from linkus.shared.event_log.kinds import EventKind

log = structlog.get_logger("event")
MAX_EVENTS = 20_000  # of each kind
CHECK_SECONDS = 600


async def _keep_size(services: KitServices) -> None:
    while True:
        try:
            for kind in EventKind:
                async with services.database.transaction() as db:
                    await forget_oldest(db, kind, MAX_EVENTS)
        except DATABASE_ERRORS as error:
            log.error("event_cleanup_failed", exc_info=error)  # the database is unavailable: retry next time
        await asyncio.sleep(CHECK_SECONDS)


def tasks(services: KitServices) -> list[Task]:
    return [functools.partial(_keep_size, services)]
