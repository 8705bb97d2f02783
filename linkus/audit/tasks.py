"""Keeps the audit log within its size."""

from __future__ import annotations

import functools

import structlog

from linkus.audit.repository import forget_oldest
from linkus.audit.service import MAX_ENTRIES
from linkus.kit.background import Task
from linkus.kit.retry import repeat_forever
from linkus.kit.services import KitServices

log = structlog.get_logger("audit")
CHECK_SECONDS = 600


async def _keep_size(services: KitServices) -> None:
    async with services.database.transaction() as db:
        await forget_oldest(db, MAX_ENTRIES)


def _log_failure(error: BaseException) -> None:
    log.error("audit_cleanup_failed", exc_info=error)


def tasks(services: KitServices) -> list[Task]:
    keep_size = functools.partial(_keep_size, services)
    return [functools.partial(repeat_forever, keep_size, _log_failure, seconds=CHECK_SECONDS)]
