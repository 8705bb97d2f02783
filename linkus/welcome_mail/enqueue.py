"""Queues welcome mails for many extensions in one transaction; they are built when they are sent."""

from __future__ import annotations

import asyncio
import json
import uuid
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select

from linkus.administrator.roles import guard
from linkus.credential import repository
from linkus.credential import service as credentials
from linkus.credential.links import CLIENT_KINDS, screen_link
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.messages import LANGUAGES, Language, text
from linkus.kit.secrets import Seal, hash_token, new_token
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.mail import server
from linkus.mail.language import notification_language
from linkus.mail.message_builder import Tokens
from linkus.mail.models import MailKind, MailMessage, MailStatus
from linkus.mail.topics import SEND_TOPIC
from linkus.server_settings.service import credential_validity
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import numbers_of_many, record
from linkus.shared.events import MailChanged
from linkus.shared.general_settings import general_settings, loopback_address, public_address
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from linkus.shared.roles.catalogue import Role
from linkus.welcome_mail.content import subject
from linkus.welcome_mail.schemas import MAX_SCREEN_LINKS, WelcomeMailAnswer, WelcomeReason, WelcomeRow

CHUNK_MAILS = 200  # some milliseconds of work; between chunks the event loop serves other requests


async def queue(
    work: UnitOfWork, settings: Settings, seal: Seal, actor: Role, extension_ids: list[int], language: Language
) -> WelcomeMailAnswer:
    """Queue the mails in one transaction. Once the request is answered, they will be sent even after a crash. The actor
    sees links on the screen only of extensions whose login they may change."""
    unique_ids = list(dict.fromkeys(extension_ids))
    request = _Request(work, settings, seal, actor, language)
    await request.prepare(len(unique_ids))
    rows: list[WelcomeRow] = []
    for start in range(0, len(unique_ids), CHUNK_MAILS):
        rows += await request.chunk(unique_ids[start : start + CHUNK_MAILS])
        await asyncio.sleep(0)
    queued = sum(row.status == "queued" for row in rows)
    if queued:
        work.publish([PORTAL], MailChanged(mail_id=None, extension_id=None, status="queued"))
    numbers = [row.number for row in rows if row.number and (row.status == "queued" or row.links)]
    if numbers:
        record(work.db, AuditAction.SENT, AuditObject.WELCOME_MAIL, after=numbers_of_many(numbers))
    return WelcomeMailAnswer(
        rows=rows,
        queued=queued,
        not_sent=len(rows) - queued,
        queued_at=request.moment,
        loopback_address=await loopback_address(work.db, settings),
    )


def reason_not_to(extension: Extension | None, *, has_server: bool) -> WelcomeReason | None:
    """Return why an extension gets no mail; None if it gets one."""
    if extension is None:
        return WelcomeReason.NOT_FOUND
    if not extension.linkus_enabled:
        return WelcomeReason.LINKUS_DISABLED
    if not has_server:
        return WelcomeReason.NO_MAIL_SERVER
    return None if extension.email else WelcomeReason.NO_EMAIL


def row_of(
    extension_id: int, extension: Extension | None, reason: WelcomeReason | None, language: Language
) -> WelcomeRow:
    row = WelcomeRow(extension_id=extension_id, status="queued" if reason is None else "not_sent", reason=reason)
    if extension is not None:
        row.number, row.display_name = extension.number, extension.display_name
    if reason is not None:
        row.message = text(language, f"welcome_{reason.value}", number=row.number or extension_id)
    return row


