from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Line, Secret

SetupTokenText = Annotated[Secret, Field(min_length=1, max_length=200)]


class SetupInspect(Body):
    token: SetupTokenText


class SetupInspected(BaseModel):
    """Reports the link's state. `used`: an administrator exists already; `unknown`: not the last printed link."""

    status: Literal["valid", "used", "unknown"]
    company_name: str


class Setup(Body):
    token: SetupTokenText
    username: Line
    password: Secret
    language: Literal["zh-CN", "en"] = "zh-CN"


class AdministratorView(BaseModel):
    username: str
    language: str


class AdministratorUpdate(Body):
    """Carries changes to the signed-in administrator's own account. A new password needs the present one."""

    language: Literal["zh-CN", "en"] | None = None
    current_password: Secret = ""
    new_password: Secret = ""
