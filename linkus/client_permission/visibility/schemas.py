"""Request and response schemas for visibility rules."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from linkus.client_permission.importing import ImportedRule
from linkus.client_permission.rules.schemas import PortableSubject
from linkus.kit.fields import MAX_ID, Body, Id, Name, Version
from linkus.organization.naming import Named
from linkus.shared.extension_schemas import NamedExtension

MAX_RULES = 500
MAX_NAME_CHARACTERS = 63
MAX_ITEMS = 2000
IdleReason = Literal["no_subjects", "no_targets", "nobody"]
VisibilityWarning = Literal["nobody", "no_effect"]
OwnerIds = Annotated[list[Annotated[int, Field(ge=0, le=MAX_ID)]], Field(max_length=MAX_ITEMS)]


class NamedDepartment(Named):
    path: list[str]


class RuleScope(Body):
    """Names extensions: one by one, by group, and by department with everything below it. Group 0 and department 0 are
    all extensions."""

    extension_ids: Annotated[list[Id], Field(max_length=MAX_ITEMS)] = Field(default=[])
    group_ids: OwnerIds = Field(default=[])
    department_ids: OwnerIds = Field(default=[])


def _named(scope: RuleScope) -> bool:
    return bool(scope.extension_ids or scope.group_ids or scope.department_ids)


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
    enabled: bool = True
    subjects: RuleScopeView
    targets: RuleScopeView
    version: int
    only_self: bool = Field(default=False, description="The subjects see no colleague.")
    extensions: int = Field(default=0, description="Number of extensions that the rule is for.")
    idle: IdleReason | None = Field(default=None, description="Why an enabled rule has no effect.")


class VisibilityRules(BaseModel):
    """Lists the rules after the default one. Their order does not matter."""

    items: list[VisibilityRuleView]


class VisibilityRuleCreate(Body):
    name: Name = Field(default="", description="A remark of the administrator's.")
    subjects: RuleScope
    targets: RuleScope
    enabled: bool = Field(default=True, description="A disabled rule concerns nobody.")
    only_self: bool | None = Field(
        default=None, description="The subjects see no colleague. By default true if there are no targets."
    )

    @property
    def is_only_self(self) -> bool:
        return not _named(self.targets) if self.only_self is None else self.only_self


class VisibilityRuleUpdate(VisibilityRuleCreate):
    version: Version


class PortableVisibilityRule(Body):
    """Holds a rule with its subjects and targets by number, name and path."""

    name: Name = ""
    enabled: bool = True
    subjects: Annotated[list[PortableSubject], Field(max_length=MAX_ITEMS)]
    targets: Annotated[list[PortableSubject], Field(max_length=MAX_ITEMS)]
    only_self: bool | None = None


class PortableVisibilityRules(Body):
    """Holds all visibility rules, as a file."""

    kind: Literal["visibility"]
    rules: Annotated[list[PortableVisibilityRule], Field(max_length=MAX_RULES)]


class VisibilityImport(Body):
    """Carries a file of rules. A rule of the file changes the rule that has its name, or is added. `delete_others`
    deletes the rules that the file does not name. A `dry_run` changes nothing."""

    document: PortableVisibilityRules
    delete_others: bool = False
    dry_run: bool = True


class VisibilityImported(BaseModel):
    """Names the rules that an import adds, changes and deletes, or would, and counts the extensions whose users see
    more or fewer colleagues by it."""

    dry_run: bool
    added: list[ImportedRule]
    changed: list[ImportedRule]
    deleted: list[ImportedRule]
    unchanged: int
    gaining: int
    losing: int


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


class VisibilityPreviewRequest(Body):
    """Describes a change that is not saved: `values` for the rule `rule_id`, or for a new rule. Without `values` the
    rule goes away. `extension_id` selects whose view is compared; by default the first extension that changes."""

    rule_id: Id | None = None
    values: VisibilityRuleCreate | None = None
    extension_id: Id | None = None


class VisibilitySeen(BaseModel):
    """Says whom an extension sees. Without rules for it, it sees everybody."""

    is_restricted: bool
    visible: int = Field(description="How many other extensions it sees.")
    first: list[NamedExtension] = Field(description="The first ten of them by number.")


class VisibilityPreview(BaseModel):
    """Shows what a change would do. `concerned` counts the extensions that the rule is for; `changed` those whose users
    see others than before, `gaining` and `losing` those who see more and fewer; `examples` are the first of them.
    `now` and `then` are about `extension`."""

    concerned: int
    changed: int
    gaining: int
    losing: int
    examples: list[NamedExtension]
    extension: NamedExtension | None
    now: VisibilitySeen | None
    then: VisibilitySeen | None
    warnings: list[VisibilityWarning]
