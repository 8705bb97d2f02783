"""Request and response schemas for the second factor."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Secret, Version
from linkus.session.second_factor.check import SecondFactorPolicy


class SecondFactorPolicyView(SecondFactorPolicy):
    """`without` counts the administrators who would have to set one up at their next request."""

    without: int
    version: int


class SecondFactorPolicyUpdate(Body):
    required: bool
    version: Version


class PolicyVersionConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: SecondFactorPolicyView | None = None


class SecondFactorView(BaseModel):
    """Describes the administrator's own second factor."""

    enabled: bool
    required: bool
    confirmed_at: datetime | None
    recovery_codes_left: int


class SecondFactorBegin(Body):
    current_password: Secret


class SecondFactorBegun(BaseModel):
    """Holds the key for the authenticator app. It counts once a code of the app has confirmed it."""

    secret: str
    address: str = Field(description="What the QR code says: an `otpauth://` address.")
    qr_svg: str


class SecondFactorConfirm(Body):
    code: Secret


class SecondFactorProof(Body):
    """Proves who asks: the password, and a code of the app or a recovery code."""

    current_password: Secret
    code: Secret


class RecoveryCodes(BaseModel):
    """Holds the recovery codes, which nobody can read again. Earlier ones no longer work."""

    codes: list[str]
