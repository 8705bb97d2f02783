"""Measures the memory of each component, and its remaining state of calls that are over."""

from __future__ import annotations

import asyncio
import contextlib

import psutil

from tests.calls.engine import PARTS, Engine


async def measure(engine: Engine) -> dict[str, float]:
    """Return megabytes: each part's share of the machine's memory, and the used part of Kamailio's pools."""
    found: dict[str, float] = {}
    for part in PARTS:
        pid = engine.status.part(part).pid
        assert pid is not None
        total = 0
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += process.memory_full_info().pss
        found[part] = total / 1e6
    return found | await measure_pools(engine)


async def measure_pools(engine: Engine) -> dict[str, float]:
    """Return the megabytes in use of Kamailio's shared memory, and of its processes' own pools."""
    shared = await engine.edge.ask("core.shmmem")
    private = await engine.edge.ask("pkg.stats")
    return {"kamailio shm": shared["used"] / 1e6, "kamailio pkg": sum(each["used"] for each in private) / 1e6}


def growth(before: dict[str, float], after: dict[str, float], allowed: float) -> dict[str, tuple[float, float]]:
    """Return the values that have grown by more than the factor `allowed`, before and after."""
    return {name: (before[name], after[name]) for name in before if after[name] > before[name] * allowed}


async def wait_settled(
    engine: Engine, before: dict[str, float], allowed: float, seconds: float
) -> dict[str, tuple[float, float]]:
    """Wait until memory is as before, while timers run out (RFC 3261 17: 32 s; in the relay, its timeouts)."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while grown := growth(before, await measure(engine), allowed):
        if loop.time() > end:
            break
        await asyncio.sleep(2)
    return grown
