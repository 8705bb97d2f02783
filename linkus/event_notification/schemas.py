"""Request and response schemas for event types and notification contacts."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Id, Line, Name, Version
from linkus.kit.messages import Language
from linkus.mail.template.schemas import (
    DefaultTemplate,
    Recipient,
    Subject,
    TemplateBody,
    TemplateChange,
    TemplateVariable,
    TemplateWarning,
)
from linkus.server_settings.schemas import TemplateMode
from linkus.shared.event_log.kinds import EventCategory, EventKind, EventLevel

Levels = Annotated[list[EventLevel], Field(max_length=len(EventLevel))]
ContactProblem = Literal["contact_extension_deleted", "contact_no_email", "mail_no_server"]


class EventTypeView(BaseModel):
    """Describes a kind of event. `name` is in the reader's language."""

    kind: EventKind
    name: str
    category: EventCategory
    level: EventLevel
    default_level: EventLevel
    notified: bool
    own_templates: list[Language] = Field(description="Languages whose mails have a template of the company's own.")


class EventTypesView(BaseModel):
    """Lists all kinds of events. `contacts`: how many contacts are notified at all."""

    items: list[EventTypeView]
    contacts: int
    version: int


class EventTypeChoice(Body):
    kind: EventKind
    level: EventLevel
    notified: bool


class EventTypesUpdate(Body):
    """Chooses level and notification of the kinds that it names; all others keep theirs."""

    items: Annotated[list[EventTypeChoice], Field(min_length=1, max_length=len(EventKind))]
    version: Version


class EventTemplateView(BaseModel):
    """Shows the mail template of a kind of event in a language. `subject` and `body` are the custom template's, even
    while the default one is in use; empty if none was written."""

    kind: EventKind
    name: str
    language: Language
    mode: TemplateMode
    subject: str
    body: str
    default: DefaultTemplate
    warnings: list[TemplateWarning]
    variables: list[TemplateVariable]
    version: int


class EventTemplateUpdate(TemplateChange):
    """Carries the new template of a kind of event in a language."""


class EventTemplateDraft(Body):
    """Carries the contents of the editor. Mode `default` ignores `subject` and `body`."""

    mode: TemplateMode = TemplateMode.CUSTOM
    subject: Subject = ""
    body: TemplateBody = ""


class EventTemplateTest(EventTemplateDraft):
    recipient: Recipient


class EventTemplateConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: EventTemplateView | None = None


class ContactValues(Body):
    """Describes a contact: the user of an extension, whose name and address count, somebody else with an address, or a
    program with `webhook_url`."""

    extension_id: Id | None = None
    name: Annotated[Name, Field(max_length=127)] = ""
    email: Annotated[Line, Field(max_length=255)] = ""
    webhook_url: Annotated[Line, Field(max_length=500)] = ""
    language: Literal["zh-CN", "en"] = "zh-CN"
    levels: Levels
    enabled: bool = True


class ContactUpdate(ContactValues):
    """Replaces all values of the contact. `renew_webhook_secret`: later webhooks have a new signature."""

    renew_webhook_secret: bool = False
    version: Version


class ContactView(BaseModel):
    """Describes a contact. `email` is where mails go now; `problem_text` says why none does, and what to do.
    `last_failure` says why the last notification did not arrive; it is empty if it did."""

    id: int
    extension_id: int | None
    extension_number: str | None
    name: str
    email: str
    webhook_url: str
    language: Literal["zh-CN", "en"]
    levels: list[EventLevel]
    enabled: bool
    problem: ContactProblem | None
    problem_text: str
    last_failure: str
    version: int


class ContactWritten(ContactView):
    """Shows a contact that was just written. `webhook_secret` is told only once: when it is new, else it is empty."""

    webhook_secret: str = ""


class WebhookOutcome(BaseModel):
    """Says whether a webhook arrived; if not, `message` says why and what to do."""

    arrived: bool
    message: str


class ContactList(BaseModel):
    items: list[ContactView]


class ContactVersionConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: ContactView | None = None
