"""Response schemas for presence and SIP credentials."""

from __future__ import annotations

from datetime import datetime

from pydantic import BaseModel, Field


class Colleague(BaseModel):
    number: str
    display_name: str
    online: bool
    on_call: bool
    department_ids: list[int] = Field(default=[], description="Empty: directly in the company.")


class ClientDepartment(BaseModel):
    """Describes a department that a user sees. `colleague_count` does not count those of the departments below it."""

    id: int
    parent_id: int = Field(description="0: the company.")
    name: str
    colleague_count: int


class ClientOrganization(BaseModel):
    """Describes the company as a user sees it: the departments that have colleagues whom the user may see, and those
    above them, each after its parent. `colleague_count` counts the colleagues in no department. `is_restricted`: rules
    decide whom the user sees, so that there may be others."""

    name: str
    is_restricted: bool = False
    colleague_count: int
    departments: list[ClientDepartment]


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
