"""A page that was loaded again asks for its place in its call, over the core's plan request."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from linkus.call.live.calls import Calls
from tests.call.core import CALLEE, CALLER, ask, dial, registered, say
from tests.support.api import Server

NEW = "PJSIP/edge-00000003"
RETRY = {"action": "reject", "cause": "42"}


@pytest_asyncio.fixture(loop_scope="session")
async def talking(server: Server, extension: object, callee: object, calls: Calls) -> Calls:
    calls.keeping.read_from(calls.tracker)
    with registered(server, "1002.web"):
        await ask(server)
    at = datetime.now(UTC)
    dial(calls, at)
    say(calls, at, "DialEnd", Channel=CALLER, DestChannel=CALLEE, DialStatus="ANSWER")
    return calls


async def rejoin(server: Server, asked: str, call_id: str = "call-1") -> dict[str, str]:
    plan = await ask(server, f"rejoin.{call_id}", call="call-2", channel=NEW, asked=asked)
    plan.pop("journal", None)
    return plan


@pytest.mark.parametrize("asked", ["", "soon", "1.2.3", "now", "later"])
async def test_new_leg_takes_the_place_of_the_old_one(server: Server, talking: Calls, asked: str) -> None:
    times = {"now": f"{time.time():.3f}", "later": str(int(time.time()) + 100)}
    assert (await rejoin(server, times.get(asked, asked)))["action"] == "rejoin"
    [call] = talking.tracker.calls()
    assert call.sides == (NEW, CALLEE)


async def test_call_stays_as_it_is_when_the_core_no_longer_waits_for_the_plan(server: Server, talking: Calls) -> None:
    """The new leg would be dropped, and the call would end with it."""
    assert await rejoin(server, f"{time.time() - 1.1:.3f}") == RETRY
    [call] = talking.tracker.calls()
    assert call.sides == (CALLER, CALLEE)
    assert (await rejoin(server, f"{time.time():.3f}"))["action"] == "rejoin"
    assert call.sides == (NEW, CALLEE)


async def test_page_waits_while_another_takes_its_place(server: Server, talking: Calls) -> None:
    async with talking.keeping.turn(CALLEE):
        assert await rejoin(server, "") == RETRY
    assert (await rejoin(server, ""))["action"] == "rejoin"


async def test_unknown_call_is_refused(server: Server, talking: Calls) -> None:
    assert await rejoin(server, "", "call-9") == {"action": "reject", "cause": "1"}
    [call] = talking.tracker.calls()
    assert call.sides == (CALLER, CALLEE)
