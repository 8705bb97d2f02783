"""Updates of desk phones to the edge: many in one request, and never an outdated state."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from sqlalchemy import update

from linkus.presence.phone_batcher import MAX_BATCH_PHONES, PhoneBatcher
from linkus.shared.models.extension import Extension
from tests.support.api import Server

Written = tuple[dict[str, int], list[str]]  # contacts of existing phones, and deleted ones


class Edge:
    def __init__(self) -> None:
        self.written: list[Written] = []
        self.open = asyncio.Event()
        self.open.set()
        self.error: Exception | None = None

    async def write(self, extensions: Sequence[Extension], gone: Sequence[str]) -> None:
        read = {extension.number: extension.phone_max_contacts for extension in extensions}
        await self.open.wait()
        if self.error:
            raise self.error
        self.written.append((read, list(gone)))


async def contacts(server: Server, number: str, most: int) -> None:
    async with server.database.transaction() as db:
        await db.execute(update(Extension).where(Extension.number == number).values(phone_max_contacts=most))


async def test_batcher_writes_many_phones_in_few_batches(server: Server) -> None:
    edge = Edge()
    phones = PhoneBatcher(server.database, edge.write)
    numbers = [(await server.make_extension(str(2000 + n))).number for n in range(3)]
    unknown = [f"{4000 + n}.phone" for n in range(MAX_BATCH_PHONES)]
    await asyncio.gather(*(phones.changed(name) for name in [*(f"{number}.phone" for number in numbers), *unknown]))
    assert [set(written) for written, _ in edge.written] == [set(numbers), set()]
    assert [name for _, gone in edge.written for name in gone] == unknown


async def test_batcher_writes_a_phone_again_when_it_changes_during_a_batch(server: Server) -> None:
    edge = Edge()
    phones = PhoneBatcher(server.database, edge.write)
    await server.make_extension("2000", phone_max_contacts=1)
    edge.open.clear()
    first = asyncio.create_task(phones.changed("2000.phone"))
    await asyncio.sleep(0.2)  # it has been read
    await contacts(server, "2000", 5)
    second, third = (asyncio.create_task(phones.changed("2000.phone")) for _ in range(2))
    await asyncio.sleep(0.05)
    edge.open.set()
    await asyncio.gather(first, second, third)
    assert edge.written == [({"2000": 1}, []), ({"2000": 5}, [])]


async def test_batcher_raises_in_all_callers_when_the_edge_is_away_and_tries_again(server: Server) -> None:
    edge = Edge()
    phones = PhoneBatcher(server.database, edge.write)
    edge.error = OSError("away")
    answers = await asyncio.gather(*(phones.changed(f"{n}.phone") for n in (1, 2)), return_exceptions=True)
    assert [str(answer) for answer in answers] == ["away", "away"]
    edge.error = None
    await phones.changed("1.phone")
    assert edge.written == [({}, ["1.phone"])]


async def test_batcher_finishes_when_one_caller_stops_waiting(server: Server) -> None:
    edge = Edge()
    phones = PhoneBatcher(server.database, edge.write)
    edge.open.clear()
    first, second = (asyncio.create_task(phones.changed("1.phone")) for _ in range(2))
    await asyncio.sleep(0.05)
    first.cancel()
    edge.open.set()
    await second
    with pytest.raises(asyncio.CancelledError):
        await first
    assert edge.written == [({}, ["1.phone"])]
