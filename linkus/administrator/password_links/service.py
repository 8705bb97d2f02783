"""Makes and consumes the links by which administrators with a user name of their own choose their password.

Nobody else knows such a password, not even whoever added the account. So a role that is raised later goes to the user
alone: see `linkus/administrator/logins.py`.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator import logins, rules
from linkus.administrator.accounts import repository
from linkus.administrator.accounts.service import LastSuper, OwnAccount, manageable
from linkus.administrator.events import AdministratorChanged
from linkus.administrator.password_links.schemas import PasswordLinkInspected, PasswordLinkView
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.errors import Conflict, Gone, NotFound, ValidationFailed
from linkus.kit.secrets import hash_password, hash_token, new_token
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.session.auth import AdministratorPrincipal
from linkus.session.schemas import EndReason
from linkus.session.service import end_sessions
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.audit.values import snapshot
from linkus.shared.event_log.passwords import record_administrator_password_changed
from linkus.shared.general_settings import company_name, public_address
from linkus.shared.models.administrator import Administrator, PasswordLink

VALIDITY = timedelta(days=3)


class PasswordOfExtension(Conflict):
    """Raised for the user of an extension, whose password is that of the extension."""

    code = "administrator_password_is_extensions"


class PasswordLinkUnknown(NotFound):
    code = "password_link_unknown"


class PasswordLinkExpired(Gone):
    code = "password_link_expired"


async def make(work: UnitOfWork, settings: Settings, who: AdministratorPrincipal, account_id: int) -> PasswordLinkView:
    """Make a link for an administrator. It voids the password, the sessions and the links of before, so that whoever
    forgot a password and whoever stole one are treated alike."""
    supers = await repository.lock_supers(work.db)
    await logins.lock_accounts(work.db, [account_id])  # a role that is raised meanwhile comes before or after
    found = await manageable(work.db, who, account_id)
    if found.extension is not None:
        raise PasswordOfExtension()
    if account_id == who.administrator_id:
        raise OwnAccount()
    if supers == [account_id]:
        raise LastSuper()
    await logins.void_account(work, found.administrator, EndReason.PASSWORD_VOIDED)
    token, expires_at = new_token(), now() + VALIDITY
    work.db.add(PasswordLink(administrator_id=account_id, token_hash=hash_token(token), expires_at=expires_at))
    record(
        work.db,
        AuditAction.CREATED,
        AuditObject.PASSWORD_LINK,
        account_id,
        found.name,
        after={"expires_at": expires_at},
    )
    address = await public_address(work.db, settings)
    return PasswordLinkView(link=f"{address}/portal/setup/password#t={token}", expires_at=expires_at)


async def inspect(db: AsyncSession, token: str) -> PasswordLinkInspected:
    """Report the state of a link. Consumes nothing."""
    company, found = await company_name(db), await _find(db, token)
    if found is None:
        return PasswordLinkInspected(status="unknown", company_name=company)
    link, administrator = found
    if link.expires_at <= now():
        return PasswordLinkInspected(status="expired", company_name=company)
    return PasswordLinkInspected(status="valid", company_name=company, username=administrator.username)


async def owner(database: Database, token: str) -> Administrator:
    """Return the administrator whose password the link chooses. Refuse a spent link."""
    async with database.transaction(write=False) as db:
        found = await _find(db, token)
    if found is None:
        raise PasswordLinkUnknown()
    link, administrator = found
    if link.expires_at <= now():
        raise PasswordLinkExpired()
    return administrator


async def hash_new(username: str, password: str) -> str:
    """Check the rules and hash the password. Runs before the transaction, because hashing is slow."""
    if (wrong := rules.password_error(username, password)) is not None:
        raise ValidationFailed(fields={"new_password": wrong})
    return await hash_password(password)


async def choose(work: UnitOfWork, token: str, administrator_id: int, hashed: str) -> None:
    """Consume the link and set the password. One statement consumes, so of two requests only one succeeds, and a role
    that was raised while the password was hashed has taken the link away."""
    administrator = await work.db.get(Administrator, administrator_id, with_for_update=True, populate_existing=True)
    consumed = delete(PasswordLink).where(
        PasswordLink.token_hash == hash_token(token), PasswordLink.administrator_id == administrator_id
    )
    used = await work.db.execute(consumed.returning(PasswordLink.administrator_id))
    if used.scalar_one_or_none() is None or administrator is None:
        raise PasswordLinkUnknown()
    before = snapshot(administrator)
    administrator.password_hash = hashed
    await record_administrator_password_changed(work, administrator.username)
    await end_sessions(work, EndReason.PASSWORD_CHANGED, administrator_id=administrator_id)
    work.publish([PORTAL], AdministratorChanged(id=administrator_id))
    record(
        work.db,
        AuditAction.CHANGED,
        AuditObject.ADMINISTRATOR,
        administrator_id,
        administrator.username,
        before=before,
        after=administrator,
    )


async def _find(db: AsyncSession, token: str) -> tuple[PasswordLink, Administrator] | None:
    query = select(PasswordLink, Administrator).join(Administrator, Administrator.id == PasswordLink.administrator_id)
    row = (await db.execute(query.where(PasswordLink.token_hash == hash_token(token)))).one_or_none()
    return None if row is None else (row[0], row[1])
