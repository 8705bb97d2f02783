"""Ends expired sessions once a minute."""

from __future__ import annotations

import functools

import structlog

from linkus.kit.background import Task
from linkus.kit.retry import repeat_forever
from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.session.service import end_expired

log = structlog.get_logger("session")
EXPIRY_CHECK_SECONDS = 60


async def _end_expired(services: KitServices) -> None:
    async with unit_of_work(services) as work:
        await end_expired(work)


def _log_failure(error: BaseException) -> None:
    log.error("expiry_failed", exc_info=error)


def tasks(services: KitServices) -> list[Task]:
    end = functools.partial(_end_expired, services)
    return [functools.partial(repeat_forever, end, _log_failure, seconds=EXPIRY_CHECK_SECONDS)]
