"""Request and response models for the welcome mail's template."""

from __future__ import annotations

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Id
from linkus.kit.messages import Language
from linkus.mail.template.schemas import (
    Recipient,
    Subject,
    TemplateBody,
    TemplateChange,
    TemplateVariable,
    TemplateWarning,
)
from linkus.server_settings.schemas import TemplateMode, ValidityDays


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


class MailTemplateUpdate(TemplateChange):
    credential_validity_days: ValidityDays


class TemplateDraft(Body):
    """Carries the contents of the editor. Mode `default` ignores `subject` and `body`."""

    mode: TemplateMode = TemplateMode.CUSTOM
    subject: Subject = ""
    body: TemplateBody = ""
    language: Language = "zh-CN"
    extension_id: Id | None = Field(default=None, description="Extension whose data is shown. Null: example data.")


class TemplateTest(TemplateDraft):
    recipient: Recipient
