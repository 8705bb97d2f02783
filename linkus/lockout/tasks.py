"""Keeps the refused networks in memory as the database has them, and forgets what is too old to count."""

from __future__ import annotations

import asyncio
import contextlib
import functools
from datetime import timedelta

import structlog

from linkus.kit.background import Task
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.retry import repeat_forever
from linkus.kit.work import unit_of_work
from linkus.lockout import repository
from linkus.lockout.blocks import BLOCKS_COUNT_FOR
from linkus.lockout.events import BlockedAddressChanged
from linkus.lockout.models import DEVICE_LIFETIME
from linkus.lockout.services import LockoutServices

log = structlog.get_logger("lockout")
REFRESH_SECONDS = 5  # another node may have blocked an address
CLEAN_UP_SECONDS = 600


async def refresh(services: LockoutServices) -> None:
    async with services.database.transaction(write=False) as db:
        services.refused_networks.replace(await repository.blocked_for_good(db))


async def _follow(services: LockoutServices) -> None:
    """Read the refused networks whenever a block changes, and every few seconds."""
    changes = services.bus.subscribe([PORTAL])
    try:
        while True:
            await refresh(services)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(REFRESH_SECONDS):
                    while not isinstance((await changes.queue.get()).event, BlockedAddressChanged):
                        pass
    finally:
        services.bus.unsubscribe(changes)


async def clean_up(services: LockoutServices) -> None:
    moment = now()
    async with unit_of_work(services) as work:
        await repository.forget_failures_before(work.db, moment - timedelta(days=1))
        await repository.forget_blocks_before(work.db, moment - BLOCKS_COUNT_FOR)
        await repository.forget_devices_before(work.db, moment - DEVICE_LIFETIME)


def _log_failure(error: BaseException) -> None:
    log.error("lockout_clean_up_failed", exc_info=error)


def tasks(services: LockoutServices) -> list[Task]:
    clean = functools.partial(clean_up, services)
    return [
        functools.partial(_follow, services),
        functools.partial(repeat_forever, clean, _log_failure, seconds=CLEAN_UP_SECONDS),
    ]
