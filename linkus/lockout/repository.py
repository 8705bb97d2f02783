"""Queries for failures to sign in, known devices, and addresses that are blocked or always allowed."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from linkus.kit.pages import like_pattern
from linkus.lockout.models import AllowedAddress, BlockedAddress, FailureRecord, KnownDevice
from linkus.lockout.rules import Key, Record, Scope


async def records(db: AsyncSession, keys: Collection[Key]) -> dict[Key, Record]:
    """Return what is known of each key."""
    found = {_key(row): record_of(row) for row in await db.scalars(_rows_of(keys))}
    return {key: found.get(key, Record()) for key in keys}


async def hold_rows(db: AsyncSession, keys: Collection[Key], moment: datetime) -> dict[Key, FailureRecord]:
    """Return the rows of the keys, locked until the transaction ends. Rows that are missing are added."""
    values = [
        {"scope": key.scope.value, "place": key.place, "account": key.account, "failures": [], "pauses": []}
        | {"paused_until": 0.0, "last_account": "", "last_at": moment}
        for key in keys
    ]
    await db.execute(_insert(db, FailureRecord).values(values).on_conflict_do_nothing())
    rows = await db.scalars(_rows_of(keys).order_by(FailureRecord.id).with_for_update())
    return {_key(row): row for row in rows}


async def forget_failures(db: AsyncSession, keys: Iterable[Key]) -> None:
    await db.execute(delete(FailureRecord).where(or_(*map(_is, keys))))


async def forget_failures_before(db: AsyncSession, moment: datetime) -> None:
    await db.execute(delete(FailureRecord).where(FailureRecord.last_at < moment))


async def forget_network(db: AsyncSession, network: str) -> None:
    """Forget the failures from a network, so that the next one does not block it again."""
    await db.execute(
        delete(FailureRecord).where(
            FailureRecord.place == network, FailureRecord.scope.in_((Scope.NETWORK.value, Scope.PAIR.value))
        )
    )


def failing_networks(search: str) -> Select[FailureRecord]:
    """Select the networks from which somebody has failed to sign in, latest first."""
    found = select(FailureRecord).where(FailureRecord.scope == Scope.NETWORK.value)
    if search:
        found = found.where(_contains(search, FailureRecord.place, FailureRecord.last_account))
    return found.order_by(FailureRecord.last_at.desc(), FailureRecord.id.desc())


async def is_known_device(db: AsyncSession, token_hash: str, owner_kind: str, owner_id: int) -> bool:
    query = select(KnownDevice.id).where(
        KnownDevice.token_hash == token_hash, KnownDevice.owner_kind == owner_kind, KnownDevice.owner_id == owner_id
    )
    return await db.scalar(query) is not None


async def remember_device(db: AsyncSession, token_hash: str, owner_kind: str, owner_id: int, moment: datetime) -> None:
    values = {"token_hash": token_hash, "owner_kind": owner_kind, "owner_id": owner_id, "last_used_at": moment}
    statement = _insert(db, KnownDevice).values(values)
    key = (KnownDevice.token_hash, KnownDevice.owner_kind, KnownDevice.owner_id)
    await db.execute(statement.on_conflict_do_update(index_elements=key, set_={"last_used_at": moment}))


async def forget_devices_before(db: AsyncSession, moment: datetime) -> None:
    await db.execute(delete(KnownDevice).where(KnownDevice.last_used_at < moment))


async def allowed(db: AsyncSession) -> list[AllowedAddress]:
    return list((await db.scalars(select(AllowedAddress).order_by(AllowedAddress.network))).all())


async def find_allowed(db: AsyncSession, network: str) -> AllowedAddress | None:
    return await db.scalar(select(AllowedAddress).where(AllowedAddress.network == network))


def _goes_on(moment: datetime) -> ColumnElement[bool]:
    return or_(BlockedAddress.blocked_until.is_(None), BlockedAddress.blocked_until > moment)


def current_blocks(moment: datetime, search: str = "") -> Select[BlockedAddress]:
    """Select the current blocks, newest first."""
    found = select(BlockedAddress).where(_goes_on(moment))
    if search:
        found = found.where(_contains(search, BlockedAddress.address, BlockedAddress.identity))
    return found.order_by(BlockedAddress.blocked_at.desc(), BlockedAddress.id.desc())


async def blocks(db: AsyncSession, moment: datetime) -> list[BlockedAddress]:
    return list((await db.scalars(current_blocks(moment))).all())


async def blocked_for_good(db: AsyncSession) -> list[str]:
    return list((await db.scalars(select(BlockedAddress.address).where(BlockedAddress.blocked_until.is_(None)))).all())


async def find_block(db: AsyncSession, address: str) -> BlockedAddress | None:
    return await db.scalar(select(BlockedAddress).where(BlockedAddress.address == address))


async def forget_blocks_before(db: AsyncSession, moment: datetime) -> None:
    await db.execute(delete(BlockedAddress).where(BlockedAddress.blocked_until <= moment))


async def remove_blocks(db: AsyncSession, block_ids: Collection[int]) -> list[tuple[int, str]]:
    """Remove blocks. Return (id, address) of those that existed."""
    statement = delete(BlockedAddress).where(BlockedAddress.id.in_(block_ids))
    rows = await db.execute(statement.returning(BlockedAddress.id, BlockedAddress.address))
    return [(row[0], row[1]) for row in rows]


def _contains(search: str, *columns: InstrumentedAttribute[str]) -> ColumnElement[bool]:
    pattern = like_pattern(search.lower())
    return or_(*(func.lower(column).like(pattern, escape="\\") for column in columns))


def _insert(db: AsyncSession, model: type[Any]) -> Any:
    return (sqlite_insert if db.get_bind().dialect.name == "sqlite" else postgresql_insert)(model)


def _rows_of(keys: Collection[Key]) -> Select[FailureRecord]:
    return select(FailureRecord).where(or_(*map(_is, keys)))


def _is(key: Key) -> ColumnElement[bool]:
    return and_(
        FailureRecord.scope == key.scope.value, FailureRecord.place == key.place, FailureRecord.account == key.account
    )


def _key(row: FailureRecord) -> Key:
    return Key(Scope(row.scope), row.place, row.account)


def record_of(row: FailureRecord) -> Record:
    return Record(tuple(row.failures), tuple(row.pauses), row.paused_until)
