"""Measures how late this process was: phones that did not run for seconds say nothing about the server."""

from __future__ import annotations

import asyncio
import threading
import time

STEP_SECONDS = 0.05


class Stalls:
    """Keeps the longest delay of a thread (the machine) and of the event loop (the phones) since `forget`."""

    def __init__(self) -> None:
        self._of_machine = self._of_phones = 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch_machine, daemon=True)
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._thread.start()
        self._task = asyncio.create_task(self._watch_loop())

    def stop(self) -> None:
        self._ended.set()
        if self._task is not None:
            self._task.cancel()

    def forget(self) -> None:
        self._of_machine = self._of_phones = 0.0

    def __str__(self) -> str:
        return f"machine late by {self._of_machine:.1f} s, phones by {self._of_phones:.1f} s"

    def _watch_machine(self) -> None:
        while not self._ended.is_set():
            before = time.monotonic()
            time.sleep(STEP_SECONDS)
            self._of_machine = max(self._of_machine, time.monotonic() - before - STEP_SECONDS)

    async def _watch_loop(self) -> None:
        while True:
            before = time.monotonic()
            await asyncio.sleep(STEP_SECONDS)
            self._of_phones = max(self._of_phones, time.monotonic() - before - STEP_SECONDS)
