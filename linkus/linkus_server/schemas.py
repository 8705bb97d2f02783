"""What goes in and out about the Linkus server page and welcome mails."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, get_args

from pydantic import BaseModel, Field

from linkus.credential.schemas import LoginLink
from linkus.kit.fields import Body, Id, Version
from linkus.session.schemas import LinkusClientKind

ValidityDays = Literal[1, 3, 7, 14, 30]
VALIDITY_CHOICES: tuple[ValidityDays, ...] = get_args(ValidityDays)
MAX_WELCOME_MAILS = 10_000
MAX_SCREEN_LINKS = 50  # without a mail server: QR codes for as many as a person can show one after the other


class TemplateMode(StrEnum):
    DEFAULT = "default"
    CUSTOM = "custom"


class LinkusServerSettings(BaseModel):
    """As stored. The custom template stays while the default one is in use."""

    credential_validity_days: ValidityDays = 7
    template_mode: TemplateMode = TemplateMode.DEFAULT
    template_subject: str = ""
    template_body: str = ""


class LinkusServerView(BaseModel):
    credential_validity_days: ValidityDays
    validity_choices: list[int]
    version: int


class LinkusServerUpdate(Body):
    credential_validity_days: ValidityDays
    version: Version


class WelcomeMailRequest(Body):
    extension_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_WELCOME_MAILS)]


class WelcomeReason(StrEnum):
    NO_MAIL_SERVER = "no_mail_server"
    NO_EMAIL = "no_email"
    LINKUS_DISABLED = "linkus_disabled"
    NOT_FOUND = "not_found"


class WelcomeRow(BaseModel):
    """What became of one extension's welcome mail. `links` is there when there is no mail server to send them."""

    extension_id: int
    number: str | None = None
    display_name: str | None = None
    status: Literal["queued", "not_sent"]
    reason: WelcomeReason | None = None
    message: str | None = None
    links: dict[LinkusClientKind, LoginLink] | None = None
    expires_at: datetime | None = None


class WelcomeMailAnswer(BaseModel):
    """`queued_at` names the mails of this request: how far they are is asked with it."""

    rows: list[WelcomeRow]
    queued: int
    not_sent: int
    queued_at: datetime


class WelcomeProgress(BaseModel):
    """How many mails wait (also to be tried again), were taken by the mail server, or failed for good."""

    waiting: int
    sent: int
    failed: int


class WelcomeMailStatus(StrEnum):
    """Of the mail while it is under way, of its credentials once it is sent."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    OPENED = "opened"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


class CredentialUse(BaseModel):
    """When, from where and with what one of the mail's credentials signed in; `device` is `user_agent` in words."""

    client_kind: LinkusClientKind
    used_at: datetime
    address: str
    device: str = Field(description="`Chrome 131 · Windows`; empty when the program does not say.")
    user_agent: str


class WelcomeMailItem(BaseModel):
    """`message` says in words why it failed or is not there yet; `server_answer` is what the mail server said."""

    id: int
    extension_id: int | None
    number: str | None
    display_name: str | None
    recipient: str
    language: str
    status: WelcomeMailStatus
    attempts: int
    next_attempt_at: datetime | None
    server_answer: str
    message: str
    created_at: datetime
    sent_at: datetime | None
    expires_at: datetime | None
    used_kinds: list[LinkusClientKind]
    uses: list[CredentialUse]
    opened_at: datetime | None
    revoked_at: datetime | None


class WelcomeMailIds(Body):
    ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_WELCOME_MAILS)]


class WelcomeMailsRevoked(BaseModel):
    """How many mails had credentials that could still be used."""

    revoked: int


class WelcomeCheck(BaseModel):
    """Before anything is sent: how many would get their mail, and who would not, and why."""

    ready: int
    not_ready: list[WelcomeRow]
