"""Records that somebody has changed the password of a user or an administrator (OV-7)."""

from __future__ import annotations

from linkus.kit.actor import current_actor
from linkus.kit.work import UnitOfWork
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event
from linkus.shared.models.extension import Extension
from linkus.shared.names import display_name

NOBODY = "-"


async def record_password_changed(work: UnitOfWork, extension: Extension) -> None:
    """Record the new password of an extension's user. Without a signed-in actor it was the user, who had a link."""
    params = {
        "number": extension.number,
        "name": display_name(extension.first_name, extension.last_name) or extension.number,
        "actor": current_actor().name or extension.number,
        "address": current_actor().address or NOBODY,
    }
    await record_event(work, EventKind.EXTENSION_PASSWORD_CHANGED, params, bundle=f"{extension.id}")


async def record_administrator_password_changed(work: UnitOfWork, username: str) -> None:
    params = {
        "username": username,
        "actor": current_actor().name or username,
        "address": current_actor().address or NOBODY,
    }
    await record_event(work, EventKind.ADMINISTRATOR_PASSWORD_CHANGED, params)
