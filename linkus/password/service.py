"""Changes a user's own password, and resets a forgotten one."""

from __future__ import annotations

import json
from datetime import timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.rules.enforcement import SettingLocked, check_password_change
from linkus.credential import repository as credentials
from linkus.credential.schemas import CredentialStatus, Purpose
from linkus.credential.service import issue, revoke_all, status_of
from linkus.extension.rules import user_password_error
from linkus.extension.service import get_for_update
from linkus.kit.addresses import network_of
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.errors import FieldError, Gone, NotFound, ValidationFailed
from linkus.kit.secrets import Seal, hash_password, hash_token, verify_password
from linkus.kit.work import UnitOfWork
from linkus.mail import server
from linkus.mail.language import notification_language
from linkus.mail.models import MailKind, MailMessage, MailStatus
from linkus.mail.queued import queued_mail
from linkus.mail.topics import AWAITED_TOPIC
from linkus.password.schemas import ResetInspectAnswer
from linkus.session.auth import check_live
from linkus.session.models import Session
from linkus.session.repository import has_signed_in_at
from linkus.session.schemas import EndReason
from linkus.session.service import Device, end_sessions
from linkus.shared import extension_notify
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.audit.values import snapshot
from linkus.shared.event_log.passwords import record_password_changed
from linkus.shared.general_settings import company_name
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension
from linkus.welcome_mail.enqueue import mail_language

TOPIC = "password.reset"
LINK_VALIDITY = timedelta(hours=1)
# A repeated request within this time sends no second mail, because the first link still works for most of its hour.
# Strangers can therefore neither flood a mailbox nor keep its owner from a link. An owner at an address known to be
# theirs waits less.
MIN_INTERVAL = timedelta(minutes=20)
MIN_INTERVAL_FOR_OWNER = timedelta(minutes=2)


async def hash_new(password: str, extension: Extension) -> str:
    """Check the rules and hash the password. Runs before the transaction, because hashing is slow."""
    error = user_password_error(password, extension.number, extension.first_name, extension.last_name)
    if not password:
        error = FieldError("field_required")
    if error is None and extension.password_hash and await verify_password(password, extension.password_hash):
        error = FieldError("password_unchanged")
    if error is not None:
        raise ValidationFailed(fields={"new_password": error})
    return await hash_password(password)


async def set_own(work: UnitOfWork, extension_id: int, hashed: str, *, except_session_id: int | None = None) -> int:
    """Set the password and return how many sessions it ended: nobody who used the old password may stay in."""
    extension = await get_for_update(work.db, extension_id)
    if except_session_id is not None:  # which may have ended while the password was hashed
        check_live(await work.db.get(Session, except_session_id), now())
    before = snapshot(extension)
    extension.password_hash, extension.password_set_by = hashed, "user"
    extension.version += 1
    extension_notify.extension_changed(work, extension)
    name = f"{extension.number} {extension.display_name}"
    record(work.db, AuditAction.CHANGED, AuditObject.EXTENSION, extension.id, name, before=before, after=extension)
    await record_password_changed(work, extension)
    # a reset link is no longer needed: nobody who finds it in the mailbox may use it
    await credentials.revoke(work.db, now(), extension_ids=[extension_id], purpose=Purpose.PASSWORD_RESET)
    return await end_sessions(
        work, EndReason.PASSWORD_CHANGED, extension_ids=[extension_id], except_session_id=except_session_id
    )


async def request_reset(work: UnitOfWork, username: str, address: str) -> None:
    """Queue a request. The work is the same whether or not the account exists, so that neither the answer nor its time
    reveals this."""
    work.enqueue(TOPIC, {"username": username.strip().lower(), "address": address})


async def send_reset(work: UnitOfWork, seal: Seal, username: str, address: str) -> None:
    """Send a reset link. Do nothing if there is no such account or address, if a recent link still works, or if a rule
    forbids the user to change the password."""
    db = work.db
    if not username.isprintable():
        return
    extension = await db.scalar(
        select(Extension).where(or_(Extension.number == username, Extension.email_key == username))
    )
    if extension is None or not extension.email or not extension.linkus_enabled:
        return
    if not await server.is_configured(db):
        return
    try:
        await check_password_change(db, extension)
    except SettingLocked:
        return
    quiet = (
        MIN_INTERVAL_FOR_OWNER
        if await has_signed_in_at(db, network_of(address), "extension", extension.id)
        else MIN_INTERVAL
    )
    if await _sent_lately(db, extension.id, quiet):
        return
    mail = queued_mail(
        MailKind.PASSWORD_RESET,
        extension.email,
        mail_language(extension, await notification_language(db)),
        extension_id=extension.id,
    )
    db.add(mail)
    await db.flush()
    credential, token = issue(db, extension.id, "web", LINK_VALIDITY, mail.id)
    credential.purpose = Purpose.PASSWORD_RESET
    mail.sealed_tokens = seal.seal(json.dumps({"reset": token}))
    work.enqueue(AWAITED_TOPIC, {"mail_id": mail.id})


async def _sent_lately(db: AsyncSession, extension_id: int, quiet: timedelta) -> bool:
    """Return whether a link that still works is on its way or in the mailbox."""
    query = select(func.count()).where(
        Credential.extension_id == extension_id,
        Credential.purpose == Purpose.PASSWORD_RESET,
        Credential.created_at > now() - quiet,
        Credential.used_at.is_(None),
        Credential.revoked_at.is_(None),
        MailMessage.id == Credential.mail_id,
        MailMessage.status != MailStatus.FAILED,
    )
    return bool(await db.scalar(query))


async def inspect(db: AsyncSession, token: str) -> ResetInspectAnswer:
    """Report the purpose of a link. Consumes nothing."""
    company = await company_name(db)
    row = await credentials.find(db, hash_token(token), Purpose.PASSWORD_RESET)
    if row is None:
        return ResetInspectAnswer(status=CredentialStatus.UNKNOWN, company_name=company)
    credential, extension = row
    return ResetInspectAnswer(
        status=status_of(credential, extension, now()),
        company_name=company,
        extension_number=extension.number,
        display_name=extension.display_name,
        first_name=extension.first_name,
        last_name=extension.last_name,
    )


async def owner(database: Database, token: str) -> Extension:
    """Return the extension whose password the token resets. Refuse a spent token."""
    async with database.transaction(write=False) as db:
        row = await credentials.find(db, hash_token(token), Purpose.PASSWORD_RESET)
        if row is None:
            raise NotFound("reset_unknown")
        credential, extension = row
        if (status := status_of(credential, extension, now())) is not CredentialStatus.VALID:
            raise Gone(f"reset_{status.value}")
        await check_password_change(db, extension)
    return extension


async def reset(work: UnitOfWork, token: str, extension_id: int, hashed: str, device: Device) -> None:
    """Reset the password once, and revoke every unused credential of the extension."""
    consumed = await credentials.consume(
        work.db, hash_token(token), now(), device.address, device.user_agent, Purpose.PASSWORD_RESET
    )
    if consumed is None:
        raise Gone("reset_used")
    await set_own(work, extension_id, hashed)
    await revoke_all(work.db, [extension_id])
