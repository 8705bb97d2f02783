"""Retries what fails for a while, such as a database or an edge that is away, and logs each failure."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from sqlalchemy.exc import SQLAlchemyError
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_never, wait_fixed
from tenacity.stop import stop_base
from tenacity.wait import wait_base

ResultT = TypeVar("ResultT")
LogFailure = Callable[[BaseException], object]
DATABASE_ERRORS: tuple[type[Exception], ...] = (SQLAlchemyError, OSError)


async def retry(
    work: Callable[[], Awaitable[ResultT]],
    errors: tuple[type[Exception], ...],
    log_failure: LogFailure,
    *,
    wait: float | wait_base,
    stop: stop_base = stop_never,
) -> ResultT:
    """Return the result of `work`. Call it again after one of `errors`, when `wait` (seconds, or a back-off) is over.
    Raise any other error at once, and the last error when `stop` ends the attempts."""

    async def call() -> ResultT:  # tenacity awaits only what is a coroutine function itself
        return await work()

    def log_attempt(attempt: RetryCallState) -> None:
        error = attempt.outcome.exception() if attempt.outcome is not None else None
        if error is not None:
            log_failure(error)

    attempts = AsyncRetrying(
        retry=retry_if_exception_type(errors),
        wait=wait if isinstance(wait, wait_base) else wait_fixed(wait),
        stop=stop,
        after=log_attempt,
        reraise=True,
    )
    return await attempts(call)


async def repeat_forever(work: Callable[[], Awaitable[None]], log_failure: LogFailure, *, seconds: float) -> None:
    """Do `work` again and again. While the database is unavailable, log each failure and go on with the next turn."""
    while True:
        try:
            await work()
        except DATABASE_ERRORS as error:
            log_failure(error)
        await asyncio.sleep(seconds)
