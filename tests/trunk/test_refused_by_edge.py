"""A trunk that the edge refuses fails alone: the edge has nothing of it, and every other trunk."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import httpx
import pytest

from linkus.engine.edge_events import Started
from linkus.engine.kamailio import Edge
from linkus.trunk.schemas import REFUSED_BY_EDGE, TrunkState
from linkus.trunk.tasks import EdgeTrunkMonitor
from tests.support.api import Server
from tests.trunk.fake_monitor import URL

REFUSED_HOST = "192.0.2.66"
TIMEOUT_SECONDS = 10


class RefusingEdge:
    """Holds hash tables as Kamailio does, and refuses whatever names one provider's address."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[str, str]] = {}
        self.is_refusing = True

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(transport=httpx.MockTransport(self._handle))

    def _handle(self, request: httpx.Request) -> httpx.Response:
        question = json.loads(request.content)
        method, parameters = question["method"], question["params"]
        if self.is_refusing and method == "htable.sets" and REFUSED_HOST in parameters:
            error = {"code": 500, "message": "Internal Error"}
            return httpx.Response(500, json={"jsonrpc": "2.0", "error": error, "id": question["id"]})
        return httpx.Response(
            200, json={"jsonrpc": "2.0", "result": self._do(method, parameters), "id": question["id"]}
        )

    def _do(self, method: str, parameters: list[Any]) -> Any:
        if method == "htable.dump":
            entries = self.tables.get(parameters[0], {}).items()
            return [{"slot": [{"name": key, "value": value}]} for key, value in entries]
        if method == "htable.sets":
            table, key, value = parameters
            self.tables.setdefault(table, {})[key] = value
        if method == "htable.delete":
            self.tables.get(parameters[0], {}).pop(parameters[1], None)
        return [] if method == "uac.reg_dump" else None

    @property
    def trunks(self) -> set[int]:
        return {int(key) for key in self.tables.get("trunks", {})}


@pytest.fixture
def edge(monkeypatch: pytest.MonkeyPatch) -> RefusingEdge:
    refusing = RefusingEdge()
    monkeypatch.setattr(Edge, "at", lambda *_: Edge("http://edge", lambda: "key", refusing.client()))
    return refusing


async def add_trunk(admin: httpx.AsyncClient, name: str, host: str) -> int:
    answer = await admin.post(URL, json={"name": name, "kind": "peer", "host": host, "codecs": ["pcma"]})
    assert answer.status_code == 201, answer.text
    return int(answer.json()["id"])


async def test_a_refused_trunk_fails_alone_when_all_are_written(
    server: Server, admin: httpx.AsyncClient, edge: RefusingEdge
) -> None:
    before = await add_trunk(admin, "before", "192.0.2.1")
    refused = await add_trunk(admin, "refused", REFUSED_HOST)
    after = await add_trunk(admin, "after", "192.0.2.2")
    monitor = EdgeTrunkMonitor(server.services)
    monitor.receive(Started(event="started", instance="1"))
    async with asyncio.timeout(TIMEOUT_SECONDS):
        while "trunks" not in edge.tables.get("complete", {}):
            await asyncio.sleep(0.01)
    assert edge.trunks == {before, after}
    assert edge.tables["trunkaddress"] == {"192.0.2.1": str(before), "192.0.2.2": str(after)}
    status = monitor.status(refused)
    assert (status.state, status.reason) == (TrunkState.FAILED, REFUSED_BY_EDGE)
    assert monitor.status(before).state is TrunkState.UNKNOWN


async def test_a_refused_trunk_is_reported_and_recovers_when_the_edge_takes_it(
    server: Server, admin: httpx.AsyncClient, edge: RefusingEdge
) -> None:
    refused = await add_trunk(admin, "refused", REFUSED_HOST)
    monitor = EdgeTrunkMonitor(server.services)
    writing = asyncio.create_task(monitor.transitions.write_forever())
    try:
        await monitor.sync.write_changed({"trunk_id": refused})
        async with asyncio.timeout(TIMEOUT_SECONDS):
            await monitor.transitions.wait_until_written()
    finally:
        writing.cancel()
    assert edge.trunks == set()
    assert (await monitor.test(refused)).reason == REFUSED_BY_EDGE
    (event,) = (await admin.get("/api/v1/admin/events")).json()["items"]
    assert event["kind"] == "trunk_failed"
    edge.is_refusing = False
    await monitor.sync.write_changed({"trunk_id": refused})
    assert edge.trunks == {refused}
    assert monitor.status(refused).state is TrunkState.UNKNOWN
