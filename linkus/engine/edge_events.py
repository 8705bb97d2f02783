"""What the edge says by itself: a line an event, none answered (docs/contracts/edge-control.md)."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from linkus.engine.private_socket import listen_privately

log = structlog.get_logger(__name__)
MAX_LINE_BYTES = 64 * 1024


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class Started(_Event):
    """The edge has started and knows no phone and no revocation yet. Heard once a start, of the edge or the brain."""

    event: Literal["started"]
    instance: str


class Registered(_Event):
    """A contact is new, or was refreshed."""

    event: Literal["registered"]
    aor: str
    contact: str
    address: str
    user_agent: str
    expires: int
    transport: str
    connection: int

    @property
    def websocket(self) -> int | None:
        return self.connection if self.transport in ("ws", "wss") else None


class Unregistered(_Event):
    """A contact said goodbye, expired, went with its connection, or gave way to a newer one."""

    event: Literal["unregistered"]
    aor: str
    contact: str
    session: str = ""  # the brain's, of a client that is still there and does not know it


class Disconnected(_Event):
    """A WebSocket that had registered is closed: by the client, by the edge, or by a network that is gone."""

    event: Literal["disconnected"]
    aor: str
    connection: int
    session: str = ""


class Silent(_Event):
    """A WebSocket stands, but its client does not ask any more whether it does; repeated while that is so."""

    event: Literal["silent"]
    aor: str
    connection: int
    session: str = ""


class Heard(_Event):
    """A silent WebSocket is alive after all."""

    event: Literal["heard"]
    aor: str
    connection: int


class ClientLeg(_Event):
    """A browser or app calls, or has answered: the one that registered with this contact."""

    event: Literal["leg"]
    call: str
    aor: str
    contact: str


class Refused(_Event):
    """Somebody was not let in."""

    event: Literal["refused"]
    aor: str
    address: str
    reason: Literal["wrong_password", "unknown_identity", "other_identity", "expired", "revoked", "flood"]


class Counted(_Event):
    """How often the gate has refused what, and faults of the routing script, since the edge's start: all of it."""

    event: Literal["counters"]
    since: datetime
    counters: dict[str, int]


class TrunkHeard(_Event):
    """A provider answered, or did not: how the trunk is now. Repeated with every sign of it."""

    event: Literal["trunk"]
    id: int
    stamp: str
    state: Literal["registered", "failed", "unreachable"]
    code: int
    reason: str


EdgeEvent = (
    Started | Registered | Unregistered | Disconnected | Silent | Heard | ClientLeg | Refused | Counted | TrunkHeard
)
_parser: TypeAdapter[EdgeEvent] = TypeAdapter(Annotated[EdgeEvent, Field(discriminator="event")])


def parse(line: bytes) -> EdgeEvent | None:
    """The event, or None for what is none."""
    try:
        return _parser.validate_json(line)
    except ValidationError as error:
        log.warning("edge event not understood", line=line[:200].decode(errors="replace"), error=str(error))
        return None


class EdgeEvents:
    """Hands each event to `handle`, which must not wait: it starts a task, or writes into a queue."""

    def __init__(self, handle: Callable[[EdgeEvent], None]) -> None:
        self._handle = handle
        self._instance: str | None = None
        self._server: asyncio.Server | None = None
        self.wires: set[asyncio.BaseTransport] = set()

    @classmethod
    async def listen(cls, path: Path, handle: Callable[[EdgeEvent], None]) -> EdgeEvents:
        events, loop = cls(handle), asyncio.get_running_loop()
        events._server = await loop.create_unix_server(lambda: _Wire(events), sock=listen_privately(path))
        return events

    def close(self) -> None:
        """The edge's processes connect again when there is somebody to hear them."""
        if self._server is not None:
            self._server.close()
        for wire in tuple(self.wires):
            wire.close()

    def forget_start(self) -> None:
        """Hear of the edge's start once more: what was to be written to it could not be."""
        self._instance = None

    def take(self, line: bytes) -> None:
        event = parse(line)
        if event is None:
            return
        if isinstance(event, Started):
            # The edge repeats it every two seconds: neither a lost line nor the order of the starts matters.
            if event.instance == self._instance:
                return
            self._instance = event.instance
        try:
            self._handle(event)
        except Exception as error:
            # one event that is not understood must not keep those that follow from being heard
            log.error("edge event not handled", line=line[:200].decode(errors="replace"), exc_info=error)


class _Wire(asyncio.Protocol):
    """One of the edge's processes."""

    def __init__(self, events: EdgeEvents) -> None:
        self._events = events
        self._rest = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._events.wires.add(transport)

    def data_received(self, data: bytes) -> None:
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            self._events.take(line)
        if len(self._rest) > MAX_LINE_BYTES:
            log.error("edge event too long", bytes=len(self._rest))
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._events.wires.discard(self._transport)  # a line that the process did not finish is lost
