"""What goes in and out about mail."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, EmailStr, Field, SecretStr


class TlsMode(StrEnum):
    NONE = "none"
    STARTTLS = "starttls"
    TLS = "tls"


class MailServerBase(BaseModel):
    host: str = Field(min_length=1, max_length=255, pattern=r"^[A-Za-z0-9.:_-]+$")
    port: int = Field(ge=1, le=65535)
    tls_mode: TlsMode
    username: str = Field(default="", max_length=255)
    sender_address: EmailStr = Field(max_length=255)
    sender_name: str = Field(default="", max_length=127, pattern=r"^[^\r\n]*$")


class MailServerUpdate(MailServerBase):
    """`password` absent or null: as it is; empty: none."""

    password: SecretStr | None = Field(default=None, max_length=255)
    version: int = Field(ge=0, description="as read; 0 when no mail server is set yet")


class MailServerTest(MailServerBase):
    """Try these settings. `password` absent or null: the stored one."""

    password: SecretStr | None = Field(default=None, max_length=255)
    recipient: EmailStr = Field(max_length=255)


class MailServerAnswer(BaseModel):
    configured: bool
    host: str
    port: int
    tls_mode: TlsMode
    username: str
    password_set: bool
    sender_address: str
    sender_name: str
    version: int


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
    ok: bool
    stage: MailStage
    server_answer: str
    message: str
