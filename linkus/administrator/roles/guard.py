"""Protects the logins of extension users who hold a role.

Whoever sets the password or the email address of an extension, or makes a login code for it, could sign in as its
user. So that nobody gains the role of somebody else that way, their own role must allow at least as much. The same
holds for what would shut the user out: another number, which is a login name, switching Linkus off, signing out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import Forbidden
from linkus.kit.messages import Language, text
from linkus.shared.models.extension import Extension
from linkus.shared.roles.catalogue import Role
from linkus.shared.roles.holders import Holder, all_holders, holders_among
from linkus.shared.roles.rules import covers


class _HeldRole(Forbidden):
    """Names an extension, and the role of its user."""

    def __init__(self, found: Holder) -> None:
        super().__init__(number=found.name)
        self._role = found.role

    def body(self, language: Language) -> dict[str, object]:
        self.params["role"] = self._role.name or text(language, f"role_{self._role.key}")
        return super().body(language)


class ExtensionHoldsRole(_HeldRole):
    """Raised for changes to the login of an extension whose user's role allows more than that of the actor."""

    code = "extension_holds_role"


class MailsReachRole(_HeldRole):
    """Raised for changes of where mails and their links go, while a user's role allows more than that of the actor."""

    code = "mails_reach_role"


async def protected(db: AsyncSession, actor: Role, extension_ids: Collection[int]) -> Mapping[int, Holder]:
    """Return those of these extensions whose login the actor may not change, by id. On PostgreSQL the extensions are
    locked: a role that is given meanwhile is given before or after the change (`logins.renew`)."""
    if extension_ids:
        locked = select(Extension.id).where(Extension.id.in_(extension_ids)).order_by(Extension.id).with_for_update()
        await db.execute(locked)
    return {
        found.extension.id: found
        for found in await holders_among(db, extension_ids)
        if found.extension is not None and not covers(actor, found.role)
    }


async def check_login(db: AsyncSession, actor: Role, extension_ids: Collection[int]) -> None:
    """Raise ExtensionHoldsRole if the actor may not change the login of one of these extensions."""
    for found in (await protected(db, actor, extension_ids)).values():
        raise ExtensionHoldsRole(found)


async def check_mails(db: AsyncSession, actor: Role) -> None:
    """Raise MailsReachRole unless the actor's role allows as much as that of every extension's user. Whoever decides
    which server gets the mails, or where their links lead, gets the links to new passwords."""
    for found in await all_holders(db):
        if found.extension is not None and not covers(actor, found.role):
            raise MailsReachRole(found)
