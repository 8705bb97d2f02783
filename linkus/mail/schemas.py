"""What goes in and out about the mail server."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Line, Secret, Version

Host = Annotated[Line, Field(max_length=255)]
Port = Annotated[int, Field(ge=1, le=65535)]
Address = Annotated[Line, Field(max_length=255)]
Password = Annotated[Secret, Field(max_length=255)]


class TlsMode(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailServerSettings(BaseModel):
    """As stored; without a host there is no mail server. The password is sealed with a key outside the database."""

    host: str = ""
    port: int = 587
    tls_mode: TlsMode = TlsMode.STARTTLS
    username: str = ""
    password_sealed: str = ""
    sender_address: str = ""
    sender_name: str = ""
    mails_per_minute: int = 0


class MailOutage(BaseModel):
    """The mail server fails since then; `message` says why, in the reader's language, with its own answer."""

    since: datetime
    message: str


class MailServerView(BaseModel):
    configured: bool
    outage: MailOutage | None
    host: str
    port: int
    tls_mode: TlsMode
    username: str
    password_set: bool
    sender_address: str
    sender_name: str
    mails_per_minute: int
    version: int


class MailServerGiven(Body):
    """`password` absent or null: the stored one stays; empty: none. An empty host: no mail server."""

    host: Host
    port: Port
    tls_mode: TlsMode
    username: Annotated[Line, Field(max_length=255)] = ""
    password: Password | None = None
    sender_address: Address
    sender_name: Annotated[Line, Field(max_length=127)] = ""
    mails_per_minute: Annotated[int, Field(ge=0, le=60_000, description="0: no limit")] = 0


class MailServerUpdate(MailServerGiven):
    version: Version


class MailServerTest(MailServerGiven):
    """Try these settings with a mail to `recipient`."""

    recipient: Address


class MailStage(StrEnum):
    """How far a mail came."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    DONE = "done"


class MailTestAnswer(BaseModel):
    """`server_answer` is what the mail server said, word by word; `message` says what it means and what to do."""

    ok: bool
    stage: MailStage
    server_answer: str
    message: str


def without_password(given: MailServerGiven) -> dict[str, Any]:
    return given.model_dump(exclude={"password", "version", "recipient"})
