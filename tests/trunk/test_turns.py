"""Trunk transitions reach the event log: all of them, in order, even if the database was down for a moment."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from linkus.event.service import record
from linkus.trunk import turns
from linkus.trunk.schemas import TrunkState, TrunkStatus
from linkus.trunk.status import Turn
from tests.support.api import Server


async def test_a_database_that_is_away_loses_no_outage(
    server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    trunk = {"name": "电信", "kind": "peer", "host": "192.0.2.9", "codecs": ["pcma"]}
    made = (await admin.post("/api/v1/admin/trunks", json=trunk)).json()
    told, failures = turns.Turns(server.services), 2

    async def sometimes(*args: Any) -> Any:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return await record(*args)

    monkeypatch.setattr("linkus.trunk.turns.record", sometimes)
    monkeypatch.setattr(turns, "RETRY_SECONDS", 0.01)
    told.tell(made["id"], Turn.FAILED, TrunkStatus(state=TrunkState.FAILED, code=403, reason="Forbidden"))
    told.tell(9999, Turn.FAILED, TrunkStatus(state=TrunkState.FAILED))  # deleted meanwhile
    told.tell(made["id"], Turn.RECOVERED, TrunkStatus(state=TrunkState.REGISTERED))
    task = asyncio.create_task(told.write_forever())
    try:
        await asyncio.wait_for(told.all_written(), 10)
    finally:
        task.cancel()
    events = (await admin.get("/api/v1/admin/events")).json()["items"]
    assert [event["kind"] for event in reversed(events)] == ["trunk_failed", "trunk_recovered"]
    assert "403 Forbidden" in events[1]["text"]
