"""Reads and writes CSV files as spreadsheets do: encoding, heading, rows. Knows nothing about their subject."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

from linkus.kit.csv_records import HEADING_ROW, MAX_ROWS, file_error, read_records
from linkus.kit.errors import FieldError
from linkus.kit.messages import Language

BYTE_ORDER_MARK = "\ufeff"  # without it Excel does not read Chinese
# Chinese Excel reads the wide ones as well.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_CHUNK_LINES = 500
_MIN_EXPONENT_DIGITS = 12  # Excel shows a number with this many digits as 1.38E+11


@dataclass(frozen=True)
class Column:
    field: str
    english: str
    chinese: str
    secret: bool = False  # never exported; an empty cell leaves the value unchanged
    flag: bool = False  # 0 or 1
    digits: bool = False  # a telephone number: a spreadsheet must not treat it as a number
    former: tuple[str, ...] = ()  # headings of earlier releases, still read

    def heading(self, language: Language) -> str:
        return self.chinese if language == "zh-CN" else self.english

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.english, self.chinese, *self.former)

    def written(self, value: object) -> str:
        """Return the cell for `value`."""
        if self.secret or value is None:
            return ""
        if self.flag:
            return "1" if value else "0"
        text = str(value)
        return f"'{text}" if self.digits and _is_calculated(text) else safe_cell(text)

    def read(self, cell: str) -> str:
        """Return the value that `written` put into the cell."""
        cell = cell.strip()
        return cell.removeprefix("'") if self.digits else plain_cell(cell)


@dataclass(frozen=True)
class Row:
    """A row of the file. `number` counts as a spreadsheet does. `cells` has the known columns only."""

    number: int
    cells: dict[str, str]


@dataclass(frozen=True)
class File:
    rows: list[Row]
    headings: dict[str, str]  # field to its heading as written in the file
    unknown: list[str]  # headings of ignored columns


@dataclass(frozen=True)
class RowError:
    row: int
    field: str
    error: FieldError


def safe_cell(value: str) -> str:
    """Quote a cell that a spreadsheet would run as a formula, because its text may come from any user (CWE-1236)."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def plain_cell(value: str) -> str:
    """Return the value that `safe_cell` quoted."""
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA_STARTS) else value


def _is_calculated(text: str) -> bool:
    """Return whether a spreadsheet would change `text`. It drops a leading zero and the last digits of a long
    number."""
    return (text.isdecimal() and (text.startswith("0") or len(text) >= _MIN_EXPONENT_DIGITS)) or text.startswith(
        FORMULA_STARTS
    )


def _key(heading: str) -> str:
    return "".join(heading.split()).lower()


class Sheet:
    """The columns of one kind of CSV file. A file without the column `needed` is refused with the message `missing`."""

    def __init__(self, columns: Sequence[Column], needed: str, missing: str) -> None:
        self.columns = tuple(columns)
        self.by_field = {column.field: column for column in self.columns}
        self._needed, self._missing = needed, missing
        self._by_heading = {_key(text): column for column in columns for text in column.headings}

    def column_of(self, heading: str) -> Column | None:
        """Return the column with this heading, in either language, ignoring case and spacing."""
        return self._by_heading.get(_key(heading))

    def read(self, data: bytes) -> File:
        """Return the rows of the file. Raise ValidationFailed if the file cannot be used."""
        records = read_records(data)
        _number, first = next(records, (HEADING_ROW, []))
        columns = self._columns(first)
        rows: list[Row] = []
        for number, record in records:
            if len(rows) == MAX_ROWS:
                raise file_error("csv_too_many_rows", max=MAX_ROWS)
            cells = {column.field: column.read(cell) for column, cell in zip(columns, record, strict=False) if column}
            rows.append(Row(number, cells))
        if not rows:
            raise file_error("csv_no_rows")
        named = [(column, heading.strip()) for column, heading in zip(columns, first, strict=True)]
        headings = {column.field: heading for column, heading in named if column is not None}
        return File(rows, headings, [heading for column, heading in named if column is None and heading])

    def _columns(self, heading: list[str]) -> list[Column | None]:
        columns = [self.column_of(cell) for cell in heading]
        known = [column.field for column in columns if column]
        if self._needed not in known:
            raise file_error(self._missing, heading=self.by_field[self._needed].english)
        for field in known:
            if known.count(field) > 1:
                raise file_error("csv_column_twice", heading=self.by_field[field].english)
        return columns

    async def write(self, language: Language, records: AsyncIterator[Sequence[object]]) -> AsyncIterator[bytes]:
        """Yield the file in pieces: UTF-8 with a byte order mark, values in the order of the columns."""
        lines = [BYTE_ORDER_MARK + _line([column.heading(language) for column in self.columns])]
        async for values in records:
            cells = zip(self.columns, values, strict=True)
            lines.append(_line([column.written(value) for column, value in cells]))
            if len(lines) >= _CHUNK_LINES:
                yield "".join(lines).encode()
                lines.clear()
        yield "".join(lines).encode()


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def flag_of(cell: str) -> bool | FieldError | None:
    """Return the value of a 0/1 cell, an error for any other text, or None for an empty cell."""
    if cell in ("0", "1"):
        return cell == "1"
    return FieldError("csv_flag_invalid") if cell else None


def twice(rows: Sequence[Row], field: str, code: str) -> list[RowError]:
    """Return an error for each row whose value an earlier row already has."""
    errors = []
    first: dict[str, int] = {}
    for row in rows:
        value = row.cells.get(field, "").lower()
        if value and first.setdefault(value, row.number) != row.number:
            errors.append(RowError(row.number, field, FieldError(code, {"row": first[value]})))
    return errors
