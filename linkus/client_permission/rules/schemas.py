"""Request and response schemas for permission rules."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from linkus.client_permission.importing import ImportedRule
from linkus.client_permission.rules.catalogue import Kind
from linkus.client_permission.rules.resolution import Reason, SubjectKind
from linkus.kit.fields import MAX_ID, Body, Id, Line, Name, Text, Version
from linkus.session.schemas import LinkusClientKind

MAX_NAME_CHARACTERS = 63
MAX_NOTE_CHARACTERS = 500
MAX_SUBJECTS = 1000
MAX_RULES = 1000  # of each kind


class PermissionType(StrEnum):
    """Says what a rule does. `allow`: the user has only what such rules name; `disallow`: the user loses it."""

    ALLOW = "allow"
    DISALLOW = "disallow"


class SubjectRef(Body):
    """Names an extension, an extension group or a department with everything below it. Group 0 is everybody, and
    department 0 the whole company."""

    model_config = ConfigDict(frozen=True)

    kind: SubjectKind
    id: Annotated[int, Field(ge=0, le=MAX_ID)]


def _each_once(values: list[Any]) -> list[Any]:
    return list(dict.fromkeys(values))


class PermissionRuleValues(Body):
    """Holds the values of a rule. Subjects that were deleted meanwhile are an error."""

    name: Annotated[Name, Field(max_length=MAX_NAME_CHARACTERS)] = ""
    note: Annotated[Text, Field(max_length=MAX_NOTE_CHARACTERS)] = ""
    permission: PermissionType
    targets: Annotated[list[str], Field(max_length=50), AfterValidator(_each_once)]
    subjects: Annotated[list[SubjectRef], Field(max_length=MAX_SUBJECTS), AfterValidator(_each_once)]
    enabled: bool = True


class PermissionRuleUpdate(PermissionRuleValues):
    version: Version


class SubjectView(BaseModel):
    """Names a subject. `label`: number and name of an extension, the name of a group, the path of a department. It is
    empty for everybody and for the whole company, which each client names in its own language."""

    kind: SubjectKind
    id: int
    label: str


class PermissionRuleView(BaseModel):
    id: int
    kind: Kind
    name: str
    note: str
    permission: PermissionType
    targets: list[str]
    subjects: list[SubjectView]
    enabled: bool
    version: int
    extensions: int = Field(description="Number of extensions that the rule concerns.")
    without_effect: bool = Field(description="Nothing changes if the rule is removed or disabled.")


class PermissionRules(BaseModel):
    """Lists the rules that are added to the default rule: everybody, everything."""

    items: list[PermissionRuleView]
    targets: list[str] = Field(description="What rules of this kind can name, in order.")
    not_in_clients: list[str] = Field(description="Those that no client of this version has yet.")


class RuleName(BaseModel):
    id: int
    name: str


class DecisionView(BaseModel):
    """Says whether a menu is visible, or an item may be changed, and which rules say so."""

    target: str
    allowed: bool
    reason: Reason
    rules: list[RuleName]
    in_clients: bool = Field(description="False: no client of this version has it yet.")


class ClientDecisions(BaseModel):
    """Lists what one kind of client has, in order."""

    client: LinkusClientKind
    decisions: list[DecisionView]


class ExtensionPermissions(BaseModel):
    """Describes what the user of an extension sees and may change, for each kind of client."""

    menus: list[DecisionView]
    settings: list[ClientDecisions]


class PreviewRequest(Body):
    """Describes a change that is not saved: `values` for the rule `rule_id`, or for a new rule. Without `values` the
    rule goes away. `extension_id` selects whose permissions are compared; by default the first extension concerned."""

    rule_id: Id | None = None
    values: PermissionRuleValues | None = None
    extension_id: Id | None = None


class PreviewWarning(StrEnum):
    """Names what the administrator should know before saving."""

    NO_EFFECT = "no_effect"  # nobody gains or loses anything
    NOBODY = "nobody"  # the rule concerns no extension
    OTHER_RULE_DISALLOWS = "other_rule_disallows"  # what the rule allows, another rule takes away


class PreviewedTarget(BaseModel):
    target: str
    now: DecisionView
    then: DecisionView


class PreviewedClient(BaseModel):
    client: LinkusClientKind
    targets: list[PreviewedTarget]


class ConcernedExtension(BaseModel):
    id: int
    number: str
    name: str


class PermissionPreview(BaseModel):
    """Shows what a change would do. `concerned` counts the extensions that the rule names; `changed` those that gain or
    lose something; `examples` are the first of these."""

    concerned: int
    changed: int
    gaining: int
    losing: int
    examples: list[ConcernedExtension]
    extension: ConcernedExtension | None
    clients: list[PreviewedClient]
    warnings: list[PreviewWarning]


class OwnPermissions(BaseModel):
    """Tells a client what its user sees and may change. `locked` lists the items that are read-only on this client, and
    `locked_settings` the client settings that belong to them."""

    menus: list[str]
    locked: list[str]
    locked_settings: list[str]


class RuleIds(Body):
    ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_RULES)]


class PortableSubject(Body):
    """Names a subject by what people call it, so that another installation understands it: the number of an extension,
    the name of a group, the names of a department from the top down. A group without a name is everybody, and a
    department without a path the company."""

    kind: SubjectKind
    number: Annotated[Line, Field(max_length=8)] | None = None
    name: Annotated[Line, Field(max_length=MAX_NAME_CHARACTERS)] | None = None
    path: Annotated[list[Annotated[Line, Field(max_length=MAX_NAME_CHARACTERS)]], Field(max_length=20)] | None = None


class PortableRule(Body):
    name: Annotated[Name, Field(max_length=MAX_NAME_CHARACTERS)]
    note: Annotated[Text, Field(max_length=MAX_NOTE_CHARACTERS)] = ""
    permission: PermissionType
    targets: Annotated[list[str], Field(max_length=50), AfterValidator(_each_once)]
    subjects: Annotated[list[PortableSubject], Field(max_length=MAX_SUBJECTS)]
    enabled: bool = True


class PortableRules(Body):
    """Holds all rules of one kind, as a file."""

    kind: Kind
    rules: Annotated[list[PortableRule], Field(max_length=MAX_RULES)]


class RulesImport(Body):
    """Carries a file of rules. A rule of the file changes the rule that has its name, or is added. `delete_others`
    deletes the rules that the file does not name. A `dry_run` changes nothing."""

    document: PortableRules
    delete_others: bool = False
    dry_run: bool = True


class RulesImported(BaseModel):
    """Names the rules that an import adds, changes and deletes, or would, and counts the extensions that gain or lose
    something by it."""

    dry_run: bool
    added: list[ImportedRule]
    changed: list[ImportedRule]
    deleted: list[ImportedRule]
    unchanged: int
    gaining: int
    losing: int


class PermissionVersionConflictBody(BaseModel):
    code: str
    message: str
    fields: dict[str, Any] = {}
    current: PermissionRuleView
