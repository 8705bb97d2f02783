"""Sends links to users who forgot their password: handler of the outbox topic `password.reset`."""

from __future__ import annotations

import functools
from typing import Any

from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.kit.work import unit_of_work
from linkus.password import service
from linkus.services import Services


async def handle(services: Services, payload: dict[str, Any]) -> None:
    async with unit_of_work(services) as work:
        await service.send_reset(work, services.seal, str(payload["username"]), str(payload.get("address", "")))


async def _send_links(services: Services) -> None:
    await Worker(services.database, services.outbox, service.TOPIC, lambda payload: handle(services, payload)).run()


def tasks(services: Services) -> list[Task]:
    return [functools.partial(_send_links, services)]
