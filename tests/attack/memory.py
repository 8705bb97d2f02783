"""Measures the memory of each component, and its remaining state of calls that are over."""

from __future__ import annotations

import asyncio
import contextlib

import psutil

from tests.calls.engine import PARTS, Engine

# rtpengine takes memory for streams and packets from shards of 16 MB, each in a mapping of twice the size. It fills a
# shard to its end before it uses one again whose calls are over (its lib/bufferpool.c), so that each is written to for
# the first time over hours. Not their bytes count but their number, and two pools may alternate between two shards.
SHARD_MAPPING_BYTES = 32 * 1024 * 1024
SHARDS = "rtpengine shards"
MAX_NEW_SHARDS = 2
# Each of Kamailio's processes has a pool of 16 MB, of which the used part is measured on its own: how much of it was
# ever written to grows for hours.
POOL_BYTES = range(16 * 1024 * 1024, 17 * 1024 * 1024)
# A page that Kamailio's processes share since they were forked counts once for each of them, so that it makes no
# difference which process writes to it first. That triples the sum, and a leak is looked for in a third of the growth.
FORKED = {"kamailio": 3}


async def measure(engine: Engine) -> dict[str, float]:
    """Return megabytes: the memory that each part has written to, or shares with the process that forked it, and the
    used part of Kamailio's pools. The relay's shards are a number.

    Pages of files, such as libraries, do not count: they are private or shared as other engines on this machine come
    and go, which moves the sum by 20 MB.
    """
    found: dict[str, float] = {SHARDS: 0}
    for part in PARTS:
        pid = engine.status.part(part).pid
        assert pid is not None
        total = 0
        for process in (psutil.Process(pid), *psutil.Process(pid).children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                for mapping in process.memory_maps(grouped=False):
                    if part == "rtpengine" and _holds_shards(mapping.path, mapping.perms, mapping.size):
                        found[SHARDS] += mapping.size // SHARD_MAPPING_BYTES
                    elif mapping.perms.endswith("p") and not (part == "kamailio" and mapping.size in POOL_BYTES):
                        total += mapping.anonymous + mapping.swap  # without the shared pool, which is measured as well
        found[part] = total / 1e6
    return found | await measure_pools(engine)


def _holds_shards(path: str, permissions: str, size: int) -> bool:
    return path == "[anon]" and permissions == "rw-p" and size >= SHARD_MAPPING_BYTES


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
    limits = {name: value * (1 + (allowed - 1) / FORKED.get(name, 1)) for name, value in before.items()}
    if SHARDS in limits:
        limits[SHARDS] = before[SHARDS] + MAX_NEW_SHARDS
    return {name: (before[name], after[name]) for name, limit in limits.items() if after[name] > limit}


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
