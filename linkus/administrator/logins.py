"""Makes a login new before its user gets more rights by a role.

Whoever could set up an extension until then (its password, its email address, its login links) may still know a way
in, and must not get the role with it. So everything that signed in until now ends, and the address that a link to a new
password is mailed to is confirmed by whoever gives the role. From then on, `roles/guard.py` protects all of it.

So it is with an account of its own, whose password and second factor whoever added it may have chosen. Its user chooses
the next password by a link, which only somebody whose role covers the new one can make (`password_links/`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator.second_factor.service import remove_factor
from linkus.kit.clock import now
from linkus.kit.errors import Conflict
from linkus.kit.fields import Body, Id, Line
from linkus.kit.work import UnitOfWork
from linkus.session.schemas import EndReason
from linkus.session.service import end_sessions
from linkus.shared import extension_notify
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.models.administrator import NO_PASSWORD, Administrator, PasswordLink
from linkus.shared.models.credential import Credential
from linkus.shared.models.extension import Extension


class ConfirmedLogin(Body):
    """Says that the user of an extension reads the mails of this address. Empty if the extension has none."""

    extension_id: Id
    email: Annotated[Line, Field(max_length=255)]


ConfirmedLogins = Annotated[
    list[ConfirmedLogin],
    Field(
        max_length=1000,
        description="The email addresses of the extensions whose users get more rights, as 409 `logins_unconfirmed` "
        "tells them in `logins`.",
    ),
]


ConfirmedAccounts = Annotated[
    list[Id],
    Field(
        max_length=1000,
        description="The administrators with a user name of their own who get more rights, as 409 `logins_unconfirmed` "
        "tells them in `accounts`.",
    ),
]


@dataclass(frozen=True)
class Confirmed:
    """Holds what whoever gives a role has confirmed."""

    logins: Sequence[ConfirmedLogin] = ()
    accounts: Sequence[int] = ()


class LoginsUnconfirmed(Conflict):
    """Raised until whoever gives a role has confirmed whose login is made new, and the address of each extension."""

    code = "logins_unconfirmed"

    def __init__(self, extensions: Sequence[Extension], accounts: Sequence[Administrator]) -> None:
        logins: list[dict[str, Any]] = [
            {
                "extension_id": extension.id,
                "number": extension.number,
                "display_name": extension.display_name,
                "email": extension.email or "",
            }
            for extension in extensions
        ]
        owned = [{"administrator_id": account.id, "username": account.username} for account in accounts]
        super().__init__(extra={"logins": logins, "accounts": owned})


async def renew(
    work: UnitOfWork,
    confirmed: Confirmed,
    *,
    extension_ids: Sequence[int] = (),
    account_ids: Sequence[int] = (),
) -> None:
    """End every way to sign in with these extensions, and with these accounts of their own. Raise LoginsUnconfirmed
    unless all of them are confirmed, the extensions with their present addresses."""
    extensions = await _locked(work.db, extension_ids)
    accounts = await lock_accounts(work.db, account_ids)
    known = {login.extension_id: login.email.lower() for login in confirmed.logins}
    addresses_known = all(known.get(extension.id) == (extension.email or "").lower() for extension in extensions)
    if not addresses_known or not {account.id for account in accounts} <= set(confirmed.accounts):
        raise LoginsUnconfirmed(extensions, accounts)
    await _renew_extensions(work, extensions)
    for account in accounts:
        await void_account(work, account, EndReason.ROLE_CHANGED)
        await remove_factor(work.db, account.id)


async def _renew_extensions(work: UnitOfWork, extensions: Sequence[Extension]) -> None:
    """End password, links, codes and sessions of these extensions. Their users set a new password by a link."""
    extension_ids = [extension.id for extension in extensions]
    if not extension_ids:
        return
    unspent = update(Credential).where(
        Credential.extension_id.in_(extension_ids), Credential.used_at.is_(None), Credential.revoked_at.is_(None)
    )
    await work.db.execute(unspent.values(revoked_at=now()), execution_options={"synchronize_session": False})
    await end_sessions(work, EndReason.ROLE_CHANGED, extension_ids=extension_ids)
    for extension in extensions:
        name = f"{extension.number} {extension.display_name}"
        _record_void(work.db, AuditObject.EXTENSION, extension.id, name, extension.password_hash)
        extension.password_hash, extension.password_set_by = None, "system"
        extension.version += 1
    await work.db.flush()
    extension_notify.extensions_changed(work, extensions)


async def void_account(work: UnitOfWork, account: Administrator, reason: EndReason) -> None:
    """End the password, the link to a new one and the sessions of an account of its own."""
    if account.password_hash != NO_PASSWORD:
        _record_void(work.db, AuditObject.ADMINISTRATOR, account.id, account.username, account.password_hash)
    account.password_hash = NO_PASSWORD
    await work.db.execute(delete(PasswordLink).where(PasswordLink.administrator_id == account.id))
    await end_sessions(work, reason, administrator_id=account.id)


def _record_void(db: AsyncSession, about: AuditObject, object_id: int, name: str, password_hash: str | None) -> None:
    before, after = {"password_hash": password_hash or ""}, {"password_hash": ""}
    record(db, AuditAction.CHANGED, about, object_id, name, before=before, after=after)


async def _locked(db: AsyncSession, extension_ids: Sequence[int]) -> list[Extension]:
    """Read the extensions and, on PostgreSQL, lock them: whoever changes their logins meanwhile comes before or after
    the role, as `guard.check_login` takes the same locks."""
    query = select(Extension).where(Extension.id.in_(extension_ids)).order_by(Extension.id).with_for_update()
    return list(await db.scalars(query, execution_options={"populate_existing": True}))


async def lock_accounts(db: AsyncSession, account_ids: Sequence[int]) -> list[Administrator]:
    """Read accounts and lock them in the same way, against a sign-in, a new password and a new link."""
    query = select(Administrator).where(Administrator.id.in_(account_ids)).order_by(Administrator.id).with_for_update()
    return list(await db.scalars(query, execution_options={"populate_existing": True}))
