"""Request and response models for the welcome mail's template."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from linkus.kit.errors import ErrorBody
from linkus.kit.fields import Body, Id, Line, Text, Version
from linkus.kit.messages import Language
from linkus.server_settings.schemas import TemplateMode, ValidityDays
from linkus.welcome_mail.template import Use

Subject = Annotated[Line, Field(max_length=255)]
TemplateBody = Annotated[Text, Field(max_length=60_000)]
Recipient = Annotated[Line, Field(max_length=255)]


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


class MailTemplateView(BaseModel):
    """Shows the template settings. `subject` and `body` are the custom template's, even while the default one is in
    use; empty if none was written."""

    mode: TemplateMode
    credential_validity_days: ValidityDays
    validity_choices: list[int]
    subject: str
    body: str
    warnings: list[TemplateWarning]
    variables: list[TemplateVariable]
    version: int


class MailTemplateUpdate(Body):
    """Carries new settings. Without `subject` and `body` the stored ones stay, also while the default is in use."""

    mode: TemplateMode
    credential_validity_days: ValidityDays
    subject: Subject | None = None
    body: TemplateBody | None = None
    version: Version


class TemplateDraft(Body):
    """Carries the contents of the editor. Mode `default` ignores `subject` and `body`."""

    mode: TemplateMode = TemplateMode.CUSTOM
    subject: Subject = ""
    body: TemplateBody = ""
    language: Language = "zh-CN"
    extension_id: Id | None = Field(default=None, description="Extension whose data is shown. Null: example data.")


class TemplateTest(TemplateDraft):
    recipient: Recipient


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
