"""Leases of outbox rows: a row is handled again after its worker died, and not before."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from linkus.kit.clock import now
from linkus.kit.outbox import OutboxRow
from tests.kit.outbox_rows import TOPIC, add, empty, running, worker
from tests.support.api import Server


async def test_row_is_due_again_when_the_lease_of_a_dead_worker_ends(server: Server) -> None:
    begun = asyncio.Event()

    async def hang(_: dict[str, Any]) -> None:
        begun.set()
        await asyncio.Event().wait()

    await add(server, 1)
    async with running(worker(server, hang)):
        await asyncio.wait_for(begun.wait(), 10)
        [row] = await server.outbox(TOPIC)
        assert row.due_at > now() + timedelta(minutes=1)  # leased, not lost
    async with server.database.transaction() as db:
        await db.execute(update(OutboxRow).values(due_at=row.due_at))  # as a killed process leaves it
    done: list[dict[str, Any]] = []

    async def handle(payload: dict[str, Any]) -> None:
        done.append(payload)

    async with running(worker(server, handle)):
        await asyncio.sleep(0.3)
        assert done == []
        async with server.database.transaction() as db:  # the lease ends
            await db.execute(update(OutboxRow).values(due_at=now()))
        server.services.outbox.wake(TOPIC)
        await empty(server)
    assert done == [{"n": 1}]


async def test_row_in_flight_is_handled_after_a_restart(server: Server) -> None:
    begun, done = asyncio.Event(), []

    async def hang(payload: dict[str, Any]) -> None:
        begun.set()
        await asyncio.Event().wait()

    async def handle(payload: dict[str, Any]) -> None:
        done.append(payload["n"])

    await add(server, 1)
    async with running(worker(server, hang)):
        await asyncio.wait_for(begun.wait(), 5)
    async with running(worker(server, handle)):
        await empty(server, seconds=3)
    assert done == [1]


async def test_worker_releases_every_lease_when_stopped_at_any_moment(server: Server) -> None:
    """A stop may also fall between the commit of the lease and the first step of the handler."""

    async def forever(_payload: dict[str, Any]) -> None:
        await asyncio.Event().wait()

    await add(server, 1, 2)
    async with running(worker(server, forever, 2)):  # measure the time until both are leased
        begun = asyncio.get_running_loop().time()
        while not all(row.leased for row in await server.outbox(TOPIC)):
            await asyncio.sleep(0)
        usual = asyncio.get_running_loop().time() - begun
    for n in range(60):
        async with running(worker(server, forever, 2)):
            await asyncio.sleep(1.5 * usual * n / 60)
        assert {row.leased for row in await server.outbox(TOPIC)} == {False}, n


async def test_worker_does_not_restart_its_own_row_when_the_lease_expires_in_flight(server: Server) -> None:
    begun: list[int] = []
    go_on = asyncio.Event()

    async def handle(payload: dict[str, Any]) -> None:
        begun.append(payload["n"])
        if payload["n"] == 1:
            await go_on.wait()

    await add(server, 1)
    async with running(worker(server, handle, 4)):
        async with asyncio.timeout(10):
            while not begun:
                await asyncio.sleep(0.01)
        async with server.database.transaction() as db:
            await db.execute(update(OutboxRow).values(due_at=now()))
        await add(server, 2)
        async with asyncio.timeout(10):
            while 2 not in begun:
                await asyncio.sleep(0.01)
        go_on.set()
        await empty(server)
    assert begun == [1, 2]


async def test_worker_does_not_poll_for_its_own_row_when_the_lease_expires_in_flight(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, turns = asyncio.Event(), 0

    async def hang(_: dict[str, Any]) -> None:
        begun.set()
        await asyncio.Event().wait()

    first_worker = worker(server, hang, 4)
    turn = first_worker._start_due_rows

    async def counted(woken: asyncio.Event) -> float:
        nonlocal turns
        turns += 1
        return await turn(woken)

    monkeypatch.setattr(first_worker, "_start_due_rows", counted)
    await add(server, 1)
    async with running(first_worker):
        await asyncio.wait_for(begun.wait(), 10)
        async with server.database.transaction() as db:
            await db.execute(update(OutboxRow).values(due_at=now()))
        server.services.outbox.wake(TOPIC)
        await asyncio.sleep(0.5)
    assert turns <= 4


@pytest.mark.parametrize("end", ["failure", "stop"])
async def test_worker_leaves_a_row_alone_when_another_has_leased_it(
    server: Server, monkeypatch: pytest.MonkeyPatch, end: str
) -> None:
    begun, taken_over, fail, put_back = (asyncio.Event() for _ in range(4))

    async def fails(_: dict[str, Any]) -> None:
        begun.set()
        await fail.wait()
        raise ValueError

    async def hangs(_: dict[str, Any]) -> None:
        taken_over.set()
        await asyncio.Event().wait()

    first_worker = worker(server, fails)
    put = first_worker._schedule_retry

    async def seen(row: OutboxRow, error: Exception) -> None:
        await put(row, error)
        put_back.set()

    monkeypatch.setattr(first_worker, "_schedule_retry", seen)
    await add(server, 1)
    async with contextlib.AsyncExitStack() as first, contextlib.AsyncExitStack() as second, asyncio.timeout(20):
        await first.enter_async_context(running(first_worker))
        await begun.wait()
        async with server.database.transaction() as db:
            await db.execute(update(OutboxRow).values(due_at=now()))
        await second.enter_async_context(running(worker(server, hangs)))
        await taken_over.wait()
        [leased] = await server.outbox(TOPIC)
        if end == "failure":
            fail.set()
            await put_back.wait()
        else:
            await first.aclose()
        [row] = await server.outbox(TOPIC)
        assert (row.leased, row.due_at, row.attempts, row.error) == (True, leased.due_at, 0, leased.error)
