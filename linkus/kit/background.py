"""Background tasks that run beside the requests and end with the server."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from linkus.kit.actor import context_of_task
from linkus.kit.back_off import BackOff

log = structlog.get_logger("background")

Task = Callable[[], Coroutine[Any, Any, None]]  # called to start the task, and again to restart it
MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS = 0.5, 30.0
MIN_HEALTHY_SECONDS = 5.0  # after running this long a restarted task counts as healthy
MIN_STABLE_SECONDS = 60.0  # after running this long the back-off starts again from MIN_PAUSE_SECONDS


class Background:
    """Holds a reference to each task (the event loop does not), logs failures, and cancels running tasks on close."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()
        self._failing: set[str] = set()
        self.on_change: list[Callable[[], None]] = []  # called when `failing` changes

    @property
    def failing(self) -> list[str]:
        """Return the supervised tasks that failed and have not recovered yet."""
        return sorted(self._failing)

    def start(self, work: Coroutine[Any, Any, None], name: str | None = None) -> asyncio.Task[None]:
        task = asyncio.create_task(work, name=name, context=context_of_task())
        self._tasks.add(task)
        task.add_done_callback(self._ended)
        return task

    def keep(self, task: Task, name: str) -> asyncio.Task[None]:
        """Run `task` and restart it with back-off whenever it fails. Otherwise the server would answer requests but not
        do its background work. A task that returns is not restarted."""
        kept = self.start(self._keep(task, name), name)
        kept.add_done_callback(lambda _task: self._mark(name, False))
        return kept

    async def _keep(self, task: Task, name: str) -> None:
        back_off = BackOff(MIN_PAUSE_SECONDS, MAX_PAUSE_SECONDS)
        while True:
            began = time.monotonic()
            recovery = asyncio.get_running_loop().call_later(MIN_HEALTHY_SECONDS, self._mark, name, False)
            try:
                await task()
            except asyncio.CancelledError as error:
                current = asyncio.current_task()
                if current is None or current.cancelling():
                    raise
                failure: BaseException = error  # something the task awaited was cancelled, not the task itself
            except Exception as error:  # noqa: BLE001 - any failure is logged below
                failure = error
            else:
                return
            finally:
                recovery.cancel()
            if time.monotonic() - began >= MIN_STABLE_SECONDS:
                back_off.reset()
            pause = back_off.next_seconds()
            log.critical("background_task_failed", task=name, again_in=pause, exc_info=failure)
            self._mark(name, True)
            await asyncio.sleep(pause)

    def _mark(self, name: str, failing: bool) -> None:
        if failing == (name in self._failing):
            return
        if failing:
            self._failing.add(name)
        else:
            self._failing.remove(name)
        for listener in list(self.on_change):
            listener()

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.critical("background_task_failed", task=task.get_name(), exc_info=error)

    async def idle(self) -> None:
        """Wait until every task started so far has ended."""
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def close(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
