from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.integration.events import IntegrationChanged
from linkus.integration.schemas import LinkusSdk, LinkusSdkUpdate, LinkusSdkView
from linkus.kit.bus import PORTAL
from linkus.kit.work import UnitOfWork
from linkus.shared.setting_groups import read_group, write_group

KEY = "linkus_sdk"


async def view(db: AsyncSession) -> LinkusSdkView:
    values, version = await read_group(db, KEY, LinkusSdk)
    return LinkusSdkView(**values.model_dump(), version=version)


async def update(work: UnitOfWork, given: LinkusSdkUpdate) -> LinkusSdkView:
    await write_group(work, KEY, LinkusSdk(enabled=given.enabled), given.version, lambda: view(work.db))
    saved = await view(work.db)
    work.publish([PORTAL], IntegrationChanged(enabled=saved.enabled, version=saved.version))
    return saved
