"""Sends webhooks: handler of the outbox topic `event.webhook`. Without an answer it tries again, for a day."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import httpx
import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification.content import EXAMPLE, LOG_PATH
from linkus.event_notification.events import NotificationContactChanged
from linkus.event_notification.floods import count_untold
from linkus.event_notification.models import NotificationContact
from linkus.event_notification.notify import message_id
from linkus.event_notification.schemas import WebhookOutcome
from linkus.event_notification.variables import example_of
from linkus.event_notification.webhook import body_of, headers_of, host_of
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.errors import Conflict, NotFound
from linkus.kit.messages import Language, text
from linkus.kit.outbox import RetryLater
from linkus.kit.secrets import Seal, WrongKey
from linkus.kit.services import KitServices
from linkus.kit.settings import Settings
from linkus.kit.work import unit_of_work
from linkus.shared.general_settings import general_settings, public_address
from linkus.shared.models.event import EventRecord

log = structlog.get_logger("webhook")
ANSWER_SECONDS = 10.0
TRY_FOR = timedelta(days=1)
REST_SECONDS = 30.0
GONE = 410  # the receiver wants no more of them


@dataclass(frozen=True)
class Outgoing:
    """Holds a webhook that is ready to be sent."""

    url: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Failure:
    """Says why a webhook did not arrive. `code` is in the message catalogue; `status` of an HTTP answer, else 0."""

    code: str
    host: str
    status: int = 0

    def message(self, language: Language) -> str:
        return text(language, self.code, host=self.host, status=self.status)


@lru_cache
def _tls() -> ssl.SSLContext:
    """Return the authorities that the machine trusts, as for mails. Reading them takes longer than sending."""
    return ssl.create_default_context()


async def send(outgoing: Outgoing) -> Failure | None:
    """Send a webhook, without a database transaction. Follow no redirect: the signed body is for this address."""
    host = host_of(outgoing.url)
    try:
        async with (
            asyncio.timeout(ANSWER_SECONDS),
            httpx.AsyncClient(timeout=ANSWER_SECONDS, follow_redirects=False, trust_env=False, verify=_tls()) as client,
            client.stream("POST", outgoing.url, content=outgoing.body, headers=outgoing.headers) as answer,
        ):
            status = answer.status_code  # the body is not read: it may be endless
    except (TimeoutError, httpx.TimeoutException):
        return Failure("webhook_timeout", host)
    except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
        log.info("webhook_failed", host=host, error=str(error)[:200])
        is_certificate = "CERTIFICATE_VERIFY_FAILED" in str(error)
        return Failure("webhook_certificate" if is_certificate else "webhook_unreachable", host)
    return None if 200 <= status < 300 else Failure("webhook_refused", host, status)


class Resting:
    """Remembers addresses that did not answer, so that many events for one of them do not hold up those for others."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def rests(self, url: str) -> bool:
        return self._until.get(url, 0.0) > time.monotonic()

    def remember(self, url: str, failure: Failure | None) -> None:
        if failure is not None and failure.code == "webhook_timeout":
            self._until[url] = time.monotonic() + REST_SECONDS
        else:
            self._until.pop(url, None)


async def handle(services: KitServices, resting: Resting, payload: dict[str, Any]) -> None:
    """Send a webhook of the outbox. A receiver that gets one twice recognises it by its id."""
    contact_id, tried_since = int(payload["contact_id"]), payload.get("tried_since") or now().isoformat()
    async with services.database.transaction(write=False) as db:
        outgoing = await _outgoing(db, services.seal, services.settings, payload)
    if outgoing is None:
        return
    if isinstance(outgoing, Failure):
        failure: Failure | None = outgoing
    elif resting.rests(outgoing.url):
        raise RetryLater("webhook_timeout", tried_since=tried_since)
    else:
        failure = await send(outgoing)
        resting.remember(outgoing.url, failure)
    await _remember(services, contact_id, outgoing, failure)
    if failure is None or failure.status == GONE or failure.code == "webhook_secret_lost":
        return
    if now() - datetime.fromisoformat(tried_since) < TRY_FOR:
        raise RetryLater(failure.code, tried_since=tried_since)
    log.warning("webhook_given_up", contact_id=contact_id, code=failure.code, status=failure.status)


async def _outgoing(
    db: AsyncSession, seal: Seal, settings: Settings, payload: dict[str, Any]
) -> Outgoing | Failure | None:
    contact = await db.get(NotificationContact, int(payload["contact_id"]))
    event = await db.get(EventRecord, int(payload["event_id"]))
    if contact is None or event is None or not contact.enabled or not contact.webhook_url:
        return None
    told_again = bool(payload.get("repeats"))
    repeats = await count_untold(db, event) if told_again else 0
    return await _prepared(
        db, seal, settings, contact, event, message_id(event.id, contact.id, repeats=told_again), repeats
    )


async def _prepared(
    db: AsyncSession,
    seal: Seal,
    settings: Settings,
    contact: NotificationContact,
    event: EventRecord,
    sent_as: str,
    repeats: int,
    *,
    is_test: bool = False,
) -> Outgoing | Failure:
    company = (await general_settings(db)).company_name
    link = f"{await public_address(db, settings)}{LOG_PATH}"
    body = body_of(event, cast(Language, contact.language), company, link, repeats, is_test=is_test)
    try:
        secret = seal.open(contact.webhook_secret_sealed)
    except WrongKey:
        return Failure("webhook_secret_lost", host_of(contact.webhook_url))
    return Outgoing(contact.webhook_url, headers_of(secret, sent_as, now(), body), body)


async def _remember(
    services: KitServices, contact_id: int, outgoing: Outgoing | Failure, failure: Failure | None
) -> None:
    """Keep the outcome for the list of contacts, which changes only when the outcome does."""
    code, status = ("", 0) if failure is None else (failure.code, failure.status)
    async with unit_of_work(services) as work:
        contact = await work.db.get(NotificationContact, contact_id, with_for_update=True)
        if contact is None or (contact.webhook_failure, contact.webhook_status) == (code, status):
            return
        if isinstance(outgoing, Outgoing) and outgoing.url != contact.webhook_url:
            return  # meanwhile the contact has another address, of which this says nothing
        contact.webhook_failure, contact.webhook_status = code, status
        work.publish([PORTAL], NotificationContactChanged(id=contact_id))


async def test(services: KitServices, contact_id: int, language: Language) -> WebhookOutcome:
    """Send an example at once, and say what came of it."""
    async with services.database.transaction(write=False) as db:
        contact = await db.get(NotificationContact, contact_id)
        if contact is None:
            raise NotFound("contact_not_found")
        if not contact.webhook_url:
            raise Conflict("contact_no_webhook")
        event = example_of(EXAMPLE)
        sent_as = f"test-{contact_id}-{int(event.created_at.timestamp() * 1000)}"
        outgoing = await _prepared(db, services.seal, services.settings, contact, event, sent_as, 0, is_test=True)
    failure = await send(outgoing) if isinstance(outgoing, Outgoing) else outgoing
    await _remember(services, contact_id, outgoing, failure)
    return WebhookOutcome(arrived=failure is None, message="" if failure is None else failure.message(language))
