from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import undefer

from linkus.client_settings.bulk_change.schemas import LINKUS, LeavingClient
from linkus.client_settings.models import ClientSetting, ClientSettingHistory, ClientSettingsChange, ClientSettingWrite
from linkus.client_settings.schemas import MODELS
from linkus.kit.clock import now
from linkus.kit.pages import PageRows, Paging, fetch_page
from linkus.session.models import Session
from linkus.shared.models.extension import Extension


async def switches(db: AsyncSession, ids: Collection[int]) -> dict[int, bool]:
    """Return `linkus_enabled` of those of these extensions that exist."""
    query = select(Extension.id, Extension.linkus_enabled).where(Extension.id.in_(list(ids)))
    return {row[0]: row[1] for row in (await db.execute(query)).all()}


async def present(db: AsyncSession, kind: str, ids: Collection[int], names: Sequence[str]) -> dict[int, dict[str, Any]]:
    """Return these values of the extensions that have a row."""
    columns = [getattr(ClientSetting, name) for name in names]
    query = select(ClientSetting.extension_id, *columns)
    query = query.where(ClientSetting.client_kind == kind, ClientSetting.extension_id.in_(list(ids)))
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in (await db.execute(query)).all()}


def _live(ids: Collection[int]) -> ColumnElement[bool]:
    return and_(Session.extension_id.in_(list(ids)), Session.ended_at.is_(None), Session.expires_at > now())


async def live_count(db: AsyncSession, ids: Collection[int]) -> int:
    return await db.scalar(select(func.count()).select_from(Session).where(_live(ids))) or 0


async def live_clients(db: AsyncSession, ids: Collection[int], max_clients: int) -> list[LeavingClient]:
    number = Extension.number.label("extension_number")
    query = select(number, Extension.display_name, Session.client_kind, Session.device_name)
    query = query.join(Extension, Extension.id == Session.extension_id).where(_live(ids))
    rows = await db.execute(query.order_by(Extension.id, Session.id).limit(max_clients))
    return [LeavingClient.model_validate(row) for row in rows.all()]


async def write(db: AsyncSession, kind: str, ids: Collection[int], values: Mapping[str, Any]) -> None:
    statement = update(ClientSetting).where(
        ClientSetting.client_kind == kind, ClientSetting.extension_id.in_(list(ids))
    )
    await db.execute(
        statement.values(version=ClientSetting.version + 1, updated_at=now(), **values),
        execution_options={"synchronize_session": False},
    )


async def all_values(db: AsyncSession, kind: str, ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return every value of these extensions' rows, or of their switches, locked until the commit."""
    if kind == LINKUS:
        switch = select(Extension.id, Extension.linkus_enabled).where(Extension.id.in_(list(ids)))
        rows = await db.execute(switch.order_by(Extension.id).with_for_update())
        return {row[0]: {"linkus_enabled": row[1]} for row in rows.all()}
    names = list(MODELS[kind].model_fields)
    query = select(ClientSetting.extension_id, *(getattr(ClientSetting, name) for name in names))
    query = query.where(ClientSetting.client_kind == kind, ClientSetting.extension_id.in_(list(ids)))
    rows = await db.execute(query.order_by(ClientSetting.extension_id).with_for_update())
    return {row[0]: dict(zip(names, row[1:], strict=True)) for row in rows.all()}


async def switch_versions(db: AsyncSession, ids: Collection[int]) -> dict[int, int]:
    """Return the versions of these extensions, locked until the commit."""
    query = select(Extension.id, Extension.version).where(Extension.id.in_(list(ids))).order_by(Extension.id)
    return {row[0]: row[1] for row in (await db.execute(query.with_for_update())).all()}


async def next_write(db: AsyncSession, change_id: int) -> ClientSettingWrite | None:
    """Return a write of a change that its undo has not looked at yet."""
    query = select(ClientSettingWrite).where(ClientSettingWrite.change_id == change_id)
    return (await db.scalars(query.order_by(ClientSettingWrite.id).limit(1))).one_or_none()


async def previous_values(db: AsyncSession, write_id: int) -> dict[int, dict[str, Any]]:
    """Return the values before a write, by extension."""
    query = select(ClientSettingHistory.extension_id, ClientSettingHistory.before)
    rows = await db.execute(query.where(ClientSettingHistory.write_id == write_id))
    return {row[0]: row[1] for row in rows}


async def versions(db: AsyncSession, kind: str, ids: Collection[int]) -> dict[int, int]:
    """Return the versions of these extensions' rows."""
    query = select(ClientSetting.extension_id, ClientSetting.version)
    query = query.where(ClientSetting.client_kind == kind, ClientSetting.extension_id.in_(list(ids)))
    return {row[0]: row[1] for row in (await db.execute(query)).all()}


async def for_update(db: AsyncSession, change_id: int) -> ClientSettingsChange | None:
    """Return the change with its list of extensions, locked until the commit."""
    query = select(ClientSettingsChange).where(ClientSettingsChange.id == change_id).with_for_update()
    change: ClientSettingsChange | None = await db.scalar(
        query.options(undefer(ClientSettingsChange.extension_ids)).execution_options(populate_existing=True)
    )
    return change


async def page(db: AsyncSession, paging: Paging) -> PageRows[ClientSettingsChange]:
    return await fetch_page(db, select(ClientSettingsChange).order_by(ClientSettingsChange.id.desc()), paging)


async def in_state(db: AsyncSession, states: Collection[str]) -> list[ClientSettingsChange]:
    query = select(ClientSettingsChange).where(ClientSettingsChange.state.in_(list(states)))
    return list((await db.scalars(query.order_by(ClientSettingsChange.id))).all())


async def forget(db: AsyncSession, before: datetime) -> None:
    await db.execute(delete(ClientSettingsChange).where(ClientSettingsChange.finished_at < before))
