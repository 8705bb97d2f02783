from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from linkus.credential.schemas import CredentialStatus, Token
from linkus.kit.fields import Body, Secret


class ResetRequest(Body):
    """Asks for a link. `username` as for signing in: extension number or email address."""

    username: Annotated[Secret, Field(min_length=1, max_length=255)]


class ResetInspect(Body):
    token: Token


class ResetInspectAnswer(BaseModel):
    status: CredentialStatus
    company_name: str
    extension_number: str | None = None
    display_name: str | None = None
    first_name: str | None = None  # a password must contain neither
    last_name: str | None = None


class ResetPassword(Body):
    token: Token
    new_password: Secret


class ChangePassword(Body):
    """Carries the new password. Users who signed in with a login credential and have no password of their own may omit
    `current_password`."""

    current_password: Secret = ""
    new_password: Secret


class PasswordChanged(BaseModel):
    sessions_ended: int
