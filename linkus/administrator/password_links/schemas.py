"""Request and response schemas for the links by which administrators choose their password."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Secret

LinkToken = Annotated[Secret, Field(min_length=1, max_length=200)]


class PasswordLinkView(BaseModel):
    """Shows a link once: nobody can read it again."""

    link: str
    expires_at: datetime


class PasswordLinkInspect(Body):
    token: LinkToken


class PasswordLinkInspected(BaseModel):
    """Reports the link's state. `unknown`: used, replaced by a later one, or never made."""

    status: Literal["valid", "expired", "unknown"]
    company_name: str
    username: Annotated[str | None, Field(description="Of a valid link.")] = None


class PasswordChosen(Body):
    token: LinkToken
    new_password: Secret
