"""Types of request input. Both databases can store every value that passes these types."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

MAX_ID = 2**31 - 1  # INTEGER of PostgreSQL
_LINE_BREAKS = "\n\r\t"
# Formats (zero width, direction of writing) and separators of lines. The others are letters that show nothing.
_INVISIBLE_CATEGORIES = {"Cf", "Zl", "Zp"}
_INVISIBLE_LETTERS = "\u034f\u115f\u1160\u2800\u3164\uffa0"


def _printable(value: str, allowed: str = "") -> str:
    # PostgreSQL cannot store NUL; other control characters do not belong in a name or a search either
    if any(unicodedata.category(c) == "Cc" and c not in allowed for c in value):
        raise PydanticCustomError("invalid_characters", "control characters")
    return value


def _line(value: str) -> str:
    return _printable(value).strip()


def _name(value: str) -> str:
    line = _line(value)
    if line != without_invisible(line):
        raise PydanticCustomError("invisible_characters", "invisible characters")
    return line


def without_invisible(value: str) -> str:
    """Leave out characters that nobody sees, such as those of zero width, and those that turn the text around. With
    them two names look the same, or a name pretends to end elsewhere."""
    return "".join(
        c for c in value if unicodedata.category(c) not in _INVISIBLE_CATEGORIES and c not in _INVISIBLE_LETTERS
    )


def only_printable(text: str, most: int) -> str:
    """Return the beginning of what a stranger wrote, without the characters that would disturb a page or a log."""
    return "".join(c for c in text if c.isprintable())[:most]


def file_name(given: str | None, most: int = 255) -> str:
    """Return the bare name of an uploaded file, as people may read it. Browsers send only that; other programs may send
    a path, or anything else."""
    bare = (given or "").replace("\\", "/").rpartition("/")[2]
    return only_printable(bare, most)


def _text(value: str) -> str:
    return _printable(value, _LINE_BREAKS)


def _moment(value: datetime) -> datetime:
    try:
        return value.astimezone(UTC)
    except OverflowError as error:  # 9999-12-31 west of Greenwich is in a year that no calendar of ours has
        raise PydanticCustomError("moment_out_of_range", "not a moment of UTC") from error


Id = Annotated[int, Field(ge=1, le=MAX_ID)]
PathId = Annotated[int, Path(ge=1, le=MAX_ID)]
# leaves room for the next version in the column
Version = Annotated[int, Field(ge=1, le=MAX_ID - 1)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=20_000)]
Line = Annotated[str, Field(max_length=1000), AfterValidator(_line)]  # one line, without whitespace at its ends
Name = Annotated[str, Field(max_length=1000), AfterValidator(_name)]  # a line that a person reads as a name
Text = Annotated[str, Field(max_length=200_000), AfterValidator(_text)]  # several lines
Secret = Annotated[str, Field(max_length=1000), AfterValidator(_printable)]  # a password: no whitespace is stripped
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]  # in UTC, as it is stored
SearchQuery = Annotated[str, Query(max_length=100), AfterValidator(_line)]


class Body(BaseModel):
    """Base of request bodies. A misspelt field is an error instead of being ignored."""

    model_config = ConfigDict(extra="forbid")
