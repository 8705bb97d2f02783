"""Types of what comes in from outside. Whatever they let through, both databases can store."""

from __future__ import annotations

import unicodedata
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

MAX_ID = 2**31 - 1  # INTEGER of PostgreSQL
_LINE_BREAKS = "\n\r\t"


def _printable(value: str, allowed: str = "") -> str:
    # PostgreSQL stores no NUL; nothing else of the kind belongs into a name or a search either
    if any(unicodedata.category(c) == "Cc" and c not in allowed for c in value):
        raise PydanticCustomError("invalid_characters", "control characters")
    return value


def _line(value: str) -> str:
    return _printable(value).strip()


def _text(value: str) -> str:
    return _printable(value, _LINE_BREAKS)


Id = Annotated[int, Field(ge=1, le=MAX_ID)]
PathId = Annotated[int, Path(ge=1, le=MAX_ID)]
# the next one must fit into the column as well
Version = Annotated[int, Field(ge=1, le=MAX_ID - 1)]
Ids = Annotated[list[Id], Field(min_length=1, max_length=20_000)]
Line = Annotated[str, Field(max_length=1000), AfterValidator(_line)]  # one line, without blanks at its ends
Text = Annotated[str, Field(max_length=200_000), AfterValidator(_text)]  # several lines
Secret = Annotated[str, Field(max_length=1000), AfterValidator(_printable)]  # a password: nothing is cut off
SearchQuery = Annotated[str, Query(max_length=100), AfterValidator(_line)]


class Body(BaseModel):
    """Base of what a request carries: a misspelt field is an error, not silently nothing."""

    model_config = ConfigDict(extra="forbid")
