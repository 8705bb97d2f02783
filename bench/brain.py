"""Measures the brain: memory, start time, and the time to plan a call."""

import asyncio
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx

from bench.figures import Figure, percentile
from bench.instance import HOST, Instance
from bench.phones import Phone
from bench.processes import pss_mb
from linkus.kit.settings import BRAIN_PORT

MEMORY_LIMIT_MB = 200
START_LIMIT_S = 5
QUESTIONS, CONCURRENT_CALLERS = 1000, 4
ROUTES = 100
TRIVIAL_PORT = 8099


def idle_memory(instance: Instance) -> Iterator[Figure]:
    time.sleep(2)  # the memory of the start is released
    yield Figure("brain_idle_memory", pss_mb(instance.pids()["linkus"]), "MB", "limit", MEMORY_LIMIT_MB)


def second_start(instance: Instance) -> Iterator[Figure]:
    instance.stop()
    yield Figure("second_start_to_ready", instance.start(), "s", "limit", START_LIMIT_S)


def plan(instance: Instance, phones: list[Phone]) -> Iterator[Figure]:
    """Measure the core's plan request for two existing extensions, against a route that only answers."""
    key = (instance.home / "keys" / "internal").read_text().strip()
    facts = {"from": phones[0].number, "kind": "phone", "to": phones[1].number}
    url = f"http://{HOST}:{BRAIN_PORT}/internal/calls/plan"
    mine = asyncio.run(_ask(url, key, facts))
    inbound, page = _furnish(instance, phones)
    from_outside = asyncio.run(_ask(url, key, inbound))
    paged = asyncio.run(_ask(url, key, {**facts, "to": page}))
    with TrivialServer() as trivial:
        theirs = percentile(asyncio.run(_ask(trivial, key, facts)), 0.95)
    yield Figure("plan_p95", percentile(mine, 0.95), "ms", "trivial_fastapi_route", theirs)
    yield Figure("plan_p95_inbound", percentile(from_outside, 0.95), "ms", "trivial_fastapi_route", theirs)
    yield Figure("plan_p95_page_50", percentile(paged, 0.95), "ms", "trivial_fastapi_route", theirs)


def _furnish(instance: Instance, phones: list[Phone]) -> tuple[dict[str, str], str]:
    """Create 100 routes and a group of 50. Return a request that matches the last route, and the group's number."""
    portal = instance.http
    found = portal.post("/admin/extensions/find", json={"numbers": [phone.number for phone in phones[:52]]})
    ids = [item["id"] for item in found.raise_for_status().json()["found"]]
    trunk = {"name": "bench", "kind": "peer", "host": "192.0.2.1"}
    trunk_id = portal.post("/admin/trunks", json=trunk).raise_for_status().json()["id"]
    for place in range(ROUTES):
        route = {
            "name": f"bench {place}", "trunk_id": trunk_id, "did_number": f"+8621555{place:05}",
            "destination": "extension", "extension_id": ids[1],
        }  # fmt: skip
        portal.post("/admin/inbound-routes", json=route).raise_for_status()
    group = {"number": "6900", "name": "bench", "mode": "one_way", "callers": "all", "member_ids": ids[2:52]}
    portal.post("/admin/paging-groups", json=group).raise_for_status()
    dialled = f"+8621555{ROUTES - 1:05}"
    return {"from": "+8613800138000", "kind": "trunk", "to": dialled, "trunk": str(trunk_id)}, "6900"


async def _ask(url: str, key: str, facts: dict[str, str]) -> list[float]:
    times: list[float] = []

    async def caller(client: httpx.AsyncClient) -> None:
        for _ in range(QUESTIONS // CONCURRENT_CALLERS):
            call = secrets.token_hex(16)
            begun = time.perf_counter()
            question = {**facts, "call": call, "channel": f"PJSIP/edge-{call[:8]}", "linkedid": call}
            answer = await client.get(url, params=question, headers={"X-Linkus-Key": key})
            times.append((time.perf_counter() - begun) * 1000)
            answer.raise_for_status()

    async with httpx.AsyncClient() as client:
        await asyncio.gather(*(caller(client) for _ in range(CONCURRENT_CALLERS)))
    return times[QUESTIONS // 10 :]  # the first ones are slower, because nothing is cached


class TrivialServer:
    def __enter__(self) -> str:
        self._process = subprocess.Popen(
            [
                sys.executable, "-m", "uvicorn", "bench.trivial:app", "--host", HOST, "--port", str(TRIVIAL_PORT),
                "--http", "httptools", "--loop", "uvloop", "--no-access-log", "--log-level", "warning",
            ],
            cwd=Path(__file__).resolve().parents[1],
        )  # fmt: skip
        url = f"http://{HOST}:{TRIVIAL_PORT}/"
        for _ in range(200):
            try:
                httpx.get(url)
            except httpx.TransportError:
                time.sleep(0.05)
            else:
                return url
        raise RuntimeError("the trivial server did not start")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait()
