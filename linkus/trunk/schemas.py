"""What goes in and out about trunks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from linkus.kit.fields import Body, Line, Secret, Version

MAX_CALLS = 10_000
PASSWORD_LOST = "password cannot be read"  # noqa: S105 - the reason of `failed`: it was sealed with another key
REFUSED_BY_EDGE = "not accepted by the edge"  # the reason of `failed`: the edge answered with an error
NO_ADDRESS = "host name not found"  # the reason of `unreachable` when the name server knows no such host


class TrunkKind(StrEnum):
    """`register`: we log in at the provider; `peer`: each knows the other's address."""

    REGISTER = "register"
    PEER = "peer"


class TrunkTransport(StrEnum):
    UDP = "udp"
    TCP = "tcp"
    TLS = "tls"


class TrunkCodec(StrEnum):
    OPUS = "opus"
    G722 = "g722"
    PCMA = "pcma"
    PCMU = "pcmu"


class CallerIdHeader(StrEnum):
    """Where the provider wants the caller ID: `pai`: P-Asserted-Identity, and the account in From (RFC 3325)."""

    FROM = "from"
    PAI = "pai"


class TrunkState(StrEnum):
    """`registered`: also of a peer that answers; `unknown`: the edge has not said anything yet."""

    REGISTERED = "registered"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    DISABLED = "disabled"


class TrunkStatus(BaseModel):
    """`code` and `reason` are the provider's SIP answer, 0 when there was none."""

    state: TrunkState = TrunkState.UNKNOWN
    code: int = 0
    reason: str = ""
    since: datetime | None = None


class TrunkSort(StrEnum):
    NAME = "name"
    NAME_DESC = "-name"
    KIND = "kind"
    KIND_DESC = "-kind"
    HOST = "host"
    HOST_DESC = "-host"


class TrunkView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    kind: TrunkKind
    host: str
    port: int
    transport: TrunkTransport
    domain: str
    username: str
    auth_name: str
    password_set: bool = False
    codecs: list[TrunkCodec]
    caller_id: str
    caller_id_name: str
    caller_id_header: CallerIdHeader
    max_calls: int
    enabled: bool
    version: int
    created_at: datetime
    updated_at: datetime
    status: TrunkStatus = TrunkStatus()


class TrunkValues(Body):
    """What an administrator sets. `password` absent or null: the stored one stays; empty: none."""

    name: Line
    kind: TrunkKind
    host: Line
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    transport: TrunkTransport = TrunkTransport.UDP
    domain: Annotated[Line, Field(description="Of our own address at the provider; empty: the host.")] = ""
    username: Line = ""
    auth_name: Annotated[Line, Field(description="Empty: the user name.")] = ""
    password: Secret | None = None
    codecs: list[TrunkCodec] = Field(
        default=[TrunkCodec.PCMA, TrunkCodec.PCMU], max_length=20, description="In order of preference."
    )
    caller_id: Annotated[Line, Field(description="Shown to the called; empty: the extension's.")] = ""
    caller_id_name: Line = ""
    caller_id_header: CallerIdHeader = CallerIdHeader.FROM
    max_calls: Annotated[int, Field(ge=0, le=MAX_CALLS, description="0: no limit.")] = 0
    enabled: bool = True


class TrunkCreate(TrunkValues):
    pass


class TrunkUpdate(TrunkValues):
    version: Version


class RouteOfTrunk(BaseModel):
    """`only`: it has no other trunk, so that nothing goes out by it any more."""

    id: int
    name: str
    only: bool = False


class TrunkUse(BaseModel):
    """The routes that a deleted trunk takes with it (inbound) or is taken out of (outbound)."""

    inbound_routes: list[RouteOfTrunk]
    outbound_routes: list[RouteOfTrunk]


class TrunkTestAnswer(BaseModel):
    """`code` and `reason`: the provider's answer, word by word; `message` says what it means and what to do."""

    ok: bool
    state: TrunkState
    code: int
    reason: str
    message: str


class TrunkConflictBody(BaseModel):
    """409 `version_conflict`: what is there now."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: TrunkView | None = None
