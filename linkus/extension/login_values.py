"""Tells which values of an extension belong to its login, which only a role that covers its user's may change."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator.roles import guard
from linkus.extension.schemas import ExtensionUpdate, ExtensionValues
from linkus.shared.models.extension import Extension
from linkus.shared.roles.catalogue import Role


def changed_login(extension: Extension, values: ExtensionValues, *, renew: bool = False) -> str | None:
    """Return the first field that would change how the user or the desk phone signs in, where a link to a new password
    is sent, or who hears the user's voicemail. With `renew`, the desk phone gets a new password."""
    changed = {
        "number": values.number != extension.number,
        "email": values.email.lower() != (extension.email or "").lower(),
        "user_password": bool(values.user_password),
        "linkus_enabled": values.linkus_enabled != extension.linkus_enabled,
        "registration_name": values.registration_name not in ("", extension.registration_name),
        "registration_password": renew or bool(values.registration_password),
        "voicemail_pin": bool(values.voicemail_pin),
    }
    return next((field for field, is_changed in changed.items() if is_changed), None)


async def check_login_change(db: AsyncSession, actor: Role, extension_id: int, values: ExtensionUpdate) -> None:
    """Raise ExtensionHoldsRole if these values change a login that the actor may not change. Others may be saved."""
    extension = await db.get(Extension, extension_id, with_for_update=True)
    if extension is not None and changed_login(extension, values, renew=values.renew_registration_password):
        await guard.check_login(db, actor, [extension_id])
