"""Reads and writes the groups of settings that an administrator changes in the portal. Each feature defines its own
groups."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.bus import PORTAL
from linkus.kit.errors import VersionConflict
from linkus.kit.work import UnitOfWork
from linkus.kit.write_batcher import BATCH_CACHE
from linkus.shared import setting_history
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.events import ServerSettingsChanged
from linkus.shared.models.setting import Setting

GroupT = TypeVar("GroupT", bound=BaseModel)


async def read_group(db: AsyncSession, key: str, model: type[GroupT]) -> tuple[GroupT, int]:
    """Return (values, version) of a group of settings. An unsaved group has the model's defaults and version 1."""
    known: dict[str, tuple[GroupT, int]] | None = db.info.get(BATCH_CACHE)
    if known is not None and key in known:
        return known[key]
    row = await db.get(Setting, key)
    found = values_of(row, model), 1 if row is None else row.version
    if known is not None:
        known[key] = found
    return found


def values_of(row: Setting | None, model: type[GroupT]) -> GroupT:
    """Return the values of a stored group, or the model's defaults if the group was never saved."""
    return model() if row is None else model.model_validate(row.value)


async def hold_group(db: AsyncSession, key: str) -> None:
    """Lock a group against writes until the transaction ends. SQLite needs no lock: nobody else writes meanwhile."""
    await db.execute(select(Setting.key).where(Setting.key == key).with_for_update(read=True))


async def write_group(
    work: UnitOfWork, key: str, values: BaseModel, version: int, current: Callable[[], Awaitable[BaseModel]]
) -> None:
    """Write a group and publish the change to portal pages. If `version` is stale, raise VersionConflict with the view
    that `current` reads."""
    previous = await work.db.get(Setting, key, populate_existing=True)
    before = type(values)().model_dump(mode="json") if previous is None else dict(previous.value)
    written = await store_group(work.db, key, values, version)
    if written is None:
        raise VersionConflict(await current())
    record(work.db, AuditAction.CHANGED, AuditObject.SERVER_SETTINGS, name=key, before=before, after=values)
    setting_history.remember(work.db, key, written, before, values)
    work.publish([PORTAL], ServerSettingsChanged(group=key, version=written))


async def store_group(db: AsyncSession, key: str, values: BaseModel, version: int) -> int | None:
    """Write a group without publishing the change. Return the new version, or None if `version` is stale."""
    stored = values.model_dump(mode="json")
    if await db.get(Setting, key) is None:
        if version != 1:
            return None
        db.add(Setting(key=key, value=stored, version=2))
        await db.flush()
        return 2
    statement = update(Setting).where(Setting.key == key, Setting.version == version)
    changed = await db.execute(statement.values(value=stored, version=version + 1).returning(Setting.key))
    return None if changed.scalar_one_or_none() is None else version + 1
