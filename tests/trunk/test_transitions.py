"""Trunk transitions reach the event log: all of them, in order, even if the database was down for a moment."""

from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest
from sqlalchemy.exc import OperationalError

from linkus.trunk import transitions
from linkus.trunk.schemas import TrunkState, TrunkStatus
from linkus.trunk.status_registry import Transition
from tests.support.api import Server


async def test_transitions_are_written_in_order_when_the_database_was_away(
    server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    trunk = {"name": "电信", "kind": "peer", "host": "192.0.2.9", "codecs": ["pcma"]}
    made = (await admin.post("/api/v1/admin/trunks", json=trunk)).json()
    writer, failures = transitions.TrunkTransitions(server.services), 2
    recorded = transitions.record_event

    async def sometimes(*args: Any) -> Any:
        nonlocal failures
        failures -= 1
        if failures >= 0:
            raise OperationalError("INSERT", {}, Exception("database is locked"))
        return await recorded(*args)

    monkeypatch.setattr("linkus.trunk.transitions.record_event", sometimes)
    monkeypatch.setattr(transitions, "RETRY_DELAY_SECONDS", 0.01)
    writer.enqueue(made["id"], Transition.FAILED, TrunkStatus(state=TrunkState.FAILED, code=403, reason="Forbidden"))
    writer.enqueue(9999, Transition.FAILED, TrunkStatus(state=TrunkState.FAILED))  # deleted meanwhile
    writer.enqueue(made["id"], Transition.RECOVERED, TrunkStatus(state=TrunkState.REGISTERED))
    task = asyncio.create_task(writer.write_forever())
    try:
        await asyncio.wait_for(writer.wait_until_written(), 10)
    finally:
        task.cancel()
    events = (await admin.get("/api/v1/admin/events")).json()["items"]
    assert [event["kind"] for event in reversed(events)] == ["trunk_failed", "trunk_recovered"]
    assert "403 Forbidden" in events[1]["text"]
