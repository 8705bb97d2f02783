"""The events of live calls."""

from __future__ import annotations

from typing import Literal

from linkus.call.schemas import HeldReason, LiveCall
from linkus.kit.bus import Event


class CallChanged(Event, LiveCall):
    """A live call, as in `GET /admin/calls`. The owner of a mailbox does not hear of a call that leaves a message."""

    type: Literal["call.changed"] = "call.changed"


class CallHeld(Event):
    """The other side holds the call (`hold`), or has lost its connection and is expected back (`away`). `call_id` is
    the id of the client's own leg. The core answers a hold itself and plays music, so no re-INVITE reaches the client.
    """

    type: Literal["call.held"] = "call.held"
    call_id: str
    reason: HeldReason | None


class CallConnected(Event):
    """A transfer has connected the call to somebody else. `call_id` is the id of the client's own leg. `name` is empty
    if the client may not see them. No SIP message tells the client."""

    type: Literal["call.connected"] = "call.connected"
    call_id: str
    number: str
    name: str


class CallKept(Event):
    """A client is gone from this call, which is kept for it, or it is back: read `GET /client/calls/current` again."""

    type: Literal["call.kept"] = "call.kept"
    call_id: str
    kept: bool


class ClaimReturned(Event):
    """The client that was to answer this call by itself cannot: ask again."""

    type: Literal["claim.returned"] = "claim.returned"
    call_id: str
