"""Makes the login of an extension new before its user gets more rights by a role.

Whoever could set up the extension until then (its password, its email address, its login links) may still know a way
in, and must not get the role with it. So everything that signed in until now ends, and the address that a link to a new
password is mailed to is confirmed by whoever gives the role. From then on, `roles/guard.py` protects all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import now
from linkus.kit.errors import Conflict
from linkus.kit.fields import Body, Id, Line
from linkus.kit.work import UnitOfWork
from linkus.session.schemas import EndReason
from linkus.session.service import end_sessions
from linkus.shared import extension_notify
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


class LoginsUnconfirmed(Conflict):
    """Raised until whoever gives a role has confirmed the address of each extension whose user gets more rights."""

    code = "logins_unconfirmed"

    def __init__(self, extensions: Sequence[Extension]) -> None:
        logins: list[dict[str, Any]] = [
            {
                "extension_id": extension.id,
                "number": extension.number,
                "display_name": extension.display_name,
                "email": extension.email or "",
            }
            for extension in extensions
        ]
        super().__init__(extra={"logins": logins})


async def renew(work: UnitOfWork, extension_ids: Sequence[int], confirmed: Sequence[ConfirmedLogin]) -> None:
    """End every way to sign in with these extensions: password, links, codes and sessions. Their users set a new
    password by a link. Raise LoginsUnconfirmed unless their present addresses are confirmed."""
    if not extension_ids:
        return
    extensions = await _locked(work.db, extension_ids)
    known = {login.extension_id: login.email.lower() for login in confirmed}
    if any(known.get(extension.id) != (extension.email or "").lower() for extension in extensions):
        raise LoginsUnconfirmed(extensions)
    unspent = update(Credential).where(
        Credential.extension_id.in_(extension_ids), Credential.used_at.is_(None), Credential.revoked_at.is_(None)
    )
    await work.db.execute(unspent.values(revoked_at=now()), execution_options={"synchronize_session": False})
    await end_sessions(work, EndReason.ROLE_CHANGED, extension_ids=extension_ids)
    for extension in extensions:
        extension.password_hash, extension.password_set_by = None, "system"
        extension.version += 1
    await work.db.flush()
    extension_notify.extensions_changed(work, extensions)


async def _locked(db: AsyncSession, extension_ids: Sequence[int]) -> list[Extension]:
    """Read the extensions and, on PostgreSQL, lock them: whoever changes their logins meanwhile comes before or after
    the role, as `guard.check_login` takes the same locks."""
    query = select(Extension).where(Extension.id.in_(extension_ids)).order_by(Extension.id).with_for_update()
    return list(await db.scalars(query, execution_options={"populate_existing": True}))
