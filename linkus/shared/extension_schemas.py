"""Schemas about extensions for the responses of several features."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class NamedExtension(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    number: str
    display_name: str


class ChangedCount(BaseModel):
    """Counts the given extensions that were changed, without those that no longer exist."""

    changed: int
    sessions_ended: int = 0


class Online(BaseModel):
    """Says which clients of an extension are registered."""

    web: bool = False
    desktop: bool = False
    mobile: bool = False
    pad: bool = False
    phone: bool = False


class PhoneContact(BaseModel):
    address: str
    user_agent: str
