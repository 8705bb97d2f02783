"""Signs in with user name and password, in the same way for administrators and extension users."""

from __future__ import annotations

from fastapi import Request
from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.actor import ActorKind, identify
from linkus.kit.errors import Forbidden, NotSignedIn
from linkus.kit.http import client_address, is_at_clients_port
from linkus.kit.secrets import verify_password
from linkus.kit.services import KitServices
from linkus.kit.work import unit_of_work
from linkus.lockout.blocks import Protocol
from linkus.lockout.lockouts import Lockouts
from linkus.lockout.rules import limits_of
from linkus.lockout.settings import policy
from linkus.session import sign_in_events as events
from linkus.session.auth import SET_BY_ADMINISTRATOR, OwnPasswordNeeded
from linkus.session.code_attempt import code_attempt
from linkus.session.devices import publish_devices_changed
from linkus.session.login_mode import SignedInBy, login_mode
from linkus.session.schemas import SignIn
from linkus.session.second_factor.check import use_code
from linkus.session.second_factor.repository import confirmed
from linkus.session.sender import describe_sender
from linkus.session.service import OpenedSession, device_of, end_oldest, open_session
from linkus.session.sign_in_events import Attempt
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.models.administrator import NO_PASSWORD, Administrator
from linkus.shared.models.extension import Extension


class LinkusDisabled(Forbidden):
    code = "linkus_disabled"


class AdministratorDisabled(Forbidden):
    """Raised for the right password of an account that another administrator has disabled."""

    code = "administrator_disabled"


async def find_account(db: AsyncSession, username: str) -> Administrator | Extension | None:
    """Return the account of a user name. An administrator's name is never a number or an email address, so no two
    accounts share a user name."""
    name = username.strip().lower()
    if not name.isprintable():
        return None
    administrator = await db.scalar(
        select(Administrator).where(Administrator.username == name, Administrator.extension_id.is_(None))
    )
    if administrator is not None:
        return administrator
    return await db.scalar(select(Extension).where(or_(Extension.number == name, Extension.email_key == name)))


def _way(account: Administrator | Extension | None, username: str) -> SignedInBy | None:
    if not isinstance(account, Extension):
        return None
    return SignedInBy.NUMBER if account.number == username.strip() else SignedInBy.EMAIL


async def _still_counts(db: AsyncSession, account: Administrator | Extension, way: SignedInBy | None) -> bool:
    """Return whether the account is as it was before the hash. A concurrent change waits for the same row locks
    (PostgreSQL) and then ends the session that is opened now."""
    if isinstance(account, Administrator):
        administrator = await db.get(Administrator, account.id, with_for_update={"read": True})
        return (
            administrator is not None
            and not administrator.disabled
            and administrator.password_hash == account.password_hash
        )
    extension = await db.get(Extension, account.id, with_for_update={"read": True})
    if extension is None or extension.password_hash != account.password_hash:
        return False
    same_names = (extension.number, extension.email_key) == (account.number, account.email_key)
    return same_names and way is not None and (await login_mode(db, hold=True)).allows(way)


