"""Reads an extension from a row of the CSV file, without access to the database."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ValidationError

from linkus.extension import rules
from linkus.extension.csv_columns import SHEET
from linkus.extension.schemas import ExtensionValues
from linkus.kit.csv_file import Row, RowError, flag_of, twice
from linkus.kit.error_handlers import field_error
from linkus.kit.errors import FieldError
from linkus.organization import csv_places
from linkus.shared.models.extension import Extension

_LANGUAGES = {"follow_system": "follow_system", "zh-cn": "zh-CN", "en": "en"}


def duplicates(rows: Sequence[Row]) -> list[RowError]:
    """Return errors for numbers and email addresses that an earlier row of the file has already."""
    return twice(rows, "number", "csv_number_twice") + twice(rows, "email", "csv_email_twice")


def _present(extension: Extension) -> dict[str, object]:
    """Return the values that stay if the file has no column for them."""
    fields = {field for field, column in SHEET.by_field.items() if not column.secret} - set(csv_places.FIELDS)
    present = {field: getattr(extension, field) for field in fields}
    return {field: "" if value is None else value for field, value in present.items()}


def _fields(cells: dict[str, str], errors: dict[str, FieldError]) -> dict[str, object]:
    fields: dict[str, object] = {}
    for field, cell in cells.items():
        if field in csv_places.FIELDS:  # needs the database: extension/imports.py
            continue
        if SHEET.by_field[field].flag:
            flag = flag_of(cell)
            if isinstance(flag, FieldError):
                errors[field] = flag
            elif flag is not None:
                fields[field] = flag
        elif field in ("language", "email_language"):
            # an unknown language means follow_system
            fields[field] = _LANGUAGES.get(cell.lower(), "follow_system")
        elif field == "phone_max_contacts":
            if cell:
                fields[field] = cell
        else:
            fields[field] = cell
    return fields


def values_of(row: Row, present: Extension | None) -> tuple[ExtensionValues | None, dict[str, FieldError]]:
    """Return the extension that a row describes, and the errors in it. An empty flag or count means its default."""
    errors: dict[str, FieldError] = {}
    fields = _fields(row.cells, errors)
    merged = {**({} if present is None else _unless_empty(_present(present), row.cells)), **fields}
    if present is not None and not merged.get("registration_name"):
        merged["registration_name"] = present.registration_name
    values = _validated(merged, errors)
    if values is not None:
        errors = {**rules.extension_errors(values), **errors}
    return values, errors


def _validated(merged: dict[str, object], errors: dict[str, FieldError]) -> ExtensionValues | None:
    """Validate the cells. Report and omit those of the wrong type, so that the rules still check the others."""
    try:
        return ExtensionValues.model_validate(merged)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]): field_error(dict(problem)) for problem in error.errors()}
    errors.update(wrong)
    if "number" in wrong:
        return None
    return ExtensionValues.model_validate({field: value for field, value in merged.items() if field not in wrong})


def _unless_empty(present: dict[str, object], cells: dict[str, str]) -> dict[str, object]:
    """Return the present values of the fields that have no cell. An empty cell means the default, not the present
    value."""
    return {field: value for field, value in present.items() if field not in cells}
