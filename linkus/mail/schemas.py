"""Request and response models for the mail server."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field

from linkus.kit.fields import Body, Line, Name, Secret, Version

Host = Annotated[Line, Field(max_length=255)]
Port = Annotated[int, Field(ge=1, le=65535)]
Address = Annotated[Line, Field(max_length=255)]
Password = Annotated[Secret, Field(max_length=255)]


class TlsMode(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailServerSettings(BaseModel):
    """Holds the stored settings. An empty host means no mail server. The password is sealed with a key outside the
    database."""

    host: str = ""
    port: int = 587
    tls_mode: TlsMode = TlsMode.STARTTLS
    username: str = ""
    password_sealed: str = ""
    sender_address: str = ""
    sender_name: str = ""
    mails_per_minute: int = 0


class MailOutage(BaseModel):
    """Describes an outage since `since`. `message` gives the cause in the reader's language with the server's
    answer."""

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


class MailServerInput(Body):
    """Carries new settings. `password`: absent or null keeps the stored one, empty removes it. It must be given
    anew with another host, port, TLS mode or user name. Empty `host`: no mail server."""

    host: Host
    port: Port
    tls_mode: TlsMode
    username: Annotated[Line, Field(max_length=255)] = ""
    password: Password | None = None
    sender_address: Address
    sender_name: Annotated[Name, Field(max_length=127)] = ""
    mails_per_minute: Annotated[int, Field(ge=0, le=60_000, description="Maximum per minute. 0: no limit.")] = 0


class MailServerUpdate(MailServerInput):
    version: Version


class MailServerTest(MailServerInput):
    """Carries settings to test with a mail to `recipient`."""

    recipient: Address


class MailStage(StrEnum):
    """Names how far a mail got: the stage that failed, or `done`."""

    CONNECT = "connect"
    TLS = "tls"
    LOGIN = "login"
    SENDER = "sender"
    RECIPIENT = "recipient"
    DATA = "data"
    DONE = "done"


class MailTestAnswer(BaseModel):
    """Reports a test mail. `server_answer` quotes the mail server; `message` explains it and says what to do."""

    ok: bool
    stage: MailStage
    server_answer: str
    message: str


def without_password(body: MailServerInput) -> dict[str, Any]:
    return body.model_dump(exclude={"password", "version", "recipient"})
