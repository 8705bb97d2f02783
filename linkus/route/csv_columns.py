"""Defines the CSV file of inbound routes: its columns, with headings and words in both languages, and its export."""

from __future__ import annotations

from collections.abc import AsyncIterator

from linkus.kit.csv_file import Column, Sheet
from linkus.kit.database import Database
from linkus.kit.messages import Language
from linkus.route import repository
from linkus.route.repository import InboundRow
from linkus.route.schemas import InboundDestination

COLUMNS = (
    Column("name", "Name", "名称"),
    Column("trunk", "Trunk", "中继"),
    Column("did_number", "DID Number", "DID 号码", digits=True),
    Column("did_name", "DID Name", "DID 名称"),
    Column("destination", "Destination", "目的地"),
    Column("destination_number", "Destination Number", "目的地号码", digits=True),
    Column("enabled", "Enabled", "启用", flag=True),
)
SHEET = Sheet(COLUMNS, needed="did_number", missing="csv_no_did_column")
_WORDS: dict[InboundDestination, tuple[str, str]] = {
    InboundDestination.EXTENSION: ("Extension", "分机"),
    InboundDestination.PAGING_GROUP: ("Paging Group", "广播组"),
    InboundDestination.VOICEMAIL: ("Voicemail", "语音信箱"),
}
_BY_WORD = {
    "".join(word.split()).lower(): destination
    for destination, words in _WORDS.items()
    for word in (*words, destination.value)
}


def destination_of(word: str) -> InboundDestination | None:
    """Return the destination that a word names in either language. An empty cell is an extension."""
    key = "".join(word.split()).lower()
    return _BY_WORD.get(key) if key else InboundDestination.EXTENSION


def _values(row: InboundRow, language: Language) -> list[object]:
    english, chinese = _WORDS[InboundDestination(row.route.destination)]
    route = row.route
    return [
        route.name,
        row.trunk_name,
        route.did_number,
        route.did_name,
        chinese if language == "zh-CN" else english,
        row.destination_number,
        route.enabled,
    ]


async def export(database: Database, language: Language) -> AsyncIterator[bytes]:
    """Export the routes in the order in which they are tried."""
    async with database.transaction(write=False) as db:
        rows = await repository.inbound(db)

    async def values() -> AsyncIterator[list[object]]:
        for row in rows:
            yield _values(row, language)

    async for piece in SHEET.write(language, values()):
        yield piece
