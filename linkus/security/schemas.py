from __future__ import annotations

import ipaddress
from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Id, Version
from linkus.lockout.blocks import BlockReason, Protocol
from linkus.lockout.settings import LockoutSettings

MAX_IDS = 500
Note = Annotated[str, Field(max_length=255)]


class BlockedAddressView(BaseModel):
    """Describes a block. `blocked_until` null: until somebody ends it; then nothing from this address is answered,
    otherwise no SIP. `identity` is from the last failed attempt, and `first_at` the time of the first. `users`: how
    many users have signed in from there."""

    id: int
    address: str
    reason: BlockReason
    reason_text: str
    protocol: Protocol
    protocol_text: str
    failures: int
    identity: str
    first_at: datetime
    blocked_at: datetime
    blocked_until: datetime | None
    users: int


class UnblockMany(Body):
    ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_IDS)]


class Unblocked(BaseModel):
    unblocked: int


class FailingAddressView(BaseModel):
    """Describes an address from which somebody has failed to sign in within a day. `limit`: with so many failures it is
    blocked, null if never. `users`: how many users have signed in from there; with one, it counts as an office."""

    address: str
    failures: int
    limit: int | None
    users: int
    last_account: str
    last_at: datetime
    paused_until: datetime | None


class AllowedAddressView(BaseModel):
    id: int
    network: str
    note: str
    created_at: datetime


class AllowedAddressValues(Body):
    """`network`: an IP address, or a network such as 192.168.0.0/16. It is unblocked, too."""

    network: Annotated[str, Field(min_length=1, max_length=64)]
    note: Note = ""


class AllowedAddresses(BaseModel):
    items: list[AllowedAddressView]


class LockoutSettingsView(LockoutSettings):
    version: int


class LockoutSettingsUpdate(LockoutSettings, Body):
    version: Version


def normal_network(value: str) -> str | None:
    """Return a network as the list has it, or None if it is none."""
    try:
        found = ipaddress.ip_network(value.strip(), strict=False)
    except ValueError:
        return None
    return str(found)
