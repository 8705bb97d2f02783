"""Ends expired sessions once a minute."""

from __future__ import annotations

import asyncio
import functools

import structlog

from linkus.kit.background import Task
from linkus.kit.retry import DATABASE_ERRORS
from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.session.service import end_expired

log = structlog.get_logger("session")
EXPIRY_CHECK_SECONDS = 60


async def _end_expired(services: KitServices) -> None:
    while True:
        try:
            async with unit_of_work(services) as work:
                await end_expired(work)
        except DATABASE_ERRORS as error:
            log.error("expiry_failed", exc_info=error)  # the database is unavailable: retry in a minute
        await asyncio.sleep(EXPIRY_CHECK_SECONDS)


def tasks(services: KitServices) -> list[Task]:
    return [functools.partial(_end_expired, services)]
