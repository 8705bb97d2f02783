"""Notifies contacts: handler of the outbox topic `event.notify`, the contents of the mails, and the webhooks."""

from __future__ import annotations

import functools
from typing import Any

from linkus.event_notification import webhook_delivery
from linkus.event_notification.content import content_builder
from linkus.event_notification.notify import WEBHOOK_TOPIC, queue
from linkus.event_notification.removal import contacts_naming, impact
from linkus.event_notification.services import NotificationServices
from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.kit.work import unit_of_work
from linkus.mail.models import MailKind
from linkus.mail.services import MailServices
from linkus.shared.event_log.record import NOTIFY_TOPIC

WEBHOOKS_AT_ONCE = 16  # those that do not answer, ten seconds each, must not hold up the others for minutes


def install(services: NotificationServices) -> None:
    services.impact_sources.append(impact)
    services.removal_sources.append(contacts_naming)
    build = content_builder(services.settings)
    for kind in (MailKind.EVENT, MailKind.EVENT_REPEATS, MailKind.EVENT_TEST, MailKind.EVENT_TEMPLATE_TEST):
        services.content_builders[kind.value] = build


async def handle(services: MailServices, payload: dict[str, Any]) -> None:
    async with unit_of_work(services) as work:
        await queue(work, int(payload["event_id"]), repeats=bool(payload.get("repeats")))


async def _notify(services: MailServices) -> None:
    await Worker(services.database, services.outbox, NOTIFY_TOPIC, lambda payload: handle(services, payload)).run()


async def _send_webhooks(services: MailServices) -> None:
    resting = webhook_delivery.Resting()
    worker = Worker(
        services.database,
        services.outbox,
        WEBHOOK_TOPIC,
        lambda payload: webhook_delivery.handle(services, resting, payload),
        concurrency=WEBHOOKS_AT_ONCE,
    )
    await worker.run()


def tasks(services: MailServices) -> list[Task]:
    return [functools.partial(_notify, services), functools.partial(_send_webhooks, services)]
