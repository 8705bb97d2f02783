"""Blocks addresses, ends blocks, and keeps the list of addresses that are never blocked: in the database, and by the
outbox at the edge."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.fields import only_printable
from linkus.kit.work import UnitOfWork
from linkus.lockout import repository
from linkus.lockout.events import BlockedAddressChanged
from linkus.lockout.models import BlockedAddress

TOPIC = "edge.block"
MAX_IDENTITY = 127
BLOCKS_COUNT_FOR = timedelta(hours=24)  # a later block is not one more in a row


class BlockReason(StrEnum):
    """Says why an address is blocked. The text of each reason is the message `block_<reason>`."""

    SIP_AUTHENTICATION = "sip_authentication"
    SIGN_IN = "sign_in"


class Protocol(StrEnum):
    """Says how the failed attempts came in. The text of each is the message `protocol_<protocol>`."""

    SIP = "sip"
    PORTAL = "portal"
    WEB = "web"
    MOBILE = "mobile"
    DESKTOP = "desktop"
    LINK = "link"


@dataclass(frozen=True)
class Attack:
    """Describes the failures that led to a block."""

    reason: BlockReason
    protocol: Protocol
    failures: int
    identity: str  # in the last attempt; a stranger may have chosen it
    first_at: datetime


def shown(identity: str, most: int = MAX_IDENTITY) -> str:
    """Return a name as pages and logs show it: strangers must not write what they like into them."""
    return only_printable(identity.strip(), most)


async def is_allowed(db: AsyncSession, address: str) -> bool:
    """Return whether an administrator has said that an address or network is never blocked."""
    return is_in(address, [row.network for row in await repository.allowed(db)])


def is_in(address: str, networks: Iterable[str]) -> bool:
    """Return whether one of `networks` contains an address or a network. Pure."""
    try:
        found = ipaddress.ip_network(address)
    except ValueError:
        return False
    # the versions differ: `subnet_of` would raise
    return any(
        found.version == other.version and found.subnet_of(other)  # type: ignore[arg-type]
        for other in map(ipaddress.ip_network, networks)
    )


async def block(work: UnitOfWork, network: str, attack: Attack, seconds_by_number: Sequence[int | None]) -> int | None:
    """Block a network. `seconds_by_number` has the length of the first block, of the next one within a day, and so on;
    None is for good. Return the seconds of this one."""
    moment = now()
    row = await repository.find_block(work.db, network)
    if row is None:
        row = BlockedAddress(address=network, blocks=0)
        work.db.add(row)
    elif row.blocked_until is None:
        return None
    elif row.blocked_until < moment - BLOCKS_COUNT_FOR:
        row.blocks = 0
    elif row.blocked_until > moment:
        row.blocks -= 1  # the edge could not be reached, and answered meanwhile: the same block again
    seconds = seconds_by_number[min(row.blocks, len(seconds_by_number) - 1)]
    row.blocks += 1
    row.reason, row.protocol, row.failures = attack.reason.value, attack.protocol.value, attack.failures
    row.identity, row.first_at = shown(attack.identity), attack.first_at
    row.blocked_at, row.blocked_until = moment, None if seconds is None else moment + timedelta(seconds=seconds)
    await work.db.flush()
    publish(work, network)
    return seconds


def publish(work: UnitOfWork, network: str) -> None:
    """Have the edge told that a block has changed, and open pages."""
    work.enqueue(TOPIC, {"address": network})
    work.publish([PORTAL], BlockedAddressChanged(address=network))


def seconds_left(row: BlockedAddress | None, moment: datetime) -> int | None:
    """Return how long a block lasts: 0 if it is over or there is none, None if it has no end."""
    if row is None:
        return 0
    if row.blocked_until is None:
        return None
    return max(0, round((row.blocked_until - moment).total_seconds()))
