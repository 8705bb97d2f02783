"""Request and response models for welcome mails."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from linkus.credential.schemas import LoginLink
from linkus.kit.fields import Body, Id
from linkus.session.schemas import LinkusClientKind

MAX_WELCOME_MAILS = 10_000
MAX_SCREEN_LINKS = 50  # without a mail server: as many QR codes as a person can show one after the other


class WelcomeMailRequest(Body):
    extension_ids: Annotated[list[Id], Field(min_length=1, max_length=MAX_WELCOME_MAILS)]


class WelcomeReason(StrEnum):
    NO_MAIL_SERVER = "no_mail_server"
    NO_EMAIL = "no_email"
    LINKUS_DISABLED = "linkus_disabled"
    NOT_FOUND = "not_found"


class WelcomeRow(BaseModel):
    """Reports the outcome for one extension. `links` is present if there is no mail server to send them."""

    extension_id: int
    number: str | None = None
    display_name: str | None = None
    status: Literal["queued", "not_sent"]
    reason: WelcomeReason | None = None
    message: str | None = None
    links: dict[LinkusClientKind, LoginLink] | None = None
    expires_at: datetime | None = None


class WelcomeMailAnswer(BaseModel):
    """Reports the outcome of a request. `queued_at` identifies its mails in later queries for their progress.
    `loopback_address` is the start of the links, if only the server's own machine can open them."""

    rows: list[WelcomeRow]
    queued: int
    not_sent: int
    queued_at: datetime
    loopback_address: str | None


class WelcomeProgress(BaseModel):
    """Counts the mails that wait (also for a retry), that the mail server accepted, and that failed for good."""

    waiting: int
    sent: int
    failed: int


class WelcomeMailStatus(StrEnum):
    """Describes the mail until it is sent, and its credentials afterwards."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    OPENED = "opened"
    USED = "used"
    REVOKED = "revoked"
    EXPIRED = "expired"


class CredentialUse(BaseModel):
    """Records a sign-in with one of the mail's credentials: time, address and program. `device` is `user_agent` in
    words."""

    client_kind: LinkusClientKind
    used_at: datetime
    address: str
    device: str = Field(description="Program and system, such as `Chrome 131 · Windows`. Empty if unknown.")
    user_agent: str


class WelcomeMailItem(BaseModel):
    """Describes a welcome mail. `message` explains in words why it failed or is delayed; `server_answer` quotes the
    mail server."""

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
    """Counts the mails that had credentials which could still be used."""

    revoked: int


class WelcomeCheck(BaseModel):
    """Reports, before anything is sent, how many extensions would get a mail, and which would not, and why.
    `loopback_address` is the start of the links, if only the server's own machine can open them."""

    ready: int
    not_ready: list[WelcomeRow]
    loopback_address: str | None
