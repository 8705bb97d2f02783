"""Request and response schemas for visibility rules."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from linkus.extension.schemas import NamedExtension
from linkus.kit.fields import MAX_ID, Body, Id, Line, Version
from linkus.organization.naming import Named

MAX_RULES = 500
MAX_NAME_CHARACTERS = 63
MAX_ITEMS = 2000
OwnerIds = Annotated[list[Annotated[int, Field(ge=0, le=MAX_ID)]], Field(max_length=MAX_ITEMS)]


class NamedDepartment(Named):
    path: list[str]


class RuleScope(Body):
    """Names extensions: one by one, by group, and by department with everything below it. Group 0 and department 0 are
    all extensions."""

    extension_ids: Annotated[list[Id], Field(max_length=MAX_ITEMS)] = Field(default=[])
    group_ids: OwnerIds = Field(default=[])
    department_ids: OwnerIds = Field(default=[])


class RuleScopeView(BaseModel):
    """Shows what a rule names: the ids, and the names that belong to them. All extensions are the group 0."""

    extension_ids: list[int]
    group_ids: list[int]
    department_ids: list[int]
    extensions: list[NamedExtension]
    groups: list[Named]
    departments: list[NamedDepartment]


class VisibilityRuleView(BaseModel):
    """Shows a rule: the subjects see the targets, and only them. The default rule, with which everyone sees everyone,
    has the id 0 and counts for those whom no other rule is for."""

    id: int
    name: str
    is_default: bool = False
    subjects: RuleScopeView
    targets: RuleScopeView
    version: int


class VisibilityRules(BaseModel):
    """Lists the rules after the default one. Their order does not matter."""

    items: list[VisibilityRuleView]


class VisibilityRuleCreate(Body):
    name: Line = Field(default="", description="A remark of the administrator's.")
    subjects: RuleScope
    targets: RuleScope = Field(description="Empty: the subjects see nobody but themselves.")


class VisibilityRuleUpdate(VisibilityRuleCreate):
    version: Version


class VisibilityRuleConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: VisibilityRuleView | None = None


class VisibilityOf(BaseModel):
    """Says whom an extension sees, and by which rules. Without rules it sees everybody."""

    is_restricted: bool
    visible: int = Field(description="How many other extensions it sees.")
    first: list[NamedExtension] = Field(description="The first ten of them by number.")
    rules: list[Named]
