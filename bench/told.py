"""Measures how quickly the edge learns of new phones after their extensions were created."""

import time
from collections.abc import Iterator

import httpx

from bench.figures import Figure
from bench.instance import HOST, Instance
from bench.phones import edge_key
from bench.processes import cpu_ms
from linkus.kit.settings import EDGE_RPC_PORT

COUNT, FIRST_NUMBER = 2000, 60001
ASKED = 500
TIMEOUT_SECONDS = 120


def phones_told(instance: Instance) -> Iterator[Figure]:
    bulk = {"from_number": str(FIRST_NUMBER), "count": COUNT, "first_name_pattern": "Told {number}"}
    pid = instance.pids()["linkus"]
    with httpx.Client(base_url=f"http://{HOST}:{EDGE_RPC_PORT}", headers=edge_key(instance)) as edge:
        known = _known(edge)
        instance.http.post("/admin/extensions/bulk", json=bulk, timeout=60).raise_for_status()
        begun, used = time.monotonic(), cpu_ms(pid)
        told_before = _known(edge) - known
        while _known(edge) - known < COUNT:
            if time.monotonic() - begun > TIMEOUT_SECONDS:
                raise RuntimeError(
                    f"the edge was told of {_known(edge) - known} of {COUNT} phones in {TIMEOUT_SECONDS} s"
                )
            time.sleep(0.05)
        seconds, used = time.monotonic() - begun, cpu_ms(pid) - used
        yield Figure("phones_told", (COUNT - told_before) / seconds, "per_s", "one_rpc_each", _one_each(edge))
        yield Figure("phones_told_cpu_brain", used / COUNT, "ms_per_phone", "limit", 2)


def _ask(edge: httpx.Client, method: str, *params: str) -> httpx.Response:
    return edge.post("/RPC", json={"jsonrpc": "2.0", "id": 1, "method": method, "params": list(params)})


def _known(edge: httpx.Client) -> int:
    tables = _ask(edge, "htable.stats").raise_for_status().json()["result"]
    return next(int(table["all"]) for table in tables if table["name"] == "phones")


def _one_each(edge: httpx.Client) -> float:
    """Return requests per second, sent one after the other over one connection by a program that does nothing else."""
    begun = time.monotonic()
    for number in range(FIRST_NUMBER, FIRST_NUMBER + ASKED):
        _ask(edge, "htable.get", "phones", f"{number}.phone").raise_for_status()
    return ASKED / (time.monotonic() - begun)
