"""Request and response models for login credentials."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Secret
from linkus.session.schemas import DeviceName, LinkusClientKind, Transport

Token = Annotated[Secret, Field(min_length=1, max_length=200)]


class CredentialStatus(StrEnum):
    VALID = "valid"
    USED = "used"
    EXPIRED = "expired"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Purpose(StrEnum):
    SIGN_IN = "sign_in"
    PASSWORD_RESET = "password_reset"  # noqa: S105 - a purpose, not a password


class InspectRequest(Body):
    token: Token


class InspectAnswer(BaseModel):
    """Describes a credential for the login page, before anything is consumed."""

    status: CredentialStatus
    company_name: str
    extension_number: str | None = None
    display_name: str | None = None
    client_kind: LinkusClientKind | None = None
    expires_at: datetime | None = None


class RedeemRequest(Body):
    token: Token
    device_name: DeviceName | None = None
    transport: Transport = "cookie"


class ScreenCodeRequest(Body):
    client_kind: LinkusClientKind


class LoginLink(BaseModel):
    """Holds a link and its QR code for the screen."""

    link: str
    qr_svg: str


class ScreenCode(LoginLink):
    expires_at: datetime
