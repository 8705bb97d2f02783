"""The events of a connection itself."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from linkus.kit.bus import Event


class Hello(Event):
    """The first event of a connection."""

    type: Literal["hello"] = "hello"
    session_id: int
    server_time: datetime


class Alive(Event):
    """Sent when nothing else was for 5 s."""

    type: Literal["alive"] = "alive"
