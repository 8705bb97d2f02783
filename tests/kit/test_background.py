from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from linkus.kit import background as module
from linkus.kit.background import Background


@pytest.fixture
async def background(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Background]:
    monkeypatch.setattr(module, "MIN_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(module, "MIN_HEALTHY_SECONDS", 0.05)
    background = Background()
    yield background
    await background.close()


async def until(background: Background, failing: list[str]) -> None:
    async with asyncio.timeout(5):
        while background.failing != failing:
            changed = asyncio.Event()
            background.on_change.append(changed.set)
            await changed.wait()
            background.on_change.remove(changed.set)


async def test_failed_task_is_restarted_and_named_until_it_runs(background: Background) -> None:
    lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    lost.cancel()
    begun = 0
    works = asyncio.Event()

    async def task() -> None:
        nonlocal begun
        begun += 1
        if begun == 1:
            raise ZeroDivisionError
        if begun == 2:
            await lost  # a cancellation that nobody requested for this task is a failure too
        works.set()
        await asyncio.Event().wait()

    background.keep(task, "calls 1")
    await until(background, ["calls 1"])
    await asyncio.wait_for(works.wait(), 5)
    await until(background, [])
    assert begun == 3


async def test_pauses_grow_and_are_reset_after_a_stable_run(
    background: Background, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(module.log, "critical", lambda _event, **told: pauses.append(told["again_in"]), raising=False)
    monkeypatch.setattr(module, "MAX_PAUSE_SECONDS", 0.04)
    ended, begun = asyncio.Event(), 0

    async def task() -> None:
        nonlocal begun
        begun += 1
        if begun == 5:
            monkeypatch.setattr(module, "MIN_STABLE_SECONDS", 0.0)
        if begun == 6:
            ended.set()
            return
        raise ValueError

    await asyncio.wait_for(background.keep(task, "one"), 5)
    assert ended.is_set()
    assert pauses == [0.01, 0.02, 0.04, 0.04, 0.01]
    assert background.failing == []


async def test_finished_task_is_not_restarted(background: Background) -> None:
    begun = []

    async def task() -> None:
        begun.append(1)

    await asyncio.wait_for(background.keep(task, "once"), 5)
    await asyncio.sleep(0.05)
    assert begun == [1]


async def test_close_cancels_the_tasks(background: Background) -> None:
    async def failing() -> None:
        raise ValueError

    kept = [background.keep(failing, "fails"), background.keep(asyncio.Event().wait, "waits")]  # type: ignore[arg-type]
    await until(background, ["fails"])
    await asyncio.wait_for(background.close(), 5)
    assert all(task.cancelled() for task in kept)
