from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text
from starlette.requests import Request

from linkus.kit.http import MAX_DOWNLOADS, client_address, client_user_agent, csv_answer
from tests.support.api import Server


def request(peer: str | None, **headers: str) -> Request:
    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    return Request({"type": "http", "client": (peer, 1) if peer else None, "headers": raw})


@pytest.mark.parametrize(
    ("peer", "told", "address"),
    [
        ("127.0.0.1", "192.0.2.7", "192.0.2.7"),
        ("127.0.0.3", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "203.0.113.9, 192.0.2.7", "192.0.2.7"),  # nginx itself appends the last
        ("127.0.0.1", "", "127.0.0.1"),
        ("127.0.0.1", "<script>", "127.0.0.1"),
        ("198.51.100.1", "192.0.2.7", "198.51.100.1"),  # anybody can write the header
        (None, "", ""),
    ],
)
def test_forwarded_address_is_believed_from_this_machine_only(peer: str | None, told: str, address: str) -> None:
    assert client_address(request(peer, x_forwarded_for=told)) == address


def test_user_agent_is_one_short_printable_line() -> None:
    agent = client_user_agent(request("127.0.0.1", user_agent="a\x00b\tc" + "x" * 1000))
    assert agent.startswith("abc")
    assert len(agent) == 255


async def test_slow_readers_of_files_leave_the_database_to_others(server: Server) -> None:
    """Each reader holds a connection: 15 held all that there are with SQLite, 40 with PostgreSQL."""
    began = 0

    async def pieces() -> AsyncIterator[bytes]:
        nonlocal began
        async with server.database.transaction(write=False) as db:
            await db.execute(text("SELECT 1"))
            began += 1
            yield b"first"
            yield b"second"

    files = [aiter(csv_answer(pieces(), "a.csv").body_iterator) for _ in range(50)]
    reading = [asyncio.ensure_future(anext(file)) for file in files]
    await asyncio.wait(reading[:MAX_DOWNLOADS])
    try:
        async with asyncio.timeout(5), server.database.transaction(write=False) as db:
            assert await db.scalar(text("SELECT 1")) == 1
        assert began == MAX_DOWNLOADS
        for file in files[:MAX_DOWNLOADS]:
            assert [piece async for piece in file] == [b"second"]
        await asyncio.wait(reading[MAX_DOWNLOADS : 2 * MAX_DOWNLOADS], timeout=5)
        assert began == 2 * MAX_DOWNLOADS
    finally:
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
        for file in files:
            await file.aclose()  # type: ignore[union-attr]  # a generator
