"""Reports values that must be unique and were taken by another request after the check."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping

from sqlalchemy.exc import IntegrityError

from linkus.kit.errors import FieldError, ValidationFailed


@contextlib.contextmanager
def taken_values(table: str, errors: Mapping[str, tuple[str, FieldError]]) -> Iterator[None]:
    """Turn the violation of a unique column of `table` into the error of a field. `errors` has the field and its error
    by column. Other violations pass."""
    try:
        yield
    except IntegrityError as error:
        for column, (field, field_error) in errors.items():
            if _is_of(error, table, column):
                raise ValidationFailed(fields={field: field_error}) from error
        raise


def _is_of(error: IntegrityError, table: str, column: str) -> bool:
    """Return whether this column is violated: SQLite names the column, PostgreSQL its constraint."""
    message = str(error.orig)
    return f"{table}.{column}" in message or f"uq_{table}_{column}" in message
