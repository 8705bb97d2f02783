"""Request and response schemas for roles."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field

from linkus.administrator.logins import ConfirmedAccounts, ConfirmedLogins
from linkus.kit.fields import Body, Name, Text, Version
from linkus.shared.roles.catalogue import PAGES, Action, Page
from linkus.shared.roles.rules import MAX_ROLE_NAME

RoleKey = Annotated[str, Field(max_length=31, pattern=r"^([a-z_]+|custom:[1-9][0-9]{0,9})$")]


class RoleView(BaseModel):
    """Describes a role. `id` and `version` are those of a custom role. A page that is absent is hidden."""

    key: str = Field(description="`super`, `administrator` and so on, or `custom:<id>`")
    id: int | None
    name: str = Field(description="In the reader's language, if the role is built in.")
    note: str
    permissions: dict[Page, Action]
    holders: int
    grantable: bool = Field(description="Whether the reader may give this role: nobody gives more than they hold.")
    version: int | None


class PortalPage(BaseModel):
    """Names a page of the portal. On a page that is `view_only` nothing can be changed."""

    page: Page
    view_only: bool


class RolesView(BaseModel):
    pages: list[PortalPage]
    roles: list[RoleView]


class RoleValues(Body):
    name: Annotated[Name, Field(min_length=1, max_length=MAX_ROLE_NAME)]
    note: Annotated[Text, Field(max_length=500)] = ""
    permissions: Annotated[dict[Page, Action], Field(max_length=len(PAGES))]


class RoleUpdate(RoleValues):
    """Replaces all values of the role."""

    version: Version
    confirmed_logins: ConfirmedLogins = Field(default_factory=list)
    confirmed_accounts: ConfirmedAccounts = Field(default_factory=list)


class RoleVersionConflictBody(BaseModel):
    """Body of 409 `version_conflict`, with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: RoleView | None = None
