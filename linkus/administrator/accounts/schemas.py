"""Request and response schemas for the administrators' accounts."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, Field

from linkus.administrator.logins import ConfirmedAccounts, ConfirmedLogins
from linkus.administrator.roles.schemas import RoleKey
from linkus.kit.fields import Body, Id, Line, Secret
from linkus.shared.extension_schemas import NamedExtension


class AccountView(BaseModel):
    """Describes an administrator. `extension` is set for the user of an extension, who signs in with its login."""

    id: int
    username: str = Field(description="Name or extension number, which the administrator signs in with.")
    extension: NamedExtension | None
    role: str
    role_name: str = Field(description="In the reader's language, if the role is built in.")
    disabled: bool
    second_factor: bool
    password_missing: bool = Field(
        description="Whether they cannot sign in, because they have no password of their own yet."
    )
    created_at: datetime
    last_seen_at: datetime | None
    manageable: bool = Field(description="Whether the reader's role covers this one, so that they may change it.")
    own: bool = Field(description="Whether this is the reader.")


class Accounts(BaseModel):
    items: list[AccountView]


class AccountCreate(Body):
    """Adds an administrator: with `extension_id` the user of that extension, else an account of its own."""

    role: RoleKey
    extension_id: Id | None = None
    username: Line = ""
    password: Secret = Field("", description="Without one they choose it by a link.")
    language: Literal["zh-CN", "en"] = "zh-CN"
    confirmed_logins: ConfirmedLogins = Field(default_factory=list)


class AccountUpdate(Body):
    role: RoleKey
    disabled: bool
    confirmed_logins: ConfirmedLogins = Field(default_factory=list)
    confirmed_accounts: ConfirmedAccounts = Field(default_factory=list)
