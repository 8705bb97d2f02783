"""Classifies database failures by the error codes of SQLite and PostgreSQL."""

from __future__ import annotations

import sqlite3
from enum import StrEnum

from sqlalchemy.exc import DBAPIError

_SQLITE_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
_SQLITE_UNWRITABLE = (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR)
_PRIMARY = 0xFF  # the lowest byte of an extended code is the primary code
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_POSTGRESQL_DAMAGED = ("XX001", "XX002")
_POSTGRESQL_UNWRITABLE = ("25006", "58030")  # read only, input or output error


class DatabaseFailure(StrEnum):
    """Failures of the database itself. The message code of each is `database_<failure>`."""

    FULL = "full"
    DAMAGED = "damaged"
    UNWRITABLE = "unwritable"
    UNREACHABLE = "unreachable"


def failure_of(error: BaseException) -> DatabaseFailure | None:
    """Return the failure of the database itself. Return None for a wrong statement, or when the database is just
    away."""
    cause: BaseException | None = error.orig if isinstance(error, DBAPIError) else error
    while cause is not None:
        if (failure := _sqlite(cause) or _postgresql(cause)) is not None:
            return failure
        cause = cause.__cause__
    return None


def _sqlite(cause: BaseException) -> DatabaseFailure | None:
    code = getattr(cause, "sqlite_errorcode", None)
    if not isinstance(code, int):
        return None
    primary = code & _PRIMARY
    if primary == sqlite3.SQLITE_FULL:
        return DatabaseFailure.FULL
    if primary in _SQLITE_DAMAGED:
        return DatabaseFailure.DAMAGED
    return DatabaseFailure.UNWRITABLE if primary in _SQLITE_UNWRITABLE else None


def _postgresql(cause: BaseException) -> DatabaseFailure | None:
    code = getattr(cause, "sqlstate", None)
    if code == "53100":
        return DatabaseFailure.FULL
    if code in _POSTGRESQL_DAMAGED:
        return DatabaseFailure.DAMAGED
    return DatabaseFailure.UNWRITABLE if code in _POSTGRESQL_UNWRITABLE else None
