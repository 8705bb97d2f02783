"""Waiting with a timeout, and finishing before cancellation."""

from __future__ import annotations

import asyncio

import pytest

from linkus.kit.waiting import to_its_end, within


async def test_the_result() -> None:
    assert await within(asyncio.sleep(0, "done"), 5) == "done"


async def test_the_end_of_the_time() -> None:
    with pytest.raises(TimeoutError):
        await within(asyncio.Event().wait(), 0.01)


async def test_a_cancellation_that_comes_together_with_the_result() -> None:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(within(answer, 5))
    await asyncio.sleep(0)
    answer.set_result("done")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_work_comes_to_its_end_although_who_waits_is_cancelled() -> None:
    ended: list[str] = []

    async def work() -> str:
        await asyncio.sleep(0.05)
        ended.append("work")
        return "done"

    assert await to_its_end(work()) == "done"
    task = asyncio.create_task(to_its_end(work()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["work", "work"]


async def test_work_that_fails_fails_its_waiter() -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await to_its_end(work())


async def test_a_second_cancellation_stops_the_work() -> None:
    waiting = asyncio.Event()
    task = asyncio.create_task(to_its_end(waiting.wait()))
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
