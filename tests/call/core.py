"""Speaks to the server as the core does: asks for plans, and reports what happens to the legs."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from linkus.call.live.calls import Calls
from linkus.call.live.core_events import apply
from linkus.call.records.tasks import keep_writing_records
from linkus.engine.core_events import parse_event
from linkus.presence.registry import Contact
from tests.support.api import Server

URL = "/internal/calls/plan"
CALLER, CALLEE = "PJSIP/edge-00000001", "PJSIP/edge-00000002"


@contextlib.contextmanager
def registered(server: Server, *aors: str) -> Any:
    registry = server.services.presence.registry
    for aor in aors:
        registry.registered(aor, Contact(f"sip:{aor}@192.0.2.1"))
    try:
        yield
    finally:
        for aor in aors:
            registry.unregistered(aor, f"sip:{aor}@192.0.2.1")


async def ask(server: Server, to: str = "1002", **values: str) -> dict[str, str]:
    asked = {"call": "call-1", "from": "1001", "kind": "web", "to": to, "channel": CALLER, "linkedid": "1.1", **values}
    answer = await server.browser().get(URL, params=asked, headers={"X-Linkus-Key": server.services.internal_key})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    return dict(parse_qsl(answer.text, strict_parsing=True))


def say(calls: Calls, at: datetime, event: str, **fields: str) -> None:
    """Pass in an event as the core's manager interface writes it."""
    parsed = parse_event({"Event": event, **fields})
    assert parsed is not None
    calls.take(apply(calls, parsed, at))


def dial(calls: Calls, at: datetime, kind: str = "web") -> None:
    both = {"Channel": CALLER, "Uniqueid": "1.1", "Linkedid": "1.1", "DestChannel": CALLEE, "DestLinkedid": "1.1"}
    say(calls, at, "DialBegin", **both, DialString=f"edge/sip:1002.{kind}@127.0.0.1:5070")


def hang_up(calls: Calls, at: datetime, cause: int = 16) -> None:
    for channel in (CALLEE, CALLER):
        say(calls, at, "Hangup", Channel=channel, Cause=str(cause))


@contextlib.asynccontextmanager
async def records_written(server: Server) -> AsyncIterator[None]:
    """Run the task that writes records until it has nothing to write."""
    task = asyncio.create_task(keep_writing_records(server.services))
    try:
        yield
        async with asyncio.timeout(10):
            await server.services.calls.ended.join()
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
