"""Waits with a timeout, and finishes work before a cancellation takes effect."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

ResultT = TypeVar("ResultT")


async def wait_with_timeout(awaitable: Awaitable[ResultT], seconds: float) -> ResultT:
    """Return the result, or raise TimeoutError. Unlike `asyncio.wait_for` of Python 3.11, this never loses a
    cancellation that arrives together with the result. A task that lost it would never stop."""
    async with asyncio.timeout(seconds):
        return await awaitable


async def finish_before_cancel(work: Awaitable[ResultT]) -> ResultT:
    """Return the result. A cancellation takes effect only when the work is done; a second one cancels the work."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
