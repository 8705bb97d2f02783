"""Reading an uploaded CSV file: its encoding, its heading, its rows. Knows nothing of the database."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from pydantic import ValidationError

from linkus.extension import rules
from linkus.extension.csv_columns import BY_FIELD, Column, column_of
from linkus.extension.csv_export import plain_cell
from linkus.extension.models import Extension
from linkus.extension.schemas import ExtensionValues
from linkus.kit.error_handlers import field_error
from linkus.kit.errors import FieldError, ValidationFailed

MAX_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
_ENCODINGS = ("utf-8-sig", "gb18030")  # Excel in Chinese saves "CSV" as GBK
_LANGUAGES = {"follow_system": "follow_system", "zh-cn": "zh-CN", "en": "en"}


@dataclass(frozen=True)
class Row:
    """One row of the file; `number` counts as a spreadsheet does. `cells` has the known columns only."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class File:
    rows: list[Row]
    headings: dict[str, str]  # field to the heading as it stands in the file


@dataclass(frozen=True)
class RowError:
    row: int
    field: str
    error: FieldError


def _file_error(code: str, **params: object) -> ValidationFailed:
    return ValidationFailed(fields={"file": FieldError(code, params)})


def _decode(data: bytes) -> str:
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _file_error("csv_not_text")


def read_file(data: bytes) -> File:
    """The rows of the file; ValidationFailed when it is none that can be worked with."""
    if len(data) > MAX_BYTES:
        raise _file_error("csv_too_large", megabytes=MAX_BYTES // 1024 // 1024)
    text = _decode(data)
    if "\0" in text:
        raise _file_error("csv_not_text")
    first_line = text.partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)  # Excel writes what the system's list separator is
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise _file_error("csv_not_readable") from error
    return _with_heading(records)


def _with_heading(records: list[list[str]]) -> File:
    columns = _columns(records[0] if records else [])
    rows = [
        Row(
            number,
            {column.field: plain_cell(cell.strip()) for column, cell in zip(columns, record, strict=False) if column},
        )
        for number, record in enumerate(records[1:], 2)
        if any(cell.strip() for cell in record)
    ]
    if not rows:
        raise _file_error("csv_no_rows")
    if len(rows) > MAX_ROWS:
        raise _file_error("csv_too_many_rows", max=MAX_ROWS)
    headings = {
        column.field: heading.strip() for column, heading in zip(columns, records[0], strict=True) if column is not None
    }
    return File(rows, headings)


def _columns(heading: list[str]) -> list[Column | None]:
    columns = [column_of(cell) for cell in heading]
    known = [column.field for column in columns if column]
    if "number" not in known:
        raise _file_error("csv_no_number_column", heading=BY_FIELD["number"].english)
    for field in known:
        if known.count(field) > 1:
            raise _file_error("csv_column_twice", heading=BY_FIELD[field].english)
    return columns


def duplicates(rows: list[Row]) -> list[RowError]:
    """Numbers and e-mail addresses that an earlier row of the file has already."""
    found = []
    for field, code in (("number", "csv_number_twice"), ("email", "csv_email_twice")):
        first: dict[str, int] = {}
        for row in rows:
            value = row.cells.get(field, "").lower()
            if value and first.setdefault(value, row.number) != row.number:
                found.append(RowError(row.number, field, FieldError(code, {"row": first[value]})))
    return found


def _present(extension: Extension) -> dict[str, object]:
    """What a column that the file does not have leaves as it is."""
    fields = {field for field, column in BY_FIELD.items() if not column.secret}
    present = {field: getattr(extension, field) for field in fields}
    return {field: "" if value is None else value for field, value in present.items()}


def _given(cells: dict[str, str], errors: dict[str, FieldError]) -> dict[str, object]:
    given: dict[str, object] = {}
    for field, cell in cells.items():
        if BY_FIELD[field].flag:
            if cell in ("0", "1"):
                given[field] = cell == "1"
            elif cell:
                errors[field] = FieldError("csv_flag_invalid")
        elif field in ("language", "email_language"):
            # linkus-facts 1.2: an unknown language means follow_system
            given[field] = _LANGUAGES.get(cell.lower(), "follow_system")
        elif field == "phone_max_contacts":
            if cell:
                given[field] = cell
        else:
            given[field] = cell
    return given


def values_of(row: Row, present: Extension | None) -> tuple[ExtensionValues | None, dict[str, FieldError]]:
    """The extension that a row means, and what is wrong with it. An empty flag or count means its default."""
    errors: dict[str, FieldError] = {}
    given = _given(row.cells, errors)
    merged = {**({} if present is None else _unless_empty(_present(present), row.cells)), **given}
    if present is not None and not merged.get("registration_name"):
        merged["registration_name"] = present.registration_name
    values = _validated(merged, errors)
    if values is not None:
        errors = {**rules.extension_errors(values), **errors}
    return values, errors


def _validated(merged: dict[str, object], errors: dict[str, FieldError]) -> ExtensionValues | None:
    """Cells of the wrong type are reported and left out, so that the rules still look at the others."""
    try:
        return ExtensionValues.model_validate(merged)
    except ValidationError as error:
        wrong = {str(one["loc"][0]): field_error(dict(one)) for one in error.errors()}
    errors.update(wrong)
    if "number" in wrong:
        return None
    return ExtensionValues.model_validate({field: value for field, value in merged.items() if field not in wrong})


def _unless_empty(present: dict[str, object], cells: dict[str, str]) -> dict[str, object]:
    """A cell that is there but empty means the default (linkus-facts 1.2), not what the extension has."""
    return {field: value for field, value in present.items() if field not in cells}
