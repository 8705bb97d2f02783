from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from linkus.kit import outbox, outbox_worker
from linkus.kit.clock import now
from linkus.kit.outbox import MAX_RETRY_DELAY, MIN_RETRY_DELAY, OutboxRow, RetryLater, back_off, release_leases
from linkus.kit.outbox_worker import Worker
from tests.support.api import Server

TOPIC = "test.topic"


@contextlib.asynccontextmanager
async def running(worker: Worker) -> AsyncIterator[None]:
    task = asyncio.create_task(worker.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def add(server: Server, *numbers: int) -> None:
    async with server.database.transaction() as db:
        for number in numbers:
            server.services.outbox.add(db, TOPIC, {"n": number})


async def empty(server: Server, seconds: float = 10) -> None:
    async with asyncio.timeout(seconds):
        while await server.outbox(TOPIC):
            await asyncio.sleep(0.02)


def worker(server: Server, handler: Any, concurrency: int = 1) -> Worker:
    return Worker(server.database, server.services.outbox, TOPIC, handler, concurrency)


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


async def test_outbox_adds_no_row_when_the_change_is_rolled_back(server: Server) -> None:
    with contextlib.suppress(ZeroDivisionError):
        async with server.database.transaction() as db:
            server.services.outbox.add(db, TOPIC, {"n": 1})
            raise ZeroDivisionError
    assert await server.outbox() == []


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


async def test_outbox_stores_payloads_unchanged(server: Server) -> None:
    payload = {"text": "张伟 \u2603", "nested": {"list": [1, 2.5, None, True]}}
    async with server.database.transaction() as db:
        server.services.outbox.add(db, TOPIC, payload)
    async with server.database.transaction(write=False) as db:
        assert await db.scalar(select(OutboxRow.payload)) == payload


def test_back_off_doubles_up_to_a_quarter_of_an_hour() -> None:
    waits = [back_off(attempts) for attempts in range(40)]
    assert waits[:4] == [MIN_RETRY_DELAY * n for n in (1, 2, 4, 8)]
    assert waits == sorted(waits)
    assert waits[-1] == MAX_RETRY_DELAY


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


async def test_release_leases_makes_rows_of_a_killed_process_due_at_start(server: Server) -> None:
    """SQLite has one process. On PostgreSQL another one may hold the row, so it waits for the end of the lease."""
    await add(server, 1, 2)
    async with server.database.transaction() as db:  # as a killed process leaves it
        lease = now() + timedelta(minutes=2)
        await db.execute(update(OutboxRow).where(OutboxRow.id == 1).values(due_at=lease, leased=True))
        await db.execute(update(OutboxRow).where(OutboxRow.id == 2).values(due_at=lease))  # was released before
    await release_leases(server.database)
    leased, released = await server.outbox(TOPIC)
    assert (leased.due_at <= now()) == server.database.is_sqlite == (not leased.leased)
    assert released.due_at > now()


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


async def test_wake_sets_the_event_of_every_worker(server: Server) -> None:
    outbox = server.services.outbox
    with (
        outbox.wake_event(TOPIC) as first,
        outbox.wake_event(TOPIC) as second,
        outbox.wake_event("another") as other_topic,
    ):
        outbox.wake(TOPIC)
        first.clear()
        assert second.is_set()
        assert not other_topic.is_set()


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
