"""Receives the events of the edge: one per line, without an answer (docs/contracts/edge-control.md)."""

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
    """The edge has started, and knows no phone and no revocation yet. Handled once per start of the edge or of the
    brain."""

    event: Literal["started"]
    instance: str


class Registered(_Event):
    """A contact was added or refreshed."""

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
    """A contact unregistered, expired, lost its connection, or was replaced by a newer one."""

    event: Literal["unregistered"]
    aor: str
    contact: str
    session: str = ""  # the brain's session, if a replaced client is still connected and does not know


class Disconnected(_Event):
    """A registered WebSocket was closed: by the client, by the edge, or by a network failure."""

    event: Literal["disconnected"]
    aor: str
    connection: int
    session: str = ""


class Silent(_Event):
    """A WebSocket is open, but its client has stopped its keep-alive requests. The edge repeats this event
    meanwhile."""

    event: Literal["silent"]
    aor: str
    connection: int
    session: str = ""


class Heard(_Event):
    """The client of a silent WebSocket sends again."""

    event: Literal["heard"]
    aor: str
    connection: int


class ClientLeg(_Event):
    """A browser or app starts or has answered a call. `contact` is the contact that it registered."""

    event: Literal["leg"]
    call: str
    aor: str
    contact: str


class Refused(_Event):
    """The edge refused a sender, for the given reason."""

    event: Literal["refused"]
    aor: str
    address: str
    reason: Literal["wrong_password", "unknown_identity", "other_identity", "expired", "revoked", "flood"]


class Counted(_Event):
    """All counts since the start of the edge: messages refused by the gate, per reason, and faults of the routing
    script."""

    event: Literal["counters"]
    since: datetime
    counters: dict[str, int]


class TrunkHeard(_Event):
    """The state of a trunk after a provider answered or failed to answer. The edge repeats it with every sign of
    life."""

    event: Literal["trunk"]
    id: int
    revision: str
    state: Literal["registered", "failed", "unreachable"]
    code: int
    reason: str


EdgeEvent = (
    Started | Registered | Unregistered | Disconnected | Silent | Heard | ClientLeg | Refused | Counted | TrunkHeard
)
_parser: TypeAdapter[EdgeEvent] = TypeAdapter(Annotated[EdgeEvent, Field(discriminator="event")])


def parse(line: bytes) -> EdgeEvent | None:
    """Return the event, or None if the line is not valid."""
    try:
        return _parser.validate_json(line)
    except ValidationError as error:
        log.warning("edge event not understood", line=line[:200].decode(errors="replace"), error=str(error))
        return None


class EdgeEvents:
    """Passes each event to `handle`. The handler must not block: it starts a task or writes into a queue."""

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
        """Stop listening and close all connections. The processes of the edge reconnect when the brain listens
        again."""
        if self._server is not None:
            self._server.close()
        for wire in tuple(self.wires):
            wire.close()

    def forget_start(self) -> None:
        """Handle the next `started` event even if it is known, because a write after the edge's start has failed."""
        self._instance = None

    def take(self, line: bytes) -> None:
        event = parse(line)
        if event is None:
            return
        if isinstance(event, Started):
            # The edge repeats the event every two seconds, so neither a lost line nor the order of the starts matters.
            if event.instance == self._instance:
                return
            self._instance = event.instance
        try:
            self._handle(event)
        except Exception as error:
            # a failing event must not block later events
            log.error("edge event not handled", line=line[:200].decode(errors="replace"), exc_info=error)


class _Wire(asyncio.Protocol):
    """The connection of one process of the edge."""

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
        self._events.wires.discard(self._transport)  # drops a line that the process did not finish
