"""Checks welcome mails before they are sent; revokes them and sends them again afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.messages import Language
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.mail import server
from linkus.mail.models import MailKind, MailMessage
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.events import MailChanged
from linkus.shared.general_settings import loopback_address
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from linkus.shared.roles.catalogue import Role
from linkus.welcome_mail.enqueue import CHUNK_MAILS, queue, reason_not_to, row_of
from linkus.welcome_mail.schemas import WelcomeCheck, WelcomeMailAnswer


def _chunks(ids: Iterable[int]) -> Iterator[list[int]]:
    """Split the ids into chunks that fit into a statement, each id once and in order."""
    unique_ids = list(dict.fromkeys(ids))
    return (unique_ids[start : start + CHUNK_MAILS] for start in range(0, len(unique_ids), CHUNK_MAILS))


async def check(db: AsyncSession, settings: Settings, extension_ids: list[int], language: Language) -> WelcomeCheck:
    has_server, ready = await server.is_configured(db), 0
    not_ready = []
    for ids in _chunks(extension_ids):
        extensions = {
            extension.id: extension for extension in await db.scalars(select(Extension).where(Extension.id.in_(ids)))
        }
        for id_ in ids:
            reason = reason_not_to(extensions.get(id_), has_server=has_server)
            if reason is None:
                ready += 1
            else:
                not_ready.append(row_of(id_, extensions.get(id_), reason, language))
    local = await loopback_address(db, settings)
    return WelcomeCheck(ready=ready, not_ready=not_ready, loopback_address=local)


async def revoke(work: UnitOfWork, mail_ids: list[int]) -> int:
    """Revoke unused credentials; return how many mails had any. Existing sessions continue; the list of
    devices can end them."""
    touched: set[int] = set()
    moment = now()
    for ids in _chunks(mail_ids):
        welcome = select(MailMessage.id).where(MailMessage.id.in_(ids), MailMessage.kind == MailKind.WELCOME.value)
        statement = update(Credential).where(
            Credential.mail_id.in_(welcome), Credential.used_at.is_(None), Credential.revoked_at.is_(None)
        )
        revoked = await work.db.scalars(
            statement.values(revoked_at=moment).returning(Credential.mail_id),
            execution_options={"synchronize_session": False},
        )
        touched |= {mail_id for mail_id in revoked if mail_id is not None}
    if touched:
        record(work.db, AuditAction.REVOKED, AuditObject.WELCOME_MAIL, after={"count": len(touched)})
        work.publish([PORTAL], MailChanged(mail_id=None, extension_id=None, status="revoked"))
    return len(touched)


async def send_again(
    work: UnitOfWork, settings: Settings, seal: Seal, actor: Role, mail_ids: list[int], language: Language
) -> WelcomeMailAnswer:
    """Queue a new mail for each extension that still exists. As with every new mail, the earlier unused links are
    revoked. An extension that cannot be sent a mail keeps its links."""
    extensions: dict[int, None] = {}
    for ids in _chunks(mail_ids):
        query = select(MailMessage.extension_id).where(
            MailMessage.id.in_(ids), MailMessage.kind == MailKind.WELCOME.value, MailMessage.extension_id.is_not(None)
        )
        extensions |= dict.fromkeys(id_ for id_ in await work.db.scalars(query) if id_ is not None)
    return await queue(work, settings, seal, actor, list(extensions), language)
