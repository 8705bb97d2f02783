"""What the edge says by itself: a datagram an event, none answered, any may be lost (docs/architecture.md, "Edge ->
brain")."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Annotated, Literal

import structlog
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

log = structlog.get_logger(__name__)


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


class Disconnected(_Event):
    """A WebSocket that had registered is closed: by the client, by the edge, or by a network that is gone."""

    event: Literal["disconnected"]
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
    instance: str
    counters: dict[str, int]


class TrunkHeard(_Event):
    """A provider answered, or did not: how the trunk is now. Repeated with every sign of it."""

    event: Literal["trunk"]
    id: int
    stamp: str
    state: Literal["registered", "failed", "unreachable"]
    code: int
    reason: str


EdgeEvent = Started | Registered | Unregistered | Disconnected | ClientLeg | Refused | Counted | TrunkHeard
_parser: TypeAdapter[EdgeEvent] = TypeAdapter(Annotated[EdgeEvent, Field(discriminator="event")])


def parse(datagram: bytes) -> EdgeEvent | None:
    """The event, or None for what is none: anything on this machine could write to the port."""
    try:
        return _parser.validate_json(datagram)
    except ValidationError as error:
        log.warning("edge event not understood", datagram=datagram[:200].decode(errors="replace"), error=str(error))
        return None


class EdgeEvents(asyncio.DatagramProtocol):
    """Hands each event to `handle`, which must not wait: it starts a task, or writes into a queue."""

    def __init__(self, handle: Callable[[EdgeEvent], None]) -> None:
        self._handle = handle
        self._instance: str | None = None
        self._transport: asyncio.DatagramTransport | None = None

    @classmethod
    async def listen(cls, host: str, port: int, handle: Callable[[EdgeEvent], None]) -> EdgeEvents:
        loop = asyncio.get_running_loop()
        transport, protocol = await loop.create_datagram_endpoint(lambda: cls(handle), local_addr=(host, port))
        protocol._transport = transport
        return protocol

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()

    def forget_start(self) -> None:
        """Hear of the edge's start once more: what was to be written to it could not be."""
        self._instance = None

    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        event = parse(data)
        if event is None:
            return
        if isinstance(event, Started):
            # The edge repeats it every two seconds: neither a lost datagram nor the order of the starts matters.
            if event.instance == self._instance:
                return
            self._instance = event.instance
        try:
            self._handle(event)
        except Exception as error:
            # one event that is not understood must not keep those that follow from being heard
            log.error("edge event not handled", datagram=data[:200].decode(errors="replace"), exc_info=error)
