from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, Field

from linkus.kit.fields import Body, Line, Name, Secret, without_invisible
from linkus.shared.roles.catalogue import Action, Page

Transport = Literal["cookie", "bearer"]
LinkusClientKind = Literal["web", "desktop", "mobile"]
# that of the device's owner or maker, which may hold an emoji of several characters: it is not refused
DeviceName = Annotated[Line, Field(max_length=127), AfterValidator(without_invisible)]


class EndReason(StrEnum):
    SIGNED_OUT = "signed_out"
    SIGNED_OUT_BY_ADMINISTRATOR = "signed_out_by_administrator"
    LINKUS_DISABLED = "linkus_disabled"
    EXTENSION_DELETED = "extension_deleted"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a reason, not a password
    PASSWORD_VOIDED = "password_voided"  # noqa: S105 - of an administrator, who chooses a new one by a link
    LOGIN_MODE_CHANGED = "login_mode_changed"
    ADMINISTRATOR_DISABLED = "administrator_disabled"
    ADMINISTRATOR_DELETED = "administrator_deleted"  # for the user of an extension: the role was taken away
    ROLE_CHANGED = "role_changed"  # to one that allows more: the user sets a new password
    EXPIRED = "expired"
    TOO_MANY = "too_many"  # the oldest of too many sessions of the same kind


class SignIn(Body):
    """Signs a user in. `username` is an administrator's name, an extension number or an email address.

    With `portal`, the user of an extension who holds a role is signed in to the portal instead of the client. `code`
    is that of an administrator's authenticator app, or one of their recovery codes.
    """

    username: Secret
    password: Secret
    client_kind: LinkusClientKind = "web"
    device_name: DeviceName | None = None
    transport: Transport = "cookie"
    portal: bool = False
    code: Secret = ""


class SignedIn(BaseModel):
    """Describes the new session. `landing` is the next page of the browser; only transport `bearer` has a `token`."""

    role: Literal["administrator", "extension"]
    landing: str
    session_id: int
    expires_at: datetime
    token: str | None = None


class SignedInExtension(BaseModel):
    id: int
    number: str
    first_name: str
    last_name: str
    display_name: str
    email: str | None
    language: str


class ClientSessionView(BaseModel):
    """Describes the client's session. `must_change_password`: somebody else chose the password.
    `current_password_needed`: this session can change it only with the current one.

    `privacy_needed`: the privacy text comes before anything else, also before the password. `opens_portal`: the user
    holds a role, so the same login opens the portal.
    """

    extension: SignedInExtension
    client_kind: str
    session_id: int
    company_name: str
    privacy_needed: bool
    must_change_password: bool
    password_set: bool
    current_password_needed: bool
    opens_portal: bool


class AdminSessionView(BaseModel):
    """Describes the administrator's session. A page that is absent from `permissions` is hidden.

    `role` is the key of a built-in role, or `custom:<id>` with the name in `role_name`. `extension_id` is that of the
    user of an extension, who changes their password in the client.
    """

    administrator_id: int
    username: str
    language: str
    session_id: int
    company_name: str
    role: str
    role_name: str
    permissions: dict[Page, Action]
    extension_id: int | None
    second_factor_missing: bool = Field(description="The company requires one: nothing but its set-up is allowed.")


class DeviceRemark(Body):
    remark: Annotated[Name, Field(max_length=63)]


class SignedOut(BaseModel):
    sessions_ended: int


class DeviceView(BaseModel):
    """Describes a session as its user or an administrator sees it."""

    id: int
    extension_id: int
    extension_number: str
    display_name: str
    client_kind: str
    device_name: str
    remark: str
    version: str = Field(description="Program and version, such as `Chrome 131`. Empty if unknown.")
    system: str = Field(description="`Windows`, `macOS`, `Linux`, `Android`, `iOS`, `ChromeOS`. Empty if unknown.")
    user_agent: str
    address: str
    created_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    current: bool = False