class _Request:
    """Holds what all mails of one request have in common."""

    def __init__(self, work: UnitOfWork, settings: Settings, seal: Seal, actor: Role, language: Language) -> None:
        self._work = work
        self._actor = actor
        self._settings = settings
        self._seal = seal
        self._language: Language = language  # the administrator's

    async def prepare(self, count: int) -> None:
        db = self._work.db
        self._has_server = await server.is_configured(db)
        self._general = await general_settings(db)
        self._mail_language: Language = await notification_language(db)
        self._address = await public_address(db, self._settings)
        self._validity: timedelta = await credential_validity(db)
        self.moment: datetime = now()  # the same for all mails of the request, which it identifies
        self._show_links = not self._has_server and count <= MAX_SCREEN_LINKS

    async def chunk(self, ids: list[int]) -> list[WelcomeRow]:
        extensions = await self._work.db.scalars(select(Extension).where(Extension.id.in_(ids)))
        by_id = {extension.id: extension for extension in extensions}
        if self._show_links:
            await guard.check_login(self._work.db, self._actor, list(by_id))
            linkus_ids = [extension.id for extension in by_id.values() if extension.linkus_enabled]
            await repository.supersede(self._work.db, self.moment, linkus_ids, by_mail=False)
        rows = {id_: self._row(id_, by_id.get(id_)) for id_ in ids}
        await self._queue([by_id[id_] for id_ in ids if rows[id_].status == "queued"])
        return list(rows.values())

    def _row(self, extension_id: int, extension: Extension | None) -> WelcomeRow:
        reason = reason_not_to(extension, has_server=self._has_server)
        row = row_of(extension_id, extension, reason, self._language)
        if reason is WelcomeReason.NO_MAIL_SERVER and self._show_links and extension is not None:
            self._add_links(row, extension)
        return row

    def _add_links(self, row: WelcomeRow, extension: Extension) -> None:
        row.links = {}
        for kind in CLIENT_KINDS:
            credential, token = credentials.issue(self._work.db, extension.id, kind, self._validity)
            row.links[kind] = screen_link(self._address, kind, token)
            row.expires_at = credential.expires_at

    async def _queue(self, extensions: list[Extension]) -> None:
        if not extensions:
            return
        ids = [extension.id for extension in extensions]
        await repository.supersede(self._work.db, self.moment, ids, by_mail=True)
        tokens: list[Tokens] = [{kind: new_token() for kind in CLIENT_KINDS} for _ in extensions]
        mails = [self._mail(extension, own) for extension, own in zip(extensions, tokens, strict=True)]
        # insert rows, not objects: thousands of objects take longer than everything else here
        inserted = await self._work.db.execute(
            insert(MailMessage).returning(MailMessage.message_id, MailMessage.id), mails
        )
        by_name = {row.message_id: row.id for row in inserted}
        mail_ids = [by_name[mail["message_id"]] for mail in mails]
        rows = [
            {
                "token_hash": hash_token(token),
                "extension_id": extension.id,
                "client_kind": kind,
                "mail_id": mail_id,
                "created_at": self.moment,
                "expires_at": self.moment + self._validity,
            }
            for extension, mail_id, own in zip(extensions, mail_ids, tokens, strict=True)
            for kind, token in own.items()
        ]
        await self._work.db.execute(insert(Credential), rows)
        await self._work.enqueue_many(SEND_TOPIC, [{"mail_id": mail_id} for mail_id in mail_ids])

    def _mail(self, extension: Extension, tokens: Tokens) -> dict[str, Any]:
        language = mail_language(extension, self._mail_language)
        return {
            "message_id": str(uuid.uuid4()),
            "kind": MailKind.WELCOME,
            "extension_id": extension.id,
            "recipient": extension.email,
            "subject": subject(self._general.company_name, extension.number, language),
            "language": language,
            "status": MailStatus.QUEUED,
            "attempts": 0,
            "created_at": self.moment,
            "server_answer": "",
            "error": "",
            "sealed_tokens": self._seal.seal(json.dumps(tokens)),
        }


def mail_language(extension: Extension, system_language: Language) -> Language:
    """Return the extension's own mail language, else the notification language (WM-2)."""
    for language in LANGUAGES:
        if extension.email_language == language:
            return language
    return system_language
