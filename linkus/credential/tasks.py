"""Prepares QR codes, so that the first thousands of mails go out as fast as later ones."""

from __future__ import annotations

import asyncio
import functools

from linkus.credential.links import learn_codes
from linkus.kit.background import Task
from linkus.kit.services import KitServices
from linkus.shared.general_settings import public_address

LEARN_DELAY_SECONDS = 5.0  # after the start, when it disturbs nobody


async def _learn_codes(services: KitServices) -> None:
    await asyncio.sleep(LEARN_DELAY_SECONDS)
    async with services.database.transaction(write=False) as db:
        address = await public_address(db, services.settings)
    await asyncio.to_thread(learn_codes, address)


def tasks(services: KitServices) -> list[Task]:
    return [functools.partial(_learn_codes, services)]
