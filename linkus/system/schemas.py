from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel

from linkus.kit.fields import Body, Line, Name, Version
from linkus.shared.general_settings import GeneralSettings


class SystemInfo(BaseModel):
    """Public data, readable before sign-in. `login_modes`: accepted user names of extension users. `tls`: pages use
    HTTPS, and desk phones SIP over TLS."""

    name: str
    company_name: str
    version: str
    domain: str
    linkus_port: int
    tls: bool
    languages: list[str]
    login_modes: list[Literal["number", "email"]]
    setup_needed: bool


class GeneralSettingsView(GeneralSettings):
    """Adds `effective_public_address`, with which links start now."""

    effective_public_address: str
    version: int


class GeneralSettingsUpdate(Body):
    company_name: Name = ""
    system_language: Literal["zh-CN", "en"] = "zh-CN"
    public_address: Line = ""
    version: Version


class PartStateWord(StrEnum):
    STARTING = "starting"
    READY = "ready"
    WARNING = "warning"  # works, but needs attention
    RESTARTING = "restarting"
    STOPPED = "stopped"
    FAILED = "failed"


class PartSummary(BaseModel):
    """A part of the server without its message, which needs a language."""

    name: str
    state: PartStateWord
    pid: int | None = None
    since: datetime | None = None
    restarts: int = 0


class PartView(PartSummary):
    """A program of the engine, or the control server, its database, its storage, the mail server, or the unreadable
    secrets."""

    message: str = ""


class RefusedMessages(BaseModel):
    """SIP messages that the edge's gate has refused. `malformed`: not valid; `too_many`: over the limit of their
    source; `no_dialog`: for an unknown call or request; `impostor`: from a sender that falsely claims to be the
    core."""

    malformed: int = 0
    too_many: int = 0
    no_dialog: int = 0
    impostor: int = 0


class EdgeCountersView(BaseModel):
    """Counts since the edge's last start. `faults`: exceptions in its routing script."""

    since: datetime | None = None
    faults: int = 0
    refused: RefusedMessages = RefusedMessages()


class StatusView(BaseModel):
    ready: bool
    engine: Literal["on", "off"]
    parts: list[PartView]
    edge: EdgeCountersView = EdgeCountersView()


class About(BaseModel):
    """Versions of the running programs."""

    name: str
    version: str
    python: str
    database: str
    engine: dict[str, str]
    image_built_at: str | None = None


class Health(BaseModel):
    status: Literal["ok", "unavailable"]


class HealthInDetail(Health):
    """Says of each part how it is, and what to do. Only for who shows the key of `keys/metrics`."""

    parts: dict[str, str]
    messages: dict[str, str]
