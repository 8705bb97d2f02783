"""Request and response schemas for routes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from linkus.kit.fields import Body, Id, Line, Name, Version

MAX_ROUTES = 5000  # per direction; the order is sent as a whole
MAX_STRIP_DIGITS = 40
_DID_NUMBER = "Number dialled from outside. Spaces, hyphens and brackets are removed. Empty: any number."
_PATTERN = (
    "Digits, `*`, `#` and a leading `+`. `X` stands for 0-9, `Z` for 1-9, `N` for 2-9, `[13-5]` for one of these "
    "digits, and a final `.` for one or more characters."
)


class InboundDestination(StrEnum):
    EXTENSION = "extension"
    PAGING_GROUP = "paging_group"
    VOICEMAIL = "voicemail"  # of an extension


class RouteName(BaseModel):
    id: int
    name: str


class InboundRouteView(BaseModel):
    """Describes an inbound route. `trunk_id` null: any trunk; `did_number` empty: any number. `shadowed_by`: an earlier
    route that takes all of its calls, so that this one is never reached."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    position: int
    name: str
    trunk_id: int | None
    trunk_name: str = ""
    did_number: str
    did_name: str
    destination: InboundDestination
    extension_id: int | None
    paging_group_id: int | None
    destination_number: str = ""
    destination_name: str = ""
    enabled: bool
    shadowed_by: RouteName | None = None
    version: int


class InboundRoutes(BaseModel):
    """Lists all inbound routes, in the order in which they are tried."""

    items: list[InboundRouteView]


class InboundRouteValues(Body):
    name: Name
    trunk_id: Id | None = None
    did_number: Annotated[Line, Field(description=_DID_NUMBER)] = ""
    did_name: Name = ""
    destination: InboundDestination
    extension_id: Id | None = None
    paging_group_id: Id | None = None
    enabled: bool = True


class InboundRouteCreate(InboundRouteValues):
    """Adds a route last, but before a route that would take all of its calls."""


class InboundRouteUpdate(InboundRouteValues):
    version: Version


class TrunkOfRoute(BaseModel):
    id: int
    name: str
    enabled: bool


class OutboundRouteView(BaseModel):
    """Describes an outbound route. `trunks` are in the order of trying; none are left if they were deleted."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    position: int
    name: str
    pattern: str
    strip: int
    prepend: str
    trunks: list[TrunkOfRoute] = []
    enabled: bool
    shadowed_by: RouteName | None = None
    version: int


class OutboundRoutes(BaseModel):
    """Lists all outbound routes, in the order in which they are tried."""

    items: list[OutboundRouteView]


class OutboundRouteValues(Body):
    name: Name
    pattern: Annotated[Line, Field(description=_PATTERN)]
    strip: Annotated[
        int, Field(ge=0, le=MAX_STRIP_DIGITS, description="Number of digits to remove from the front.")
    ] = 0
    prepend: Line = ""
    trunk_ids: Annotated[list[Id], Field(max_length=20, description="Trunks in the order in which they are tried.")]
    enabled: bool = True


class OutboundRouteCreate(OutboundRouteValues):
    """Adds a route last, but before a route that would take all of its calls."""


class OutboundRouteUpdate(OutboundRouteValues):
    version: Version


class OutboundDryRunRequest(Body):
    number: Annotated[Line, Field(min_length=1, max_length=40)]


class InsideNumber(BaseModel):
    kind: Literal["extension", "paging_group", "echo"]
    number: str
    name: str = ""


class OutboundDryRun(BaseModel):
    """Says what would be dialled for `number`: `inside` if it belongs to this PBX, else `route` and what it sends by
    which trunks. Neither: no route fits, and the caller hears that there is no such number."""

    number: str
    inside: InsideNumber | None = None
    route: RouteName | None = None
    sent: str = ""
    trunks: list[TrunkOfRoute] = []


class PatternDryRunRequest(Body):
    """Tries the values of a route that is being written: it need not be saved."""

    number: Annotated[Line, Field(min_length=1, max_length=40)]
    pattern: Line
    strip: Annotated[int, Field(ge=0, le=MAX_STRIP_DIGITS)] = 0
    prepend: Line = ""


class PatternDryRun(BaseModel):
    number: str
    fits: bool
    sent: str = ""


class RouteOrder(Body):
    """Holds all ids in the new order. `previous`: the order that the page showed; 409 if it has changed."""

    ids: Annotated[list[Id], Field(max_length=MAX_ROUTES)]
    previous: Annotated[list[Id], Field(max_length=MAX_ROUTES)] | None = None


class RouteIds(Body):
    ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_ROUTES)]


class RoutesDeleted(BaseModel):
    deleted: int


class OrderConflictBody(BaseModel):
    """Body of 409 `route_order_stale`, with the present order."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: list[int] = []


class InboundConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: InboundRouteView | None = None


class OutboundConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: OutboundRouteView | None = None
