"""Waiting with a timeout, and finishing before cancellation."""

from __future__ import annotations

import asyncio

import pytest

from linkus.kit.waiting import finish_before_cancel, wait_with_timeout


async def test_wait_with_timeout_returns_the_result() -> None:
    assert await wait_with_timeout(asyncio.sleep(0, "done"), 5) == "done"


async def test_wait_with_timeout_raises_when_the_time_is_over() -> None:
    with pytest.raises(TimeoutError):
        await wait_with_timeout(asyncio.Event().wait(), 0.01)


async def test_wait_with_timeout_keeps_a_cancellation_that_comes_with_the_result() -> None:
    answer: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    task = asyncio.create_task(wait_with_timeout(answer, 5))
    await asyncio.sleep(0)
    answer.set_result("done")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_finish_before_cancel_ends_the_work_when_its_caller_is_cancelled() -> None:
    ended: list[str] = []

    async def work() -> str:
        await asyncio.sleep(0.05)
        ended.append("work")
        return "done"

    assert await finish_before_cancel(work()) == "done"
    task = asyncio.create_task(finish_before_cancel(work()))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended == ["work", "work"]


async def test_finish_before_cancel_raises_the_error_of_the_work() -> None:
    async def work() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await finish_before_cancel(work())


async def test_finish_before_cancel_stops_the_work_when_cancelled_twice() -> None:
    waiting = asyncio.Event()
    task = asyncio.create_task(finish_before_cancel(waiting.wait()))
    for _ in range(2):
        await asyncio.sleep(0)
        task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
