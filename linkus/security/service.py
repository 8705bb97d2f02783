"""Lists and ends blocks, and keeps the addresses that are never blocked, for administrators."""

from __future__ import annotations

import ipaddress
from collections.abc import Collection
from datetime import UTC, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.clock import now
from linkus.kit.errors import Conflict, FieldError, NotFound, ValidationFailed
from linkus.kit.messages import Language, text
from linkus.kit.pages import Page, Paging, fetch_page
from linkus.kit.work import UnitOfWork
from linkus.lockout import repository
from linkus.lockout.blocks import BlockReason, Protocol, is_in, publish
from linkus.lockout.models import AllowedAddress, BlockedAddress, FailureRecord
from linkus.lockout.rules import Policy, Scope, Sender, limits_of
from linkus.lockout.settings import LOCKOUT, LockoutSettings, policy
from linkus.security.schemas import (
    AllowedAddresses,
    AllowedAddressValues,
    AllowedAddressView,
    BlockedAddressView,
    FailingAddressView,
    LockoutSettingsUpdate,
    LockoutSettingsView,
    normal_network,
)
from linkus.session.repository import count_users_by_network
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event
from linkus.shared.setting_groups import read_group, write_group

MAX_ALLOWED = 500
# A network of more addresses than this is a mistype: it would switch the lock-out off for a part of the Internet.
SHORTEST_PREFIX = {4: 8, 6: 32}


async def page(db: AsyncSession, search: str, paging: Paging, language: Language) -> Page[BlockedAddressView]:
    """Return the current blocks, newest first."""
    found = await fetch_page(db, repository.current_blocks(now(), search), paging)
    users = await count_users_by_network(db, [row.address for row in found.rows])
    return found.page(lambda row: _view(row, users.get(row.address, 0), language))


def _view(row: BlockedAddress, users: int, language: Language) -> BlockedAddressView:
    return BlockedAddressView(
        id=row.id,
        address=row.address,
        reason=BlockReason(row.reason),
        reason_text=text(language, f"block_{row.reason}"),
        protocol=Protocol(row.protocol),
        protocol_text=text(language, f"protocol_{row.protocol}"),
        failures=row.failures,
        identity=row.identity,
        first_at=row.first_at,
        blocked_at=row.blocked_at,
        blocked_until=row.blocked_until,
        users=users,
    )


async def unblock(work: UnitOfWork, block_ids: Collection[int], administrator: str) -> int:
    """End blocks. Return how many there were. Failures of before count no more, so that the next one does not block the
    address again."""
    ended = await repository.remove_blocks(work.db, block_ids)
    for block_id, address in ended:
        await repository.forget_network(work.db, address)
        await record_event(work, EventKind.ADDRESS_UNBLOCKED, {"address": address, "administrator": administrator})
        record(work.db, AuditAction.DELETED, AuditObject.BLOCKED_ADDRESS, block_id, address)
        publish(work, address)
    return len(ended)


async def unblock_one(work: UnitOfWork, block_id: int, administrator: str) -> None:
    if not await unblock(work, [block_id], administrator):
        raise NotFound("block_not_found")


async def failing(db: AsyncSession, search: str, paging: Paging) -> Page[FailingAddressView]:
    """Return the addresses from which somebody has failed to sign in within a day, latest first."""
    rules = await policy(db)
    found = await fetch_page(db, repository.failing_networks(search), paging)
    users = await count_users_by_network(db, [row.place for row in found.rows])
    return found.page(lambda row: _failing_view(row, users.get(row.place, 0), rules))


def _failing_view(row: FailureRecord, users: int, rules: Policy) -> FailingAddressView:
    limits = limits_of(Sender(row.place, "", is_office=users > 0), rules)
    [limit] = [limit for key, limit in limits.items() if key.scope is Scope.NETWORK]
    is_paused = row.paused_until > now().timestamp()
    return FailingAddressView(
        address=row.place,
        failures=len(row.failures),
        limit=limit.block_after,
        users=users,
        last_account=row.last_account,
        last_at=row.last_at,
        paused_until=datetime.fromtimestamp(row.paused_until, UTC) if is_paused else None,
    )


async def list_allowed(db: AsyncSession) -> AllowedAddresses:
    return AllowedAddresses(items=[_allowed_view(row) for row in await repository.allowed(db)])


def _allowed_view(row: AllowedAddress) -> AllowedAddressView:
    return AllowedAddressView(id=row.id, network=row.network, note=row.note, created_at=row.created_at)


async def allow(work: UnitOfWork, body: AllowedAddressValues, administrator: str) -> AllowedAddressView:
    """Add a network that is never blocked, and end the blocks in it."""
    network = normal_network(body.network)
    if network is None:
        raise ValidationFailed(fields={"network": FieldError("network_wrong")})
    found = ipaddress.ip_network(network)
    if found.prefixlen < SHORTEST_PREFIX[found.version]:
        shortest = SHORTEST_PREFIX[found.version]
        raise ValidationFailed(fields={"network": FieldError("network_too_large", {"prefix": shortest})})
    if await repository.find_allowed(work.db, network) is not None:
        raise Conflict(fields={"network": FieldError("network_allowed_already")})
    if len(await repository.allowed(work.db)) >= MAX_ALLOWED:
        raise Conflict("allowed_addresses_too_many", max=MAX_ALLOWED)
    row = AllowedAddress(network=network, note=body.note.strip(), created_at=now())
    work.db.add(row)
    await work.db.flush()
    record(work.db, AuditAction.CREATED, AuditObject.ALLOWED_ADDRESS, row.id, network, after=row)
    blocked = [block.id for block in await repository.blocks(work.db, now()) if is_in(block.address, [network])]
    await unblock(work, blocked, administrator)
    publish(work, network)
    return _allowed_view(row)


async def disallow(work: UnitOfWork, allowed_id: int) -> None:
    row = await work.db.get(AllowedAddress, allowed_id)
    if row is None:
        raise NotFound("allowed_address_not_found")
    await work.db.delete(row)
    record(work.db, AuditAction.DELETED, AuditObject.ALLOWED_ADDRESS, row.id, row.network, before=row)
    publish(work, row.network)


async def read_settings(db: AsyncSession) -> LockoutSettingsView:
    values, version = await read_group(db, LOCKOUT, LockoutSettings)
    return LockoutSettingsView(**values.model_dump(), version=version)


async def update_settings(work: UnitOfWork, body: LockoutSettingsUpdate) -> LockoutSettingsView:
    if body.longest_pause_minutes < body.first_pause_minutes:
        error = FieldError("lockout_pauses_shrink")
        raise ValidationFailed(fields={"longest_pause_minutes": error})
    if body.block_after is not None and body.block_after <= body.max_failures:
        raise ValidationFailed(fields={"block_after": FieldError("lockout_block_before_pause")})
    values = LockoutSettings.model_validate(body.model_dump(exclude={"version"}))
    await write_group(work, LOCKOUT, values, body.version, lambda: read_settings(work.db))
    return await read_settings(work.db)
