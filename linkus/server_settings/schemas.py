"""Request and response models for the Linkus server page."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, get_args

from pydantic import BaseModel

from linkus.kit.fields import Body, Version

ValidityDays = Literal[1, 3, 7, 14, 30]
VALIDITY_CHOICES: tuple[ValidityDays, ...] = get_args(ValidityDays)


class TemplateMode(StrEnum):
    DEFAULT = "default"
    CUSTOM = "custom"


class LinkusServerSettings(BaseModel):
    """Holds the stored settings. The custom template is kept while the default one is in use."""

    credential_validity_days: ValidityDays = 7
    template_mode: TemplateMode = TemplateMode.DEFAULT
    template_subject: str = ""
    template_body: str = ""


class LinkusServerView(BaseModel):
    credential_validity_days: ValidityDays
    validity_choices: list[int]
    version: int


class LinkusServerUpdate(Body):
    credential_validity_days: ValidityDays
    version: Version
