"""Sends links to users who forgot their password: handler of the outbox topic `password.reset`, and the mail's
content."""

from __future__ import annotations

import functools
from typing import Any

from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.kit.work import unit_of_work
from linkus.mail.models import MailKind
from linkus.mail.services import MailServices
from linkus.password import service
from linkus.password.content import content_builder


def install(services: MailServices) -> None:
    services.content_builders[MailKind.PASSWORD_RESET.value] = content_builder(services.settings)


async def handle(services: MailServices, payload: dict[str, Any]) -> None:
    async with unit_of_work(services) as work:
        await service.send_reset(work, services.seal, str(payload["username"]), str(payload.get("address", "")))


async def _send_links(services: MailServices) -> None:
    await Worker(services.database, services.outbox, service.TOPIC, lambda payload: handle(services, payload)).run()


def tasks(services: MailServices) -> list[Task]:
    return [functools.partial(_send_links, services)]
