"""Adds outbox rows, and runs workers for them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any

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
