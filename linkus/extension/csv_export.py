"""Extensions as CSV: UTF-8 with a byte order mark, which Excel needs to read Chinese. No secrets."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncIterator

from linkus.extension import repository
from linkus.extension.csv_columns import COLUMNS, Column
from linkus.extension.models import Extension
from linkus.kit.database import Database
from linkus.kit.messages import Language

BYTE_ORDER_MARK = "\ufeff"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_LINES = 500


def safe_cell(value: str) -> str:
    """A spreadsheet must not take what somebody typed as a name for a formula (CWE-1236)."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value


def plain_cell(value: str) -> str:
    """What `safe_cell` was given."""
    return value[1:] if value.startswith("'") and value[1:].startswith(FORMULA_STARTS) else value


def _cell(extension: Extension, column: Column) -> str:
    if column.secret:
        return ""
    value = getattr(extension, column.field)
    if column.flag:
        return "1" if value else "0"
    return "" if value is None else safe_cell(str(value))


def _line(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


async def export(database: Database, language: Language) -> AsyncIterator[bytes]:
    """The file, piece by piece. Its own transaction: the answer is sent after the request's dependencies are closed."""
    lines = [BYTE_ORDER_MARK + _line([column.heading(language) for column in COLUMNS])]
    async with database.transaction(write=False) as db:
        async for extension in repository.stream(db):
            lines.append(_line([_cell(extension, column) for column in COLUMNS]))
            if len(lines) >= _LINES:
                yield "".join(lines).encode()
                lines.clear()
    yield "".join(lines).encode()
