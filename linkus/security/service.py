"""Blocks addresses and ends blocks: in the database, in the event log, and by the outbox at the edge."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.errors import NotFound
from linkus.kit.messages import Language, text
from linkus.kit.pages import Page, Paging, fetch_page
from linkus.kit.work import UnitOfWork
from linkus.security import repository
from linkus.security.block_rules import BLOCK_SECONDS, WINDOW_SECONDS
from linkus.security.events import BlockedAddressChanged
from linkus.security.models import BlockedAddress
from linkus.security.schemas import BlockedAddressView, BlockReason
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.record import record_event

TOPIC = "edge.block"
MAX_IDENTITY = 127


async def block(work: UnitOfWork, address: str, failures: int, identity: str) -> None:
    """Block an address for some minutes. A block that already exists lasts for the same time again from now on."""
    moment = now()
    await repository.forget_ended(work.db, moment)
    row = await repository.find(work.db, address)
    if row is None:
        row = BlockedAddress(address=address)
        work.db.add(row)
    elif row.blocked_until is None:
        return
    row.reason, row.failures = BlockReason.SIP_AUTHENTICATION.value, failures
    row.identity = "".join(c for c in identity if c.isprintable())[:MAX_IDENTITY]
    row.blocked_at, row.blocked_until = moment, moment + timedelta(seconds=BLOCK_SECONDS)
    await work.db.flush()
    params = {
        "address": address,
        "failures": failures,
        "window": WINDOW_SECONDS // 60,
        "minutes": BLOCK_SECONDS // 60,
        "identity": row.identity or "-",
    }
    await record_event(work, EventKind.ADDRESS_BLOCKED, params)
    _changed(work, address)


async def unblock(work: UnitOfWork, block_id: int, administrator: str) -> None:
    address = await repository.remove(work.db, block_id)
    if address is None:
        raise NotFound("block_not_found")
    await record_event(work, EventKind.ADDRESS_UNBLOCKED, {"address": address, "administrator": administrator})
    record(work.db, AuditAction.DELETED, AuditObject.BLOCKED_ADDRESS, block_id, address)
    _changed(work, address)


def _changed(work: UnitOfWork, address: str) -> None:
    work.enqueue(TOPIC, {"address": address})
    work.publish([PORTAL], BlockedAddressChanged(address=address))


async def page(db: AsyncSession, search: str, paging: Paging, language: Language) -> Page[BlockedAddressView]:
    """Return the current blocks, newest first."""
    found = await fetch_page(db, repository.query(now(), search), paging)
    return found.page(lambda row: _view(row, language))


def _view(row: BlockedAddress, language: Language) -> BlockedAddressView:
    return BlockedAddressView(
        id=row.id,
        address=row.address,
        reason=BlockReason(row.reason),
        reason_text=text(language, f"block_{row.reason}"),
        failures=row.failures,
        identity=row.identity,
        blocked_at=row.blocked_at,
        blocked_until=row.blocked_until,
    )


def seconds_left(row: BlockedAddress | None, moment: datetime) -> int | None:
    """Return how long a block lasts: 0 if it is over or there is none, None if it has no end."""
    if row is None:
        return 0
    if row.blocked_until is None:
        return None
    return max(0, round((row.blocked_until - moment).total_seconds()))
