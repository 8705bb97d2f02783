"""Request and response models that the templates of all kinds of mail share."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from linkus.kit.errors import ErrorBody
from linkus.kit.fields import Body, Line, Text, Version
from linkus.mail.template.variables import Use
from linkus.server_settings.schemas import TemplateMode

Subject = Annotated[Line, Field(max_length=255)]
TemplateBody = Annotated[Text, Field(max_length=60_000)]
Recipient = Annotated[Line, Field(max_length=255)]


class TemplateChange(Body):
    """Carries a new template. Without `subject` and `body` the stored ones stay, also while the default is in use."""

    mode: TemplateMode
    subject: Subject | None = None
    body: TemplateBody | None = None
    version: Version


class TemplateField(StrEnum):
    SUBJECT = "subject"
    BODY = "body"


class TemplateVariable(BaseModel):
    """Describes a variable. `placeholder` is its form in the template: `{{.Name}}`."""

    name: str
    placeholder: str
    use: Use
    explanation: str
    in_subject: bool


class TemplateWarning(BaseModel):
    code: str
    message: str


class TemplateProblem(BaseModel):
    """Describes an unknown, misspelt or broken variable; `line` and `column` count from 1."""

    field: TemplateField
    code: str
    text: str
    line: int
    column: int
    suggestion: str
    message: str


class TemplateErrorBody(ErrorBody):
    """Reports a refused template (422): beside `fields`, every wrong variable with its place."""

    problems: list[TemplateProblem] = Field(default_factory=list)


class MailPreview(BaseModel):
    """Shows a rendered mail. `html` is a page with embedded pictures for a sandboxed frame. Its links and QR codes do
    not sign in."""

    subject: str
    html: str
    text: str
    warnings: list[TemplateWarning]


class DefaultTemplate(BaseModel):
    subject: str
    body: str
