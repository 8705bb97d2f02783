"""Keeps the event log within its size."""

from __future__ import annotations

import functools

import structlog

from linkus.event.repository import forget_oldest
from linkus.kit.background import Task
from linkus.kit.retry import repeat_forever
from linkus.kit.services import KitServices
from linkus.shared.event_log.kinds import EventKind

log = structlog.get_logger("event")
MAX_EVENTS = 20_000  # of each kind
CHECK_SECONDS = 600


async def _keep_size(services: KitServices) -> None:
    for kind in EventKind:
        async with services.database.transaction() as db:
            await forget_oldest(db, kind, MAX_EVENTS)


def _log_failure(error: BaseException) -> None:
    log.error("event_cleanup_failed", exc_info=error)


def tasks(services: KitServices) -> list[Task]:
    keep_size = functools.partial(_keep_size, services)
    return [functools.partial(repeat_forever, keep_size, _log_failure, seconds=CHECK_SECONDS)]
