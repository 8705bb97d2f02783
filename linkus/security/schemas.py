from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict


class BlockReason(StrEnum):
    """Says why an address is blocked. The text of each reason is the message `block_<reason>`."""

    SIP_AUTHENTICATION = "sip_authentication"


class BlockedAddressView(BaseModel):
    """Describes a block. `identity` is from the last failed attempt; `blocked_until` null: until somebody ends it."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    address: str
    reason: BlockReason
    reason_text: str
    failures: int
    identity: str
    blocked_at: datetime
    blocked_until: datetime | None
