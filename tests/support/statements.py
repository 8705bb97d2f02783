"""Counts the statements that the database is sent."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import event

from linkus.kit.database import Database


@contextlib.contextmanager
def counted(database: Database) -> Iterator[list[str]]:
    """Give a list that grows with each statement."""
    statements: list[str] = []

    def count(*arguments: Any) -> None:
        if arguments[2] != "BEGIN":
            statements.append(arguments[2])

    event.listen(database.engine.sync_engine, "before_cursor_execute", count)
    try:
        yield statements
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", count)
