"""Request and response schemas for departments and extension groups."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from linkus.kit.fields import MAX_ID, Body, Id, Ids, Name, Version
from linkus.shared.extension_schemas import NamedExtension

MAX_DEPARTMENTS = 2000
MAX_GROUPS = 1000
ParentId = Annotated[int, Field(ge=0, le=MAX_ID, description="0: the company.")]
DepartmentIds = Annotated[list[Id], Field(max_length=MAX_DEPARTMENTS)]
GroupIds = Annotated[list[Id], Field(max_length=MAX_GROUPS)]
MemberIds = Annotated[list[Id], Field(max_length=20_000)]


class DepartmentView(BaseModel):
    """Describes a department. `level` is 1 directly below the company."""

    id: int
    parent_id: int
    name: str
    path: list[str] = Field(description="Names from the top down, ending with the department's own.")
    level: int
    position: int = Field(description="Its place among its siblings, from 0.")
    version: int


class DepartmentItem(DepartmentView):
    """Describes a department in the tree. `member_count` counts its own members, `total_count` also those below it,
    each once."""

    member_count: int
    total_count: int


class Organization(BaseModel):
    """Describes the company and its departments, each after its parent, in the order of an open tree. Extensions in no
    department are directly in the company."""

    name: str
    member_count: int
    total_count: int
    departments: list[DepartmentItem]


class DepartmentCreate(Body):
    parent_id: ParentId = 0
    name: Name


class DepartmentRename(Body):
    name: Name
    version: Version


class DepartmentMove(Body):
    parent_id: ParentId
    position: int | None = Field(
        default=None, ge=0, le=MAX_DEPARTMENTS, description="Among the new siblings; null: last."
    )
    version: Version


class DepartmentConflictBody(BaseModel):
    """Body of 409 `version_conflict` with the present values, or of `department_child_name_taken`."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: DepartmentView | None = None


class ExtensionGroupItem(BaseModel):
    """Describes an extension group. The group of all extensions has the id 0."""

    id: int
    name: str
    member_count: int
    is_everyone: bool
    version: int


class ExtensionGroups(BaseModel):
    """Lists the groups by name, after the one of all extensions."""

    items: list[ExtensionGroupItem]


class ExtensionGroupView(ExtensionGroupItem):
    member_ids: list[int] = Field(description="Empty for the group of all extensions.")


class ExtensionGroupCreate(Body):
    """Holds the values of a group. Ids of extensions that were deleted meanwhile are ignored."""

    name: Name
    member_ids: MemberIds = Field(default=[])


class ExtensionGroupUpdate(Body):
    """Changes a group. Without `member_ids` its members stay."""

    name: Name
    member_ids: MemberIds | None = None
    version: Version


class ExtensionGroupConflictBody(BaseModel):
    """Body of 409 `version_conflict` with the present values, or of `extension_group_everyone`."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: ExtensionGroupView | None = None


class AssignMode(StrEnum):
    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


class Assignment(Body):
    """Adds extensions to departments and groups, or removes them. `replace` leaves each extension in exactly these
    departments, or these groups; null leaves them as they are."""

    extension_ids: Ids
    mode: AssignMode
    department_ids: DepartmentIds | None = None
    group_ids: GroupIds | None = None


class AffectedRule(BaseModel):
    """Describes a rule whose extensions change. `side`: those it is for, or those it is about."""

    kind: str = Field(description="The kind of rule: `visibility`, `menu` or `setting`.")
    id: int
    name: str
    side: Literal["subject", "target"]
    effect: Literal["joins", "leaves"] = Field(description="What the extensions concerned do.")
    ends: Literal["no_subjects", "no_targets"] | None = Field(
        default=None, description="Why the rule has no effect any more, if it loses the last that it names."
    )


class AffectedExtensions(BaseModel):
    """Describes the extensions whose permissions, or visible colleagues, differ after a change: not only those that
    are moved, but also who sees them."""

    kind: str = Field(description="The kind of rule: `visibility`, `menu` or `setting`.")
    extensions: int
    gaining: int
    losing: int
    first: list[NamedExtension] = Field(description="The first ten by number.")


class ConcernedObject(BaseModel):
    """Names what changes together with deleted extensions: the user's role and inbound routes to an extension are
    deleted, paging groups lose a member, and a notification contact its address."""

    kind: Literal["administrator", "inbound_route", "paging_group", "notification_contact"]
    id: int
    name: str


class Impact(BaseModel):
    """Says whom a move or a deletion concerns: everybody in the department and below it, or in the group, or the
    extensions themselves."""

    extensions: int
    first: list[NamedExtension] = Field(description="The first ten by number.")
    departments: int = Field(description="Departments below this one.")
    rules: list[AffectedRule] = Field(description="Rules that begin or cease to count for these extensions.")
    effects: list[AffectedExtensions] = Field(description="Whom these rules give other permissions or colleagues.")
    objects: list[ConcernedObject] = Field(description="What else changes when extensions are deleted.")
