"""Waiting with an end."""

from __future__ import annotations

import asyncio

import pytest

from linkus.kit.waiting import within


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
