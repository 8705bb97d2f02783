"""Keeps the event log within its size, and forgets what is old."""

from __future__ import annotations

import functools
from datetime import timedelta

import structlog

from linkus.event.repository import forget_before, forget_oldest
from linkus.kit.background import Task
from linkus.kit.clock import now
from linkus.kit.retry import repeat_forever
from linkus.kit.services import KitServices
from linkus.shared.event_log.kinds import EventCategory, EventKind

log = structlog.get_logger("event")
MAX_EVENTS = 20_000  # of each kind
MAX_AGE = timedelta(days=180)
MAX_SECURITY_AGE = timedelta(days=730)  # an attack is often noticed late
CHECK_SECONDS = 600


async def clean_up(services: KitServices) -> None:
    others = [category for category in EventCategory if category is not EventCategory.SECURITY]
    async with services.database.transaction() as db:
        await forget_before(db, others, now() - MAX_AGE)
        await forget_before(db, [EventCategory.SECURITY], now() - MAX_SECURITY_AGE)
    for kind in EventKind:
        async with services.database.transaction() as db:
            await forget_oldest(db, kind, MAX_EVENTS)


def _log_failure(error: BaseException) -> None:
    log.error("event_cleanup_failed", exc_info=error)


def tasks(services: KitServices) -> list[Task]:
    clean = functools.partial(clean_up, services)
    return [functools.partial(repeat_forever, clean, _log_failure, seconds=CHECK_SECONDS)]
