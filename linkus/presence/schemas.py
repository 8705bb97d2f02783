"""Response schemas for presence and SIP credentials."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel


class Online(BaseModel):
    """Says which clients of an extension are registered."""

    web: bool = False
    desktop: bool = False
    mobile: bool = False
    pad: bool = False
    phone: bool = False


class PhoneContact(BaseModel):
    address: str
    user_agent: str


class Colleague(BaseModel):
    number: str
    display_name: str
    online: bool
    on_call: bool


class IceServer(BaseModel):
    urls: list[str]
    username: str | None = None
    credential: str | None = None


class SipCredential(BaseModel):
    """Signs one client in at the edge until `expires_at`. The client asks for another one before that."""

    aor: str
    uri: str
    username: str
    password: str
    realm: str
    ws_path: str
    expires_at: datetime
    ice_servers: list[IceServer]
