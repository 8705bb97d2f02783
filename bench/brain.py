"""The brain by itself: memory, start, and how quickly it says what is to be done with a call."""

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
QUESTIONS, AT_ONCE = 1000, 4
TRIVIAL_PORT = 8099


def idle_memory(instance: Instance) -> Iterator[Figure]:
    time.sleep(2)  # what the start left behind is given back
    yield Figure("brain_idle_memory", pss_mb(instance.pids()["linkus"]), "MB", "limit", MEMORY_LIMIT_MB)


def second_start(instance: Instance) -> Iterator[Figure]:
    instance.stop()
    yield Figure("second_start_to_ready", instance.start(), "s", "limit", START_LIMIT_S)


def plan(instance: Instance, phones: list[Phone]) -> Iterator[Figure]:
    """The core's question for two existing extensions, beside a route that only answers."""
    key = (instance.home / "keys" / "internal").read_text().strip()
    facts = {"from": phones[0].number, "kind": "phone", "to": phones[1].number}
    url = f"http://{HOST}:{BRAIN_PORT}/internal/calls/plan"
    mine = asyncio.run(_ask(url, key, facts))
    with TrivialServer() as trivial:
        theirs = asyncio.run(_ask(trivial, key, facts))
    yield Figure("plan_p95", percentile(mine, 0.95), "ms", "trivial_fastapi_route", percentile(theirs, 0.95))


async def _ask(url: str, key: str, facts: dict[str, str]) -> list[float]:
    times: list[float] = []

    async def caller(client: httpx.AsyncClient) -> None:
        for _ in range(QUESTIONS // AT_ONCE):
            call = secrets.token_hex(16)
            begun = time.perf_counter()
            question = {**facts, "call": call, "channel": f"PJSIP/edge-{call[:8]}", "linkedid": call}
            answer = await client.get(url, params=question, headers={"X-Linkus-Key": key})
            times.append((time.perf_counter() - begun) * 1000)
            answer.raise_for_status()

    async with httpx.AsyncClient() as client:
        await asyncio.gather(*(caller(client) for _ in range(AT_ONCE)))
    return times[QUESTIONS // 10 :]  # the first are slower: nothing is warm


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
