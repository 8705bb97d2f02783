"""Reads the records of a CSV file in bounded time and memory, whatever the file contains.

The csv module parses a record without releasing the GIL, so the size of a record is checked before parsing. Text is
decoded in pieces for the same reason.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from linkus.kit.errors import FieldError, ValidationFailed

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_ROWS = 20_000
MAX_EMPTY_ROWS = 50_000  # a spreadsheet writes an empty row for each row that was ever formatted
MAX_COLUMNS = 256
MAX_CELL_CHARACTERS = 10_000
MAX_RECORD_CHARACTERS = 100_000
HEADING_ROW = 1
_ENCODINGS = ("utf-8-sig", "gb18030")  # Excel in Chinese saves "CSV" as GBK
_CHUNK_BYTES = 256 * 1024


class _RecordTooLongError(Exception):
    """Raised when a record has more characters than any valid row."""


class _Lines:
    """Feeds lines to the csv module and counts the characters of the present record."""

    def __init__(self, text: str) -> None:
        self._stream = io.StringIO(text, newline="")
        self.record_characters = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._stream)
        self.record_characters += len(line)
        if self.record_characters > MAX_RECORD_CHARACTERS:
            raise _RecordTooLongError
        return line


def file_error(code: str, **params: object) -> ValidationFailed:
    """Return the error that refuses a whole file."""
    return ValidationFailed(fields={"file": FieldError(code, params)})


def read_records(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the heading and every non-empty row, each with its number as a spreadsheet counts.

    Raise ValidationFailed, with the limit and the row, as soon as a limit is exceeded.
    """
    if len(data) > MAX_FILE_BYTES:
        raise file_error("csv_too_large", megabytes=MAX_FILE_BYTES // 1024 // 1024)
    text = _decode(data)
    if "\0" in text:
        raise file_error("csv_not_text")
    first_line = text[:MAX_RECORD_CHARACTERS].partition("\n")[0]
    delimiter = max(",;\t", key=first_line.count)  # Excel uses the list separator of the system
    lines = _Lines(text)
    number = 0
    try:
        for number, record in enumerate(csv.reader(lines, delimiter=delimiter), HEADING_ROW):
            lines.record_characters = 0
            if number == HEADING_ROW or any(map(str.strip, record)):
                _check(number, record)
                yield number, record
            elif number > MAX_ROWS + MAX_EMPTY_ROWS:
                raise file_error("csv_too_many_empty_rows", max=MAX_EMPTY_ROWS)
    except csv.Error as error:
        raise file_error("csv_not_readable") from error
    except _RecordTooLongError as error:
        raise file_error("csv_row_too_long", row=number + 1, max=MAX_RECORD_CHARACTERS) from error


def _check(number: int, record: list[str]) -> None:
    if len(record) > MAX_COLUMNS:
        raise file_error("csv_too_many_columns", row=number, max=MAX_COLUMNS)
    for column, cell in enumerate(record, 1):
        if len(cell) > MAX_CELL_CHARACTERS:
            raise file_error("csv_cell_too_long", row=number, column=column, max=MAX_CELL_CHARACTERS)


def _decode(data: bytes) -> str:
    is_utf16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))  # Excel's "Unicode text"
    for encoding in ("utf-16",) if is_utf16 else _ENCODINGS:
        decoder = codecs.getincrementaldecoder(encoding)()
        try:
            pieces = [decoder.decode(data[at : at + _CHUNK_BYTES]) for at in range(0, len(data), _CHUNK_BYTES)]
            return "".join([*pieces, decoder.decode(b"", final=True)])
        except UnicodeDecodeError:
            continue
    raise file_error("csv_not_text")
