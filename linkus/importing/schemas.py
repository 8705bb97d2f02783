from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel


class ImportKind(StrEnum):
    EXTENSIONS = "extensions"
    INBOUND_ROUTES = "inbound_routes"


class ImportState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class ImportErrorView(BaseModel):
    """Describes an error. `row` counts as a spreadsheet does: the heading is row 1. `column` is its heading in the
    file."""

    row: int
    column: str
    code: str
    message: str


class ImportView(BaseModel):
    """Reports the progress of an import. `errors` holds the first thousand of `error_count`."""

    id: int
    kind: ImportKind
    state: ImportState
    reason: str | None = None
    message: str | None = None
    file_name: str
    total: int
    done: int
    created: int
    updated: int
    failed: int
    errors: list[ImportErrorView]
    error_count: int
    created_at: datetime
    finished_at: datetime | None
