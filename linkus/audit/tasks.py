"""Keeps the audit log within its size."""

from __future__ import annotations

import asyncio
import functools

import structlog

from linkus.audit.repository import forget_oldest
from linkus.audit.service import MAX_ENTRIES
from linkus.kit.background import Task
from linkus.kit.retry import DATABASE_ERRORS
from linkus.kit.services import KitServices

log = structlog.get_logger("audit")
CHECK_SECONDS = 600


async def _keep_size(services: KitServices) -> None:
    while True:
        try:
            async with services.database.transaction() as db:
                await forget_oldest(db, MAX_ENTRIES)
        except DATABASE_ERRORS as error:
            log.error("audit_cleanup_failed", exc_info=error)  # the database is unavailable: retry next time
        await asyncio.sleep(CHECK_SECONDS)


def tasks(services: KitServices) -> list[Task]:
    return [functools.partial(_keep_size, services)]
