"""What goes in and out about login credentials."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, Field

MAX_TOKEN = 200


class ClientKind(StrEnum):
    """Clients that a login credential exists for."""

    MOBILE = "mobile"
    DESKTOP = "desktop"
    WEB = "web"


class CredentialStatus(StrEnum):
    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class InspectRequest(BaseModel):
    token: str = Field(min_length=1, max_length=MAX_TOKEN)


class InspectAnswer(BaseModel):
    """What the page shows before anything is consumed."""

    status: CredentialStatus
    company_name: str
    extension_number: str | None = None
    display_name: str | None = None
    client_kind: ClientKind | None = None
    expires_at: datetime | None = None


class RedeemRequest(BaseModel):
    token: str = Field(min_length=1, max_length=MAX_TOKEN)
    device_name: str | None = Field(default=None, max_length=100)
    transport: Literal["cookie", "bearer"] = "cookie"


class ScreenCodeRequest(BaseModel):
    client_kind: ClientKind


class LoginLink(BaseModel):
    """A link and its QR code, for the screen."""

    link: str
    qr_svg: str


class ScreenCode(LoginLink):
    expires_at: datetime
