"""Issues, shows and redeems one-time login credentials."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.credential import repository
from linkus.credential.links import screen_link
from linkus.credential.schemas import CredentialStatus, InspectAnswer, ScreenCode
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.errors import Conflict, Gone, NotFound
from linkus.kit.secrets import hash_token, new_token
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.server_settings.service import credential_validity
from linkus.session.devices import publish_devices_changed
from linkus.session.login_mode import SignedInBy
from linkus.session.schemas import LinkusClientKind
from linkus.session.service import Device, OpenedSession, end_oldest, open_session
from linkus.session.sign_in_events import record_web_user
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.events import MailChanged
from linkus.shared.general_settings import company_name, public_address
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension


def issue(
    db: AsyncSession, extension_id: int, client_kind: str, validity: timedelta, mail_id: int | None = None
) -> tuple[Credential, str]:
    """Create a credential and return it with its token. The token is not stored and cannot be read later."""
    token, moment = new_token(), now()
    credential = Credential(
        token_hash=hash_token(token),
        extension_id=extension_id,
        client_kind=client_kind,
        mail_id=mail_id,
        created_at=moment,
        expires_at=moment + validity,
    )
    db.add(credential)
    return credential, token


def status_of(credential: Credential, extension: Extension, moment: datetime) -> CredentialStatus:
    if credential.used_at is not None:
        return CredentialStatus.USED
    if credential.revoked_at is not None or not extension.linkus_enabled:
        return CredentialStatus.REVOKED
    return CredentialStatus.EXPIRED if credential.expires_at <= moment else CredentialStatus.VALID


async def inspect(work: UnitOfWork, token: str) -> InspectAnswer:
    """Report the state of a link. Consumes nothing, so that a link scanner may call this any number of times."""
    company, moment = await company_name(work.db), now()
    row = await repository.find(work.db, hash_token(token))
    if row is None:
        return InspectAnswer(status=CredentialStatus.UNKNOWN, company_name=company)
    credential, extension = row
    if await repository.mark_opened(work.db, credential.id, moment):
        _publish_use(work, credential, "opened")
    return InspectAnswer(
        status=status_of(credential, extension, moment),
        company_name=company,
        extension_number=extension.number,
        display_name=extension.display_name,
        client_kind=_kind(credential),
        expires_at=credential.expires_at,
    )


async def redeem(work: UnitOfWork, token: str, device: Device) -> OpenedSession:
    """Open a session for the first request with this token."""
    token_hash, moment = hash_token(token), now()
    credential = await repository.consume(work.db, token_hash, moment, device.address, device.user_agent)
    row = await repository.find(work.db, token_hash)
    if row is None:
        raise NotFound("credential_unknown")
    if credential is None:
        raise Gone(f"credential_{status_of(row[0], row[1], moment).value}")
    extension = row[1]
    _publish_use(work, credential, "used")
    kind = dataclasses.replace(device, client_kind=credential.client_kind)
    publish_devices_changed(work, [(extension.id, extension.number)])
    opened = await open_session(work.db, extension, kind, signed_in_by=SignedInBy.CREDENTIAL)
    await end_oldest(work, opened.session)
    await record_web_user(work, extension, credential.client_kind, device.address)
    return opened


def _publish_use(work: UnitOfWork, credential: Credential, status: str) -> None:
    """Publish the change to open lists of welcome mails."""
    if credential.mail_id is not None:
        changed = MailChanged(mail_id=credential.mail_id, extension_id=credential.extension_id, status=status)
        work.publish([PORTAL], changed)


async def screen_code(
    db: AsyncSession, settings: Settings, extension_id: int, client_kind: LinkusClientKind
) -> ScreenCode:
    """Create a code to scan from the administrator's screen. It replaces an earlier code that nobody has used."""
    extension = await db.get(Extension, extension_id)
    if extension is None:
        raise NotFound()
    if not extension.linkus_enabled:
        raise Conflict("extension_linkus_disabled", number=extension.number)
    await repository.supersede(db, now(), [extension.id], by_mail=False, client_kind=client_kind)
    credential, token = issue(db, extension.id, client_kind, await credential_validity(db))
    record(
        db,
        AuditAction.CREATED,
        AuditObject.CREDENTIAL,
        extension.id,
        f"{extension.number} {extension.display_name}",
        after={"client_kind": client_kind, "expires_at": credential.expires_at},
    )
    code = screen_link(await public_address(db, settings), client_kind, token)
    return ScreenCode(**code.model_dump(), expires_at=credential.expires_at)


async def revoke_all(db: AsyncSession, extension_ids: Iterable[int]) -> None:
    """Revoke all unused credentials of these extensions, for which Linkus is switched off. They stay revoked when it is
    switched on again."""
    await repository.revoke(db, now(), extension_ids=extension_ids)


def _kind(credential: Credential) -> LinkusClientKind:
    kind: LinkusClientKind = credential.client_kind  # type: ignore[assignment]  # written by issue() only
    return kind
