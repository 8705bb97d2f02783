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


class ImportProgress(BaseModel):
    """Reports the progress of an import in numbers, which need no language."""

    id: int
    kind: ImportKind
    state: ImportState
    reason: str | None = None
    file_name: str
    total: int
    done: int
    created: int
    updated: int
    failed: int
    error_count: int
    created_at: datetime
    finished_at: datetime | None


class ImportView(ImportProgress):
    """Reports the progress of an import. `errors` holds the first thousand of `error_count`."""

    message: str | None = None
    errors: list[ImportErrorView]
