"""Measures the memory of each component, and its remaining state of calls that are over."""

from __future__ import annotations

import asyncio
import contextlib

import psutil

from tests.calls.engine import PARTS, Engine


async def measure(engine: Engine) -> dict[str, float]:
    """Return megabytes: the memory that each part alone has written to, and the used part of Kamailio's pools.

    Pages of files, such as libraries, do not count: they are private or shared as other engines on this machine come
    and go, which moves the sum by 20 MB.
    """
    found: dict[str, float] = {}
    for part in PARTS:
        pid = engine.status.part(part).pid
        assert pid is not None
        total = 0
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                total += sum(
                    each.private_dirty + each.swap
                    for each in process.memory_maps(grouped=False)
                    if each.perms.endswith("p")  # not the shared pool, whose used part is measured on its own
                )
        found[part] = total / 1e6
    return found | await measure_pools(engine)


async def count_leftovers(engine: Engine) -> dict[str, int]:
    """Return what the edge and the relay still know of connections and calls: these explain a part's memory."""
    websockets = await engine.edge.ask("ws.dump")
    tables = {table["name"]: table["all"] for table in await engine.edge.ask("htable.stats")}
    return {
        "calls with an offer": tables["relayed"],
        "sides with agreed media": tables["agreed"],
        "websockets": len(websockets["connections"]),
        "tcp connections": len(await engine.edge.ask("core.tcp_list")),
        "relayed calls": len(await engine.relayed_calls()),
        "dialogs": (await engine.edge.ask("dlg.stats_active"))["all"],
    }


async def measure_pools(engine: Engine) -> dict[str, float]:
    """Return the megabytes in use of Kamailio's shared memory, and of its processes' own pools."""
    shared = await engine.edge.ask("core.shmmem")
    private = await engine.edge.ask("pkg.stats")
    return {"kamailio shm": shared["used"] / 1e6, "kamailio pkg": sum(each["used"] for each in private) / 1e6}


async def forget_sources(engine: Engine) -> None:
    """Empty the edge's table of the sources that have sent a valid credential: it keeps each for an hour."""
    await engine.edge.ask("htable.flush", "known")


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
