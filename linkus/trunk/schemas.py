"""Request and response models for trunks."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from linkus.kit.fields import Body, Line, Name, Secret, Version

MAX_CALLS = 10_000
PASSWORD_LOST = "password cannot be read"  # noqa: S105 - reason of `failed`: sealed with another key
REFUSED_BY_EDGE = "not accepted by the edge"  # reason of `failed`: the edge answered with an error
NO_ADDRESS = "host name not found"  # reason of `unreachable`: the host name does not resolve


class TrunkKind(StrEnum):
    """`register`: we log in at the provider; `peer`: both sides know each other's address."""

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
    """The header for the caller ID. `pai`: P-Asserted-Identity, with the account in From (RFC 3325)."""

    FROM = "from"
    PAI = "pai"


class TrunkState(StrEnum):
    """`registered`: registered, or a peer that answers; `unknown`: no report of the edge yet."""

    REGISTERED = "registered"
    FAILED = "failed"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    DISABLED = "disabled"


class TrunkStatus(BaseModel):
    """Status of a trunk. `code` and `reason` are the provider's SIP answer. Without one, `code` is 0, and `reason` is
    empty or our own."""

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
    """Settings of a trunk. `password`: absent or null keeps the stored one; empty removes it. It must be given anew
    with another host, port, transport, domain, user name or authentication name."""

    name: Name
    kind: TrunkKind
    host: Line
    port: Annotated[int, Field(ge=1, le=65535)] = 5060
    transport: TrunkTransport = TrunkTransport.UDP
    domain: Annotated[Line, Field(description="Domain of our address at the provider. Empty: the host.")] = ""
    username: Line = ""
    auth_name: Annotated[Line, Field(description="User name for authentication. Empty: `username`.")] = ""
    password: Secret | None = None
    codecs: list[TrunkCodec] = Field(
        default=[TrunkCodec.PCMA, TrunkCodec.PCMU], max_length=20, description="Codecs in order of preference."
    )
    caller_id: Annotated[Line, Field(description="Number that the called person sees. Empty: the extension's.")] = ""
    caller_id_name: Name = ""
    caller_id_header: CallerIdHeader = CallerIdHeader.FROM
    max_calls: Annotated[int, Field(ge=0, le=MAX_CALLS, description="Maximum of concurrent calls. 0: no limit.")] = 0
    enabled: bool = True


class TrunkCreate(TrunkValues):
    pass


class TrunkUpdate(TrunkValues):
    version: Version


class RouteOfTrunk(BaseModel):
    """A route that uses the trunk. `only`: it has no other trunk, so without this one it cannot place calls."""

    id: int
    name: str
    only: bool = False


class TrunkUse(BaseModel):
    """The routes affected by deleting a trunk: inbound ones are deleted, outbound ones lose the trunk."""

    inbound_routes: list[RouteOfTrunk]
    outbound_routes: list[RouteOfTrunk]


class TrunkTestAnswer(BaseModel):
    """Result of a test. `code` and `reason`: the provider's literal answer; `message`: its meaning and the remedy."""

    ok: bool
    state: TrunkState
    code: int
    reason: str
    message: str


class TrunkConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: TrunkView | None = None
