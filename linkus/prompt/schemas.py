"""Request and response models for prompts."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from linkus.kit.messages import Language


class UploadView(BaseModel):
    """Describes a recording that replaces the spoken prompt."""

    model_config = ConfigDict(from_attributes=True)

    file_name: str
    seconds: float
    uploaded_at: datetime


class PromptInLanguage(BaseModel):
    language: Language
    text: str
    upload: UploadView | None


class PromptItem(BaseModel):
    name: str
    recordings: list[PromptInLanguage]


class PromptList(BaseModel):
    """Lists all prompts, and the limits for uploads."""

    items: list[PromptItem]
    max_megabytes: int
    max_seconds: int
