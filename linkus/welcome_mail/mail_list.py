"""Lists welcome mails and the outcome of their credentials."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import now
from linkus.kit.messages import Language
from linkus.kit.pages import Page, Paging, fetch_page, like_pattern
from linkus.mail import server
from linkus.mail.models import MailKind, MailMessage, MailStatus
from linkus.mail.schemas import MailServerSettings
from linkus.mail.wording import describe
from linkus.session.schemas import LinkusClientKind
from linkus.session.user_agent import read_user_agent
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from linkus.welcome_mail.schemas import CredentialUse, WelcomeMailItem, WelcomeMailStatus, WelcomeProgress
from linkus.welcome_mail.status import has_one_of, status_of


@dataclass(frozen=True)
class MailFilter:
    """Holds the filters; an empty one filters nothing. `sending` holds the queueing times that identify requests."""

    extension_id: int | None = None
    search: str = ""
    statuses: tuple[WelcomeMailStatus, ...] = ()
    sending: tuple[datetime, ...] = ()


def _query(filters: MailFilter, moment: datetime) -> Select[MailMessage]:
    """Select the mails that pass the filters, newest first."""
    query = select(MailMessage).where(MailMessage.kind == MailKind.WELCOME.value)
    if filters.extension_id is not None:
        query = query.where(MailMessage.extension_id == filters.extension_id)
    if filters.search:
        pattern = like_pattern(filters.search.lower())
        extension_ids = select(Extension.id).where(Extension.search_key.like(pattern, escape="\\"))
        recipient_matches = func.lower(MailMessage.recipient).like(pattern, escape="\\")
        query = query.where(or_(recipient_matches, MailMessage.extension_id.in_(extension_ids)))
    if filters.statuses:
        query = query.where(has_one_of(filters.statuses, moment))
    if filters.sending:
        query = query.where(MailMessage.created_at.in_(filters.sending))
    return query.order_by(MailMessage.created_at.desc(), MailMessage.id.desc())


async def page(db: AsyncSession, paging: Paging, filters: MailFilter, language: Language) -> Page[WelcomeMailItem]:
    settings, moment = await server.stored(db), now()
    mails = await fetch_page(db, _query(filters, moment), paging)
    credentials = await _credentials(db, [mail.id for mail in mails.rows])
    extensions = await _extensions(db, {mail.extension_id for mail in mails.rows if mail.extension_id is not None})
    return mails.page(
        lambda mail: _item(
            mail,
            credentials.get(mail.id, []),
            extensions.get(mail.extension_id or 0),
            settings,
            moment,
            language,
        )
    )


async def progress(db: AsyncSession, queued_at: list[datetime]) -> WelcomeProgress:
    """Count the mails queued at these moments by their outcome."""
    query = (
        select(MailMessage.status, func.count())
        .where(MailMessage.created_at.in_(queued_at), MailMessage.kind == MailKind.WELCOME.value)
        .group_by(MailMessage.status)
    )
    counts = {row[0]: row[1] for row in await db.execute(query)}
    return WelcomeProgress(
        waiting=counts.get(MailStatus.QUEUED, 0) + counts.get(MailStatus.SENDING, 0),
        sent=counts.get(MailStatus.SENT, 0),
        failed=counts.get(MailStatus.FAILED, 0),
    )


async def _credentials(db: AsyncSession, mail_ids: list[int]) -> dict[int, list[Credential]]:
    by_mail: dict[int, list[Credential]] = {}
    for credential in await db.scalars(select(Credential).where(Credential.mail_id.in_(mail_ids))):
        by_mail.setdefault(credential.mail_id or 0, []).append(credential)
    return by_mail


async def _extensions(db: AsyncSession, ids: Iterable[int]) -> dict[int, Extension]:
    extensions = await db.scalars(select(Extension).where(Extension.id.in_(list(ids))))
    return {extension.id: extension for extension in extensions}


def _item(
    mail: MailMessage,
    credentials: list[Credential],
    extension: Extension | None,
    settings: MailServerSettings,
    moment: datetime,
    language: Language,
) -> WelcomeMailItem:
    is_waiting = mail.status == MailStatus.QUEUED  # the validity of its credentials begins when it is sent
    uses = [
        CredentialUse(
            client_kind=cast(LinkusClientKind, credential.client_kind),
            used_at=credential.used_at,
            address=credential.used_address or "",
            device=read_user_agent(credential.used_user_agent or "").words,
            user_agent=credential.used_user_agent or "",
        )
        for credential in sorted(credentials, key=lambda credential: credential.client_kind)
        if credential.used_at
    ]
    return WelcomeMailItem(
        id=mail.id,
        extension_id=mail.extension_id,
        number=extension.number if extension else None,
        display_name=extension.display_name if extension else None,
        recipient=mail.recipient,
        language=mail.language,
        status=status_of(mail, credentials, moment),
        attempts=mail.attempts,
        next_attempt_at=mail.next_attempt_at,
        server_answer=mail.server_answer,
        message=describe(language, mail.error, mail.server_answer, settings, mail.recipient) if mail.error else "",
        created_at=mail.created_at,
        sent_at=mail.sent_at,
        expires_at=None if is_waiting else max((credential.expires_at for credential in credentials), default=None),
        used_kinds=[use.client_kind for use in uses],
        uses=uses,
        opened_at=min((credential.opened_at for credential in credentials if credential.opened_at), default=None),
        revoked_at=max((credential.revoked_at for credential in credentials if credential.revoked_at), default=None),
    )
