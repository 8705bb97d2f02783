"""The events of call records."""

from __future__ import annotations

from typing import Literal

from linkus.call.records.schemas import ClientCall
from linkus.kit.bus import Event


class CallLogged(Event):
    """A call has ended. `record` is as in `GET /client/calls`."""

    type: Literal["call.logged"] = "call.logged"
    record: ClientCall
    missed_unseen: int
