"""Request and response models for bulk changes of client settings."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from linkus.client_settings.schemas import DesktopSettings, MobileSettings, WebSettings
from linkus.kit.fields import Body, Ids

LINKUS = "linkus"  # takes the place of a client kind for the extension's own switch
KINDS = ("mobile", "desktop", "web")


class BulkChanges(Body):
    """Carries the ticked values; all others stay (SP-2)."""

    linkus_enabled: bool | None = None
    mobile: MobileSettings | None = None
    desktop: DesktopSettings | None = None
    web: WebSettings | None = None

    def by_kind(self) -> dict[str, dict[str, Any]]:
        """Return the ticked values by kind, without kinds that have none."""
        ticked = self.model_dump(mode="json", exclude_unset=True)
        by_kind = {kind: ticked[kind] for kind in KINDS if ticked.get(kind)}
        return by_kind if self.linkus_enabled is None else {LINKUS: {"linkus_enabled": self.linkus_enabled}, **by_kind}


class BulkRequest(Body):
    extension_ids: Ids
    changes: BulkChanges


class BulkItem(BaseModel):
    """Describes one value of one kind, and counts the extensions that have another value now."""

    kind: Literal["linkus", "mobile", "desktop", "web"]
    name: str
    value: bool | int | str
    changed: int


MAX_NAMED_CLIENTS = 10


class LeavingClient(BaseModel):
    """Describes a signed-in client that a change would sign out."""

    model_config = ConfigDict(from_attributes=True)

    extension_number: str
    display_name: str
    client_kind: str
    device_name: str


class BulkCheck(BaseModel):
    """Reports the effect of a change. `changed` counts the extensions that differ in any value. `signs_out` names up to
    ten of the clients whose sessions it ends."""

    extensions: int
    not_found: int
    changed: int
    items: list[BulkItem]
    sessions_ended: int
    signs_out: list[LeavingClient]


class BulkState(StrEnum):
    """Names the state of a change. `failed`: the database refused; what was changed until then can be undone."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class BulkView(BaseModel):
    """Shows a bulk change. Single settings are counted once for every extension and client kind: `rows` were changed;
    an undo has `restored` some and `kept` those that have changed since or no longer fit together."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    state: BulkState
    changes: dict[str, dict[str, Any]] = Field(description="The changes as requested, by kind.")
    total: int
    done: int
    changed: int
    rows: int
    sessions_ended: int
    restored: int
    kept: int
    created_at: datetime
    finished_at: datetime | None
