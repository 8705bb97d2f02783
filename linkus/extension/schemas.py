"""Request and response models for extensions."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from linkus.kit.fields import Body, Id, Ids, Line, Name, Secret, Version
from linkus.organization.naming import Named
from linkus.shared.extension_schemas import NamedExtension, Online, PhoneContact

ExtensionLanguage = Literal["follow_system", "zh-CN", "en"]
_EMPTY_MEANS = "Empty: a new extension gets a random one, an existing extension keeps its own."


class ExtensionSort(StrEnum):
    NUMBER = "number"
    NUMBER_DESC = "-number"
    NAME = "name"
    NAME_DESC = "-name"
    EMAIL = "email"
    EMAIL_DESC = "-email"
    MOBILE_NUMBER = "mobile_number"
    MOBILE_NUMBER_DESC = "-mobile_number"
    LINKUS_ENABLED = "linkus_enabled"
    LINKUS_ENABLED_DESC = "-linkus_enabled"
    CREATED_AT = "created_at"
    CREATED_AT_DESC = "-created_at"


class OnlineFilter(StrEnum):
    """Filters by registration. `any`: at least one client or phone is registered; `none`: nothing is."""

    ANY = "any"
    NONE = "none"
    WEB = "web"
    DESKTOP = "desktop"
    MOBILE = "mobile"
    PAD = "pad"
    PHONE = "phone"


class ExtensionItem(BaseModel):
    """Shows an extension in the list."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    number: str
    first_name: str
    last_name: str
    display_name: str
    email: str | None
    mobile_number: str
    linkus_enabled: bool
    voicemail_enabled: bool
    online: Online = Online()
    phone_contacts: list[PhoneContact] = []
    departments: list[Named] = Field(default=[], description="Empty: directly in the company.")
    groups: list[Named] = Field(default=[], description="Without the group of all extensions.")
    created_at: datetime
    version: int


class ExtensionView(ExtensionItem):
    """Shows an extension on its own page. Contains no secrets, except those that were just generated."""

    caller_id: str
    language: str
    email_language: str
    password_set: bool
    password_set_by: str
    registration_name: str
    phone_max_contacts: int
    emergency_caller_id: str
    updated_at: datetime
    new_registration_password: str | None = Field(
        default=None,
        description="The desk phone's registration password if the server generated it. Only this response has it.",
    )


class ExtensionValues(Body):
    """Carries the values that an administrator sets. An empty `caller_id` becomes the number, and so does an empty
    `first_name` without a last name. An empty `registration_name` keeps the present name, or becomes a random one."""

    number: Line
    first_name: Name = ""
    last_name: Name = ""
    email: Line = ""
    mobile_number: Line = ""
    caller_id: Line = ""
    language: ExtensionLanguage = "follow_system"
    email_language: ExtensionLanguage = "follow_system"
    registration_name: Line = ""
    phone_max_contacts: int = Field(default=1, ge=1, le=10)
    emergency_caller_id: Line = ""
    voicemail_enabled: bool = True
    linkus_enabled: bool = False
    user_password: Secret = Field(default="", description=_EMPTY_MEANS)
    registration_password: Secret = Field(default="", description=_EMPTY_MEANS)
    voicemail_pin: Secret = Field(default="", description=_EMPTY_MEANS)


PlaceIds = Annotated[list[Id], Field(max_length=2000)]


class ExtensionPlaces(Body):
    """Carries the departments and groups that an extension is in. Null leaves them as they are."""

    department_ids: PlaceIds | None = None
    group_ids: PlaceIds | None = None


class ExtensionCreate(ExtensionValues, ExtensionPlaces):
    pass


class ExtensionUpdate(ExtensionValues, ExtensionPlaces):
    """Carries all values of the extension. A new `registration_name` without a password generates a random password."""

    version: Version
    renew_registration_password: bool = False


class ExtensionIds(Body):
    ids: Ids


class ExtensionNumbers(Body):
    numbers: Annotated[list[Annotated[Line, Field(max_length=20)]], Field(min_length=1, max_length=2000)]


class FoundExtensions(BaseModel):
    """Lists the extensions with the given numbers, sorted by number, and the numbers that no extension has."""

    found: list[NamedExtension]
    unknown: list[str]


class FoundIds(BaseModel):
    """Lists ids in the order of the numbers."""

    ids: list[int]


class LinkusSwitch(Body):
    ids: Ids
    enabled: bool


class BulkCreate(ExtensionPlaces):
    """Adds `count` extensions from `from_number` on. In a pattern, `{number}` is the extension's number, and `{n}`
    counts from 1."""

    from_number: Line
    count: int = Field(ge=1, le=10_000)
    first_name_pattern: Name = "{number}"
    last_name_pattern: Name = ""
    email_pattern: Line = ""
    language: ExtensionLanguage = "follow_system"
    email_language: ExtensionLanguage = "follow_system"
    phone_max_contacts: int = Field(default=1, ge=1, le=10)
    voicemail_enabled: bool = True
    linkus_enabled: bool = False
    user_password: Secret = Field(
        default="", description="Password of all these extensions. Empty: each gets a random one."
    )


class BulkCreated(BaseModel):
    created: int
    first_number: str
    last_number: str


class VersionConflictBody(BaseModel):
    """Reports 409 `version_conflict` with the present values."""

    code: str
    message: str
    fields: dict[str, Any] = {}
    current: ExtensionView | None = None
