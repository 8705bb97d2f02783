"""Notifies the portal of a mail's status."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.bus import PORTAL, Bus
from linkus.kit.database import after_commit
from linkus.shared.events import MailChanged


def publish_status(db: AsyncSession, bus: Bus, mail_id: int, extension_id: int | None, status: str) -> None:
    """Publish `mail.changed` once the transaction has committed."""
    changed = MailChanged(mail_id=mail_id, extension_id=extension_id, status=str(status))
    after_commit(db, lambda: bus.publish([PORTAL], changed))
