"""Request and response schemas for paging groups."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Id, Line, Name, Version
from linkus.shared.extension_schemas import NamedExtension

MAX_EXTENSIONS = 100  # per group: the core dials all of them together, from one variable (call/plan/ringing.py)

ExtensionIds = Annotated[list[Id], Field(max_length=MAX_EXTENSIONS)]


class PagingMode(StrEnum):
    ONE_WAY = "one_way"  # 广播: only the caller is heard
    TWO_WAY = "two_way"  # 对讲: everybody is heard


class PagingCallers(StrEnum):
    """Names who may page."""

    ALL = "all"
    MEMBERS = "members"
    CHOSEN = "chosen"


class PagingGroupSort(StrEnum):
    NUMBER = "number"
    NUMBER_DESC = "-number"
    NAME = "name"
    NAME_DESC = "-name"
    MODE = "mode"
    MODE_DESC = "-mode"
    MEMBERS = "members"
    MEMBERS_DESC = "-members"


class PagingGroupItem(BaseModel):
    """Describes a paging group in the list."""

    id: int
    number: str
    name: str
    mode: PagingMode
    callers: PagingCallers
    member_count: int
    caller_count: int
    version: int


class RouteToGroup(BaseModel):
    """Names an inbound route whose calls come to the group."""

    id: int
    name: str


class PagingGroupView(BaseModel):
    """Describes a paging group on its own page. `members` and `chosen` name the extensions in `member_ids` and
    `caller_ids`."""

    id: int
    number: str
    name: str
    mode: PagingMode
    callers: PagingCallers
    member_ids: list[int]
    caller_ids: list[int]
    members: list[NamedExtension]
    chosen: list[NamedExtension]
    inbound_routes: list[RouteToGroup] = Field(description="Inbound routes that are deleted together with the group.")
    version: int


class PagingGroupValues(Body):
    """Holds the values of a group. Ids of extensions that were deleted meanwhile are ignored."""

    number: Line
    name: Name
    mode: PagingMode = PagingMode.ONE_WAY
    callers: PagingCallers = PagingCallers.ALL
    member_ids: ExtensionIds = Field(default=[])
    caller_ids: ExtensionIds = Field(default=[], description="Extensions that may page if `callers` is `chosen`.")


class PagingGroupCreate(PagingGroupValues):
    pass


class PagingGroupUpdate(PagingGroupValues):
    """Replaces all values of the group."""

    version: Version


class PagingVersionConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: PagingGroupView | None = None
