"""A change of many extensions' client settings at once: what goes in and out."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from linkus.client_settings.schemas import DesktopSettings, MobileSettings, WebSettings
from linkus.kit.fields import Body, Ids

LINKUS = "linkus"  # stands in the place of a client kind for the switch of the extension itself
KINDS = ("mobile", "desktop", "web")


class BulkChanges(Body):
    """What was ticked; what is not in it stays (SP-2)."""

    linkus_enabled: bool | None = None
    mobile: MobileSettings | None = None
    desktop: DesktopSettings | None = None
    web: WebSettings | None = None

    def by_kind(self) -> dict[str, dict[str, Any]]:
        """The ticked values by kind; kinds without any are not there."""
        given = self.model_dump(mode="json", exclude_unset=True)
        found = {kind: given[kind] for kind in KINDS if given.get(kind)}
        return found if self.linkus_enabled is None else {LINKUS: {"linkus_enabled": self.linkus_enabled}, **found}


class BulkRequest(Body):
    extension_ids: Ids
    changes: BulkChanges


class BulkItem(BaseModel):
    """One value of one kind, and of how many extensions it is another one now."""

    kind: Literal["linkus", "mobile", "desktop", "web"]
    name: str
    value: bool | int | str
    changed: int


MOST_NAMED = 10


class LeavingClient(BaseModel):
    """A signed-in client that a change would sign out."""

    model_config = ConfigDict(from_attributes=True)

    extension_number: str
    display_name: str
    client_kind: str
    device_name: str


class BulkCheck(BaseModel):
    """What a change would do. `changed`: extensions with anything that is not so already. `signs_out` names up to ten
    of the clients whose sessions it ends."""

    extensions: int
    not_found: int
    changed: int
    items: list[BulkItem]
    sessions_ended: int
    signs_out: list[LeavingClient]


class BulkState(StrEnum):
    """`failed`: the database refused; what was done until then can be undone."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNDOING = "undoing"
    UNDONE = "undone"


class BulkView(BaseModel):
    """Of single settings, each counted once for every extension and kind of client: `rows` were changed; an undo has
    `restored` so many, and `kept` those that somebody has changed since."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    state: BulkState
    changes: dict[str, dict[str, Any]] = Field(description="As they were asked for, by kind.")
    total: int
    done: int
    changed: int
    rows: int
    sessions_ended: int
    restored: int
    kept: int
    created_at: datetime
    finished_at: datetime | None
