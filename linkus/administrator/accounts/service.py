"""Adds, changes and removes administrators.

The last super administrator stays, nobody gives, changes or takes away more than they hold, and nobody shuts
themselves out.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator import logins, rules
from linkus.administrator.accounts import repository
from linkus.administrator.accounts.schemas import AccountCreate, Accounts, AccountUpdate, AccountView
from linkus.administrator.events import AdministratorChanged
from linkus.administrator.roles.service import RoleTooPowerful, role_by_key, role_name
from linkus.kit.bus import PORTAL
from linkus.kit.errors import Conflict, FieldError, NotFound, ValidationFailed
from linkus.kit.messages import Language
from linkus.kit.secrets import hash_password
from linkus.kit.unique_values import taken_values
from linkus.kit.work import UnitOfWork
from linkus.session.auth import SET_BY_ADMINISTRATOR, AdministratorPrincipal
from linkus.session.schemas import EndReason
from linkus.session.second_factor.repository import all_confirmed
from linkus.session.service import end_sessions
from linkus.shared import extension_notify
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.extension_schemas import NamedExtension
from linkus.shared.models.administrator import NO_PASSWORD, Administrator
from linkus.shared.models.extension import Extension
from linkus.shared.roles.builtin import CUSTOM
from linkus.shared.roles.catalogue import Role
from linkus.shared.roles.holders import Holder, all_holders, holder
from linkus.shared.roles.rules import covers, is_super


class LastSuper(Conflict):
    """Raised for what would leave the server without a super administrator."""

    code = "administrator_last_super"


class OwnAccount(Conflict):
    """Raised for an administrator who would disable or remove themselves."""

    code = "administrator_is_self"


async def accounts(db: AsyncSession, who: AdministratorPrincipal, language: Language) -> Accounts:
    seen, having_factor = await repository.last_seen(db), await all_confirmed(db)
    return Accounts(
        items=[
            AccountView(
                id=found.administrator.id,
                username=found.name,
                extension=None if found.extension is None else NamedExtension.model_validate(found.extension),
                role=found.role.key,
                role_name=role_name(language, found.role),
                disabled=found.administrator.disabled,
                created_at=found.administrator.created_at,
                last_seen_at=seen.get(found.administrator.id),
                second_factor=found.administrator.id in having_factor,
                password_missing=_lacks_own_password(found),
                manageable=covers(who.role, found.role),
                own=found.administrator.id == who.administrator_id,
            )
            for found in await all_holders(db)
        ]
    )


async def account(db: AsyncSession, who: AdministratorPrincipal, account_id: int, language: Language) -> AccountView:
    return next(item for item in (await accounts(db, who, language)).items if item.id == account_id)


def _lacks_own_password(found: Holder) -> bool:
    if found.extension is None:
        return found.administrator.password_hash == NO_PASSWORD
    return found.extension.password_hash is None or found.extension.password_set_by == SET_BY_ADMINISTRATOR


async def hash_new(body: AccountCreate) -> str:
    """Check name and password of an account of its own, and hash the password. Runs before the transaction, because
    hashing is slow."""
    if body.extension_id is not None:
        return NO_PASSWORD
    if not body.password:
        if (wrong := rules.username_error(body.username)) is not None:
            raise ValidationFailed(fields={"username": wrong})
        return NO_PASSWORD
    if errors := rules.account_errors(body.username, body.password):
        raise ValidationFailed(fields=errors)
    return await hash_password(body.password)


async def create(work: UnitOfWork, who: AdministratorPrincipal, body: AccountCreate, password_hash: str) -> int:
    role, custom_role_id = await _role(work.db, who.role, body.role, of_extension=body.extension_id is not None)
    extension = await _extension(work.db, body.extension_id)
    if extension is not None:
        await logins.renew(work, logins.Confirmed(body.confirmed_logins), extension_ids=[extension.id])
    administrator = Administrator(
        username=rules.normal_username(body.username) if extension is None else f"@{extension.id}",
        password_hash=password_hash,
        extension_id=None if extension is None else extension.id,
        role=role.key if custom_role_id is None else CUSTOM,
        custom_role_id=custom_role_id,
        language=body.language if extension is None else extension.language,
    )
    work.db.add(administrator)
    taken = {
        "username": ("username", FieldError("administrator_username_taken", {"username": administrator.username})),
        "extension_id": ("extension_id", FieldError("administrator_extension_taken")),
    }
    with taken_values(Administrator.__tablename__, taken):
        await work.db.flush()
    _tell(work, administrator.id, extension)
    name = administrator.username if extension is None else extension.number
    record(
        work.db,
        AuditAction.CREATED,
        AuditObject.ADMINISTRATOR,
        administrator.id,
        name,
        after=_told(administrator, role),
    )
    return administrator.id


async def update(work: UnitOfWork, who: AdministratorPrincipal, account_id: int, body: AccountUpdate) -> None:
    """Change role and state. Both take effect on the next request, and open pages follow."""
    supers = await repository.lock_supers(work.db)
    found = await manageable(work.db, who, account_id)
    administrator = found.administrator
    role, custom_role_id = await _role(
        work.db, who.role, body.role, of_extension=administrator.extension_id is not None
    )
    if body.disabled and administrator.id == who.administrator_id:
        raise OwnAccount()
    if supers == [administrator.id] and (body.disabled or not is_super(role)):
        raise LastSuper()
    if not covers(found.role, role):
        confirmed = logins.Confirmed(body.confirmed_logins, body.confirmed_accounts)
        if found.extension is not None:
            await logins.renew(work, confirmed, extension_ids=[found.extension.id])
        else:
            await logins.renew(work, confirmed, account_ids=[administrator.id])
    before = _told(administrator, found.role)
    administrator.role = role.key if custom_role_id is None else CUSTOM
    administrator.custom_role_id = custom_role_id
    administrator.disabled = body.disabled
    if body.disabled:
        await end_sessions(work, EndReason.ADMINISTRATOR_DISABLED, administrator_id=administrator.id)
    _tell(work, administrator.id, found.extension)
    after = _told(administrator, role)
    record(
        work.db,
        AuditAction.CHANGED,
        AuditObject.ADMINISTRATOR,
        administrator.id,
        found.name,
        before=before,
        after=after,
    )


def _told(administrator: Administrator, role: Role) -> dict[str, Any]:
    """Return what the audit log tells of an administrator."""
    return {"role": role.name or role.key, "disabled": administrator.disabled, "language": administrator.language}


async def remove(work: UnitOfWork, who: AdministratorPrincipal, account_id: int) -> None:
    supers = await repository.lock_supers(work.db)
    found = await manageable(work.db, who, account_id)
    if account_id == who.administrator_id:
        raise OwnAccount()
    if supers == [account_id]:
        raise LastSuper()
    await end_sessions(work, EndReason.ADMINISTRATOR_DELETED, administrator_id=account_id)
    await work.db.flush()
    before = _told(found.administrator, found.role)
    record(work.db, AuditAction.DELETED, AuditObject.ADMINISTRATOR, account_id, found.name, before=before)
    await work.db.delete(found.administrator)
    _tell(work, account_id, found.extension)


def record_removed_holders(work: UnitOfWork, holders: Iterable[Holder]) -> None:
    """Tell the audit log and open pages of the users whose role the database deletes with their extension."""
    for found in holders:
        before = _told(found.administrator, found.role)
        record(
            work.db, AuditAction.DELETED, AuditObject.ADMINISTRATOR, found.administrator.id, found.name, before=before
        )
        work.publish([PORTAL], AdministratorChanged(id=found.administrator.id))


def _tell(work: UnitOfWork, administrator_id: int, extension: Extension | None) -> None:
    """Tell the portal, and the clients of the user who has got or lost a role: they show the way to the portal."""
    work.publish([PORTAL], AdministratorChanged(id=administrator_id))
    if extension is not None:
        extension_notify.extension_changed(work, extension)


async def manageable(db: AsyncSession, who: AdministratorPrincipal, account_id: int) -> Holder:
    """Return an administrator whom the actor may change. Raise RoleTooPowerful for one with a greater role."""
    found = await holder(db, account_id)
    if found is None:
        raise NotFound("administrator_not_found")
    if not covers(who.role, found.role):
        raise RoleTooPowerful()
    return found


async def _role(db: AsyncSession, actor: Role, key: str, *, of_extension: bool) -> tuple[Role, int | None]:
    found = await role_by_key(db, key)
    if found is None:
        raise ValidationFailed(fields={"role": FieldError("role_not_found")})
    if of_extension and is_super(found[0]):
        raise ValidationFailed(fields={"role": FieldError("role_needs_own_login")})
    if not covers(actor, found[0]):
        raise RoleTooPowerful()
    return found


async def _extension(db: AsyncSession, extension_id: int | None) -> Extension | None:
    if extension_id is None:
        return None
    extension = await db.get(Extension, extension_id, with_for_update=True)
    if extension is None:
        raise ValidationFailed(fields={"extension_id": FieldError("extension_not_found")})
    return extension
