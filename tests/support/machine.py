"""Runs hypothesis state machines against the real server: rules are plain functions, the server lives in a loop."""

from __future__ import annotations

import asyncio
import io
import sys
import threading
import traceback
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar, cast

from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

T = TypeVar("T")
TIMEOUT_SECONDS = 60
Run = Callable[[Coroutine[Any, Any, Any]], Any]


async def run_machine(make: Callable[[Run], RuleBasedStateMachine], *, examples: int, steps: int) -> None:
    """Run a machine in a thread beside this loop. `make` gets a function that runs a coroutine in this loop."""
    loop = asyncio.get_running_loop()

    def run(work: Coroutine[Any, Any, T]) -> T:
        future = asyncio.run_coroutine_threadsafe(work, loop)
        try:
            return future.result(TIMEOUT_SECONDS)
        except TimeoutError:
            if future.done():
                raise
            stacks = _stacks(loop)
            future.cancel()
            raise AssertionError(f"hangs for {TIMEOUT_SECONDS} s:\n{stacks}") from None

    chosen = settings(
        max_examples=examples,
        stateful_step_count=steps,
        deadline=None,
        database=None,
        suppress_health_check=[
            HealthCheck.data_too_large,
            HealthCheck.filter_too_much,
            HealthCheck.too_slow,
            HealthCheck.large_base_example,
            HealthCheck.function_scoped_fixture,
            HealthCheck.differing_executors,
            HealthCheck.nested_given,
        ],
    )
    await asyncio.to_thread(
        lambda: run_state_machine_as_test(cast("type[RuleBasedStateMachine]", lambda: make(run)), settings=chosen)
    )


def _stacks(loop: asyncio.AbstractEventLoop) -> str:
    """Return the stacks of all tasks of the loop and of all threads."""
    text = io.StringIO()
    for task in asyncio.all_tasks(loop):
        task.print_stack(file=text)
    frames = sys._current_frames()
    for thread in threading.enumerate():
        text.write(f"thread {thread.name}\n")
        if thread.ident in frames:
            traceback.print_stack(frames[thread.ident], file=text)
    return text.getvalue()
