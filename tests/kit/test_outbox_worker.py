"""The worker of the outbox: order, retries, concurrency and throttling."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from linkus.kit import outbox, outbox_worker
from linkus.kit.clock import now
from linkus.kit.outbox import OutboxRow, RetryLater
from linkus.kit.outbox_worker import Worker
from tests.kit.outbox_rows import TOPIC, add, empty, running, worker
from tests.support.api import Server


async def test_worker_handles_rows_in_order_and_deletes_them(server: Server) -> None:
    done: list[int] = []

    async def handle(payload: dict[str, Any]) -> None:
        done.append(payload["n"])

    await add(server, 1, 2, 3)
    async with running(worker(server, handle)):
        await empty(server)
        await add(server, 4)  # wakes the worker, which is waiting by now
        await empty(server, seconds=3)
    assert done == [1, 2, 3, 4]


async def test_worker_prefers_the_priority_topic_also_on_a_retry(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other rows are many, and due for longer."""
    monkeypatch.setattr(outbox, "MIN_RETRY_DELAY", timedelta(0))
    done: list[str] = []

    async def handle(payload: dict[str, Any]) -> None:
        done.append(str(payload["n"]))
        if payload["n"] == "first" and done.count("first") < 3:
            raise RetryLater("not now", tried=payload.get("tried", 0) + 1)
        if payload["n"] == "first":
            assert payload["tried"] == 2  # the payload to remember

    await add(server, *range(20))
    async with server.database.transaction() as db:
        server.services.outbox.add(db, "test.priority", {"n": "first"})
    async with running(Worker(server.database, server.services.outbox, TOPIC, handle, priority_topic="test.priority")):
        await empty(server)
        assert done == ["first"] * 3 + [str(n) for n in range(20)]
        async with server.database.transaction() as db:
            server.services.outbox.add(db, "test.priority", {"n": "second"})  # wakes the worker as well
        async with asyncio.timeout(3):
            while "second" not in done:
                await asyncio.sleep(0.02)


async def test_worker_continues_when_its_throttle_fails(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox_worker, "POLL_SECONDS", 0.05)
    answers = iter([KeyError("of our own making"), 1])

    async def throttle(_free_slots: int, _in_flight: int) -> int:
        answer = next(answers, 1)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def handle(_payload: dict[str, Any]) -> None:
        pass

    await add(server, 1)
    async with running(Worker(server.database, server.services.outbox, TOPIC, handle, throttle=throttle)):
        await empty(server)


async def test_worker_keeps_the_reason_and_retries_when_a_handler_fails(server: Server) -> None:
    tries: list[int] = []

    async def handle(payload: dict[str, Any]) -> None:
        tries.append(payload["n"])
        if len(tries) == 1:
            raise RetryLater("the edge is away")

    await add(server, 1)
    async with running(worker(server, handle)):
        async with asyncio.timeout(10):
            while not (rows := await server.outbox(TOPIC)) or not rows[0].error:
                await asyncio.sleep(0.02)
        assert rows[0].error == "RetryLater: the edge is away"
        assert rows[0].attempts == 1
        assert now() < rows[0].due_at <= now() + timedelta(seconds=2)
        await empty(server)
    assert tries == [1, 1]


async def test_two_workers_handle_each_row_once(server: Server) -> None:
    done: list[int] = []

    async def handle(payload: dict[str, Any]) -> None:
        await asyncio.sleep(0)
        done.append(payload["n"])

    await add(server, *range(30))
    async with running(worker(server, handle, 4)), running(worker(server, handle, 4)):
        await empty(server, 20)
    assert sorted(done) == list(range(30))


async def test_worker_continues_when_the_database_was_away(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    failed, done = asyncio.Event(), asyncio.Event()

    async def handle(_: dict[str, Any]) -> None:
        done.set()

    first_worker = worker(server, handle)
    take = first_worker._lease

    async def away() -> list[OutboxRow]:
        monkeypatch.setattr(first_worker, "_lease", take)
        failed.set()
        raise OSError("connection refused")

    monkeypatch.setattr(first_worker, "_lease", away)
    async with running(first_worker):
        await asyncio.wait_for(failed.wait(), 5)
        await add(server, 1)
        await asyncio.wait_for(done.wait(), 10)
        await empty(server)


async def test_worker_raises_its_concurrency_while_rows_are_quick(server: Server) -> None:
    in_flight, max_in_flight = 0, 0

    async def handle(_: dict[str, Any]) -> None:
        nonlocal in_flight, max_in_flight
        in_flight += 1
        max_in_flight = max(max_in_flight, in_flight)
        await asyncio.sleep(0.25)  # quick, but longer than a slow database takes to give the next rows
        in_flight -= 1

    await add(server, *range(60))
    async with running(Worker(server.database, server.services.outbox, TOPIC, handle, 2, max_concurrency=16)):
        await empty(server)
    assert max_in_flight == 16


async def test_worker_lowers_its_concurrency_when_rows_take_long(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Their leases would run out while they are in flight."""
    monkeypatch.setattr(outbox_worker, "MAX_QUICK_SECONDS", 0.0)
    in_flight, max_in_flight = 0, 0

    async def handle(_: dict[str, Any]) -> None:
        nonlocal in_flight, max_in_flight
        in_flight += 1
        max_in_flight = max(max_in_flight, in_flight)
        await asyncio.sleep(0.001)
        in_flight -= 1

    await add(server, *range(20))
    async with running(Worker(server.database, server.services.outbox, TOPIC, handle, 2, max_concurrency=16)):
        await empty(server)
    assert max_in_flight == 2


async def test_slow_row_delays_no_other(server: Server) -> None:
    done: list[int] = []
    go_on = asyncio.Event()

    async def handle(payload: dict[str, Any]) -> None:
        if payload["n"] == 0:
            await go_on.wait()
        done.append(payload["n"])

    await add(server, *range(20))
    async with running(worker(server, handle, 2)):
        async with asyncio.timeout(10):
            while len(done) < 19:
                await asyncio.sleep(0.01)
        assert sorted(done) == list(range(1, 20))
        [row] = [row for row in await server.outbox(TOPIC) if row.payload["n"] == 0]
        assert row.leased
        go_on.set()
        await empty(server)


async def test_worker_deletes_finished_rows_while_the_rest_is_throttled(server: Server) -> None:
    """A circuit breaker that is open for hours must not keep the row of finished work."""
    done: list[int] = []
    calls: list[tuple[int, int]] = []

    async def handle(payload: dict[str, Any]) -> None:
        done.append(payload["n"])

    async def throttle(free_slots: int, in_flight: int) -> int:
        calls.append((free_slots, in_flight))
        if done and not in_flight:
            await asyncio.Event().wait()
        return 0 if done else 1

    await add(server, 1, 2)
    throttled = Worker(server.database, server.services.outbox, TOPIC, handle, 4, throttle)
    async with running(throttled):
        async with asyncio.timeout(10):
            while [row.payload["n"] for row in await server.outbox(TOPIC)] != [2]:
                await asyncio.sleep(0.01)
    assert done == [1]