async def sign_in(request: Request, kit: KitServices, lockouts: Lockouts, body: SignIn) -> OpenedSession:
    """Sign a user in. The slow hash runs outside of any transaction, because it must not hold SQLite's one write
    lock."""
    address = client_address(request)
    async with kit.database.transaction(write=False) as db:
        account = await find_account(db, body.username)
        way = _way(account, body.username)
        if way is not None and not (await login_mode(db)).allows(way):
            account = None  # LM-1: a name of a kind that is not accepted counts as unknown
        if is_at_clients_port(request) and (body.portal or isinstance(account, Administrator)):
            account = None
        limits = limits_of(await describe_sender(db, request, body.username, account), await policy(db))
    at_portal = body.portal or isinstance(account, Administrator)
    attempt = Attempt(body.username, address, body.client_kind, at_portal=at_portal)
    async with lockouts.attempt(limits, "sign_in_locked"):
        # without an account or a password, the check takes the same time and fails in the same way
        if not await verify_password(body.password, _hash_of(account)) or account is None:
            async with unit_of_work(kit) as work:
                protocol = Protocol.PORTAL if at_portal else Protocol(body.client_kind)
                lock = await lockouts.failed(work, limits, protocol, body.username)
                await attempt.record_failure(work, events.REASON_CREDENTIALS, lock)
            raise NotSignedIn("wrong_credentials")
    # not before the password check: others must not learn which accounts exist
    if isinstance(account, Administrator) and account.disabled:
        await _record_failure(kit, attempt, events.REASON_DISABLED)
        raise AdministratorDisabled()
    portal_holder = await _portal_holder(kit, account) if body.portal and isinstance(account, Extension) else None
    if isinstance(account, Extension) and portal_holder is None and not account.linkus_enabled:
        await _record_failure(kit, attempt, events.REASON_LINKUS_DISABLED)
        raise LinkusDisabled()
    administrator = account if isinstance(account, Administrator) else portal_holder
    if administrator is not None and not await _has_second_factor(kit, lockouts, administrator.id, body.code):
        await _record_failure(kit, attempt, events.REASON_CODE)
        raise NotSignedIn("second_factor_code_wrong")
    async with unit_of_work(kit) as work:
        if not await _still_counts(work.db, account, way):
            raise NotSignedIn("wrong_credentials")
        device = device_of(request, body.client_kind, body.device_name, has_cookies=body.transport == "cookie")
        if portal_holder is not None:
            await _check_still_holder(work.db, portal_holder)
            opened = await open_session(work.db, portal_holder, device, signed_in_by=way)
        else:
            await _check_still_enabled(work.db, account)
            opened = await open_session(work.db, account, device, signed_in_by=way)
            if isinstance(account, Extension):
                publish_devices_changed(work, [(account.id, account.number)])
                await events.record_web_user(work, account, body.client_kind, address)
        await end_oldest(work, opened.session)
        await lockouts.succeeded(work.db, limits)
        if administrator is not None:
            known_as = account.username if isinstance(account, Administrator) else account.number
            identify(ActorKind.ADMINISTRATOR, administrator.id, known_as)
            record(
                work.db,
                AuditAction.SIGNED_IN,
                AuditObject.ADMINISTRATOR,
                administrator.id,
                known_as,
            )
            await events.record_administrator(work, known_as, address)
    return opened


async def _record_failure(kit: KitServices, attempt: Attempt, reason: str) -> None:
    async with unit_of_work(kit) as work:
        await attempt.record_failure(work, reason)


def _hash_of(account: Administrator | Extension | None) -> str | None:
    return None if account is None or account.password_hash == NO_PASSWORD else account.password_hash


async def _has_second_factor(kit: KitServices, lockouts: Lockouts, administrator_id: int, code: str) -> bool:
    """Use up the code of an administrator who has a second factor, and return whether it was right. A right code counts
    once, even if the sign-in then fails."""
    async with kit.database.transaction(write=False) as db:
        if await confirmed(db, administrator_id) is None:
            return True
    if not code:
        raise NotSignedIn("second_factor_needed")
    async with code_attempt(kit, lockouts, administrator_id) as attempt, kit.database.transaction() as db:
        attempt.is_right = await use_code(db, kit.seal, administrator_id, code)
    return attempt.is_right


async def _portal_holder(kit: KitServices, extension: Extension) -> Administrator | None:
    """Return the role's holder if the user of an extension holds one. Require a password that nobody else knows: who
    may set passwords must not get the roles of others with it."""
    async with kit.database.transaction(write=False) as db:
        found = await db.scalar(select(Administrator).where(Administrator.extension_id == extension.id))
    if found is None or found.disabled:
        return None
    if extension.password_set_by == SET_BY_ADMINISTRATOR:
        raise OwnPasswordNeeded()
    return found


async def _check_still_holder(db: AsyncSession, holder: Administrator) -> None:
    present = await db.get(Administrator, holder.id, with_for_update={"read": True})
    if present is None or present.disabled:
        raise AdministratorDisabled()


async def _check_still_enabled(db: AsyncSession, account: Administrator | Extension) -> None:
    if isinstance(account, Extension) and not (await db.get_one(Extension, account.id)).linkus_enabled:
        raise NotSignedIn("wrong_credentials")
