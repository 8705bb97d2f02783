"""Retries: work that fails for a while is tried again, and each failure is logged."""

from __future__ import annotations

import asyncio

import pytest
from tenacity import stop_after_attempt

from linkus.kit.back_off import BackOff
from linkus.kit.retry import retry


class Flaky:
    def __init__(self, *failures: BaseException) -> None:
        self.failures = list(failures)
        self.logged: list[str] = []

    async def work(self) -> str:
        if self.failures:
            raise self.failures.pop(0)
        return "done"

    def log(self, error: BaseException) -> None:
        self.logged.append(str(error))


async def test_retry_returns_the_result_after_failures_and_logs_each() -> None:
    flaky = Flaky(OSError("first"), OSError("second"))
    assert await retry(lambda: flaky.work(), (OSError,), flaky.log, wait=0.001) == "done"
    assert flaky.logged == ["first", "second"]


async def test_retry_raises_another_error_at_once() -> None:
    flaky = Flaky(OSError("away"), ValueError("defect"))
    with pytest.raises(ValueError, match="defect"):
        await retry(flaky.work, (OSError,), flaky.log, wait=0.001)
    assert flaky.logged == ["away"]


async def test_retry_raises_the_last_error_when_the_attempts_end() -> None:
    flaky = Flaky(OSError("first"), OSError("second"), OSError("third"))
    with pytest.raises(OSError, match="second"):
        await retry(flaky.work, (OSError,), flaky.log, wait=0.001, stop=stop_after_attempt(2))
    assert flaky.logged == ["first", "second"]


@pytest.mark.parametrize("wait", [0.001, 60.0])
async def test_retry_ends_when_it_is_cancelled(wait: float) -> None:
    """Both in the work and in the pause before the next attempt."""
    begun = asyncio.Event()

    async def work() -> None:
        begun.set()
        if wait > 1:
            raise OSError
        await asyncio.Event().wait()

    task = asyncio.create_task(retry(work, (OSError,), lambda _error: None, wait=wait))
    await begun.wait()
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_back_off_doubles_up_to_its_limit_and_begins_anew_after_a_reset() -> None:
    back_off = BackOff(0.5, 3.0)
    assert [back_off.next_seconds() for _ in range(5)] == [0.5, 1.0, 2.0, 3.0, 3.0]
    back_off.reset()
    assert back_off.next_seconds() == 0.5
