"""Waiting with an end, and to the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from typing import TypeVar

ResultT = TypeVar("ResultT")


async def within(awaitable: Awaitable[ResultT], seconds: float) -> ResultT:
    """The result, or TimeoutError. Unlike `asyncio.wait_for` of Python 3.11 it never loses a cancellation that arrives
    together with the result: a task told to stop would go on for ever."""
    async with asyncio.timeout(seconds):
        return await awaitable


async def to_its_end(work: Awaitable[ResultT]) -> ResultT:
    """The result. A cancellation that arrives meanwhile takes effect when the work is done; a second one stops it."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.gather(task, return_exceptions=True)
        raise
