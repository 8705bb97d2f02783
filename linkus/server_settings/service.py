"""Settings of the Linkus server page."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.work import UnitOfWork
from linkus.server_settings.schemas import VALIDITY_CHOICES, LinkusServerSettings, LinkusServerUpdate, LinkusServerView
from linkus.shared.setting_groups import read_group, write_group

KEY = "linkus_server"


async def credential_validity(db: AsyncSession) -> timedelta:
    values, _ = await read_group(db, KEY, LinkusServerSettings)
    return timedelta(days=values.credential_validity_days)


async def view(db: AsyncSession) -> LinkusServerView:
    values, version = await read_group(db, KEY, LinkusServerSettings)
    return LinkusServerView(
        credential_validity_days=values.credential_validity_days,
        validity_choices=list(VALIDITY_CHOICES),
        version=version,
    )


async def update(work: UnitOfWork, body: LinkusServerUpdate) -> LinkusServerView:
    """Set the validity of credentials that are issued or sent from now on. Credentials already handed out keep their
    expiry."""
    stored, _ = await read_group(work.db, KEY, LinkusServerSettings)
    values = stored.model_copy(update={"credential_validity_days": body.credential_validity_days})
    await write_group(work, KEY, values, body.version, lambda: view(work.db))
    return await view(work.db)
