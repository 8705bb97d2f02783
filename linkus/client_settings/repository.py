from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import exists, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_settings.models import ClientSetting
from linkus.kit.clock import now
from linkus.shared.models.extension import Extension

_CHUNK_EXTENSIONS = 500


async def find(db: AsyncSession, extension_id: int, kind: str) -> ClientSetting | None:
    return await db.get(ClientSetting, (extension_id, kind), populate_existing=True)


async def write_missing(
    db: AsyncSession, kind: str, values: dict[str, Any], extension_ids: Collection[int] | None = None
) -> None:
    """Insert a row with these values for every extension (or these) that has none, with one statement."""
    columns = {"client_kind": kind, "version": 1, "updated_at": now(), **values}
    missing = select(
        Extension.id, *(literal(value, ClientSetting.__table__.c[name].type) for name, value in columns.items())
    )
    missing = missing.where(
        ~exists().where(ClientSetting.extension_id == Extension.id, ClientSetting.client_kind == kind)
    )
    if extension_ids is not None:
        missing = missing.where(Extension.id.in_(list(extension_ids)))
    await db.execute(insert(ClientSetting).from_select(["extension_id", *columns], missing))


async def write(db: AsyncSession, extension_id: int, kind: str, version: int, values: dict[str, Any]) -> bool:
    """Update the row. Return False if it has another version by now."""
    statement = update(ClientSetting).where(
        ClientSetting.extension_id == extension_id,
        ClientSetting.client_kind == kind,
        ClientSetting.version == version,
    )
    changed = await db.execute(
        statement.values(version=version + 1, updated_at=now(), **values).returning(ClientSetting.extension_id),
        execution_options={"synchronize_session": False},
    )
    return changed.scalar_one_or_none() is not None


async def differing(
    db: AsyncSession, kind: str, values: Mapping[str, Any], ids: Collection[int] | None = None
) -> list[tuple[int, int, dict[str, Any]]]:
    """Return (extension, version, present values) of the rows that differ from `values`, locked until the commit."""
    columns = {name: getattr(ClientSetting, name) for name in values}
    query = select(ClientSetting.extension_id, ClientSetting.version, *columns.values())
    query = query.where(ClientSetting.client_kind == kind)
    if ids is not None:
        query = query.where(ClientSetting.extension_id.in_(list(ids)))
    query = query.where(or_(*(column != values[name] for name, column in columns.items())))
    rows = await db.execute(query.order_by(ClientSetting.extension_id).with_for_update())
    return [(row[0], row[1], dict(zip(columns, row[2:], strict=True))) for row in rows.all()]


async def write_all(db: AsyncSession, kind: str, values: dict[str, Any]) -> int:
    """Update every row of this kind with one statement, and return how many there are."""
    statement = update(ClientSetting).where(ClientSetting.client_kind == kind)
    await db.execute(
        statement.values(version=ClientSetting.version + 1, updated_at=now(), **values),
        execution_options={"synchronize_session": False},
    )
    count = select(func.count()).select_from(ClientSetting).where(ClientSetting.client_kind == kind)
    return await db.scalar(count) or 0


async def with_numbers(db: AsyncSession, kind: str, ids: Collection[int]) -> list[tuple[ClientSetting, str]]:
    """Return (row, extension number) of these extensions."""
    numbered_rows: list[tuple[ClientSetting, str]] = []
    extension_ids = sorted(ids)
    for start in range(0, len(extension_ids), _CHUNK_EXTENSIONS):
        query = select(ClientSetting, Extension.number).join(Extension, Extension.id == ClientSetting.extension_id)
        query = query.where(
            ClientSetting.client_kind == kind,
            ClientSetting.extension_id.in_(extension_ids[start : start + _CHUNK_EXTENSIONS]),
        )
        rows = await db.execute(query, execution_options={"populate_existing": True})
        numbered_rows += [(row[0], row[1]) for row in rows.all()]
    return numbered_rows
