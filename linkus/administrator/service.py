"""Creates the first administrator, and changes an administrator's own account."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator import rules
from linkus.administrator.schemas import AdministratorView, Setup, SetupInspected
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.errors import Gone, LinkusError, NotFound, ValidationFailed
from linkus.kit.messages import Language, text
from linkus.kit.secrets import hash_password, hash_token, new_token
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.session.auth import check_live
from linkus.session.models import Session
from linkus.session.schemas import EndReason
from linkus.session.service import end_sessions
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.audit.values import snapshot
from linkus.shared.event_log.passwords import record_administrator_password_changed
from linkus.shared.general_settings import begin_in, company_name, public_address
from linkus.shared.models.administrator import Administrator, SetupToken
from linkus.shared.roles.holders import holder


class SetupDone(Gone):
    code = "setup_done"


class SetupTokenUnknown(NotFound):
    code = "setup_token_unknown"


class BadAdministratorSettings(ValueError):
    """Raised when LINKUS_ADMIN_USERNAME or LINKUS_ADMIN_PASSWORD breaks the rules; the text says which and why."""


async def setup_needed(db: AsyncSession) -> bool:
    return not await db.scalar(select(func.count()).select_from(Administrator))


async def ensure_setup_link(database: Database, settings: Settings) -> str | None:
    """Return a new one-time link for the first administrator and void the previous one; None once there is an
    administrator.

    With LINKUS_ADMIN_USERNAME and LINKUS_ADMIN_PASSWORD (unattended set-up), create the administrator instead.
    """
    async with database.transaction() as db:
        if not await setup_needed(db):
            return None
        if settings.admin_username or settings.admin_password:
            await _create_from_settings(db, settings)
            return None
        await db.execute(delete(SetupToken))
        token = new_token()
        db.add(SetupToken(token_hash=hash_token(token)))
        return f"{await public_address(db, settings)}/portal/setup#t={token}"


async def _create_from_settings(db: AsyncSession, settings: Settings) -> None:
    errors = rules.account_errors(settings.admin_username, settings.admin_password)
    if errors:
        variables = {"username": "LINKUS_ADMIN_USERNAME", "password": "LINKUS_ADMIN_PASSWORD"}
        lines = [
            f"{variables[name]}: {text(language, error.code, **error.params)}"
            for name, error in errors.items()
            for language in ("zh-CN", "en")
        ]
        raise BadAdministratorSettings("\n".join(lines))
    await _create(db, settings.admin_username, await hash_password(settings.admin_password), "zh-CN")


async def _create(db: AsyncSession, username: str, password_hash: str, language: str) -> Administrator:
    administrator = Administrator(
        username=rules.normal_username(username), password_hash=password_hash, language=language
    )
    db.add(administrator)
    await db.execute(delete(SetupToken))
    await db.flush()
    record(
        db,
        AuditAction.CREATED,
        AuditObject.ADMINISTRATOR,
        administrator.id,
        administrator.username,
        after=administrator,
    )
    return administrator


async def inspect_setup(db: AsyncSession, token: str) -> SetupInspected:
    wrong = await _setup_error(db, token)
    status = "valid" if wrong is None else "used" if isinstance(wrong, SetupDone) else "unknown"
    return SetupInspected(status=status, company_name=await company_name(db))


async def _setup_error(db: AsyncSession, token: str) -> LinkusError | None:
    if not await setup_needed(db):
        return SetupDone()
    found = await db.scalar(select(SetupToken).where(SetupToken.token_hash == hash_token(token)))
    return None if found else SetupTokenUnknown()


async def set_up(database: Database, given: Setup) -> int:
    """Create the first administrator, consume the token and return the id. The slow hash runs outside the
    transaction."""
    async with database.transaction(write=False) as db:
        if (wrong := await _setup_error(db, given.token)) is not None:
            raise wrong
    if errors := rules.account_errors(given.username, given.password):
        raise ValidationFailed(fields=errors)
    password_hash = await hash_password(given.password)
    async with database.transaction() as db:
        # one statement: of two concurrent requests, one gets the row
        used = await db.execute(
            delete(SetupToken).where(SetupToken.token_hash == hash_token(given.token)).returning(SetupToken.id)
        )
        if used.scalar_one_or_none() is None or not await setup_needed(db):
            raise SetupDone()
        await begin_in(db, given.language)
        return (await _create(db, given.username, password_hash, given.language)).id


async def hash_new(username: str, password: str) -> str:
    """Check the rules and hash the password. Runs before the transaction, because hashing is slow."""
    if (wrong := rules.password_error(username, password)) is not None:
        raise ValidationFailed(fields={"new_password": wrong})
    return await hash_password(password)


async def update_account(
    work: UnitOfWork, administrator_id: int, session_id: int, language: Language | None, password_hash: str | None
) -> AdministratorView:
    """Change the language or the password. A new password ends every other session of the account."""
    account = await work.db.get_one(Administrator, administrator_id, with_for_update=True, populate_existing=True)
    check_live(await work.db.get(Session, session_id), now())  # it may have ended while the password was hashed
    found = await holder(work.db, administrator_id)
    before = snapshot(account)
    if language is not None:
        account.language = language
    if password_hash is not None:
        account.password_hash = password_hash
        await end_sessions(
            work, EndReason.PASSWORD_CHANGED, administrator_id=administrator_id, except_session_id=session_id
        )
        await record_administrator_password_changed(work, account.username)
    record(
        work.db,
        AuditAction.CHANGED,
        AuditObject.ADMINISTRATOR,
        account.id,
        account.username,
        before=before,
        after=account,
    )
    return AdministratorView(username=found.name if found else account.username, language=account.language)
