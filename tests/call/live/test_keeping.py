"""Keeping a call for a lost client, without a core: checks the requests to the core."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from linkus.call.call_state import Call, Change, Leg
from linkus.call.live import keeping
from linkus.call.live.keeping import Keeping
from linkus.call.live.tracker import Tracker

AT = datetime(2026, 11, 29, tzinfo=UTC)


class FakeCore:
    def __init__(self) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.packets: dict[str, int | None] = {}
        self.flowing: set[str] = set()

    async def received(self, leg: str) -> int | None:
        count = self.packets.get(leg, 0)
        if leg in self.flowing and count is not None:
            self.packets[leg] = count + 35
        return count

    async def part(self, gone: str, other: str) -> None:
        self.asked.append(("part", gone, other))

    async def move(self, leg: str, context: str) -> None:
        self.asked.append(("move", leg, context))

    async def join(self, leg: str, other: str) -> None:
        self.asked.append(("join", leg, other))

    async def end(self, leg: str) -> None:
        self.asked.append(("end", leg))


class World:
    def __init__(self) -> None:
        self.tracker, self.core = Tracker(), FakeCore()
        self.changes: list[Change] = []
        self.keeping = Keeping(self.tracker, self.changes.extend)
        self.keeping.core = self.core

    def talk(self) -> None:
        self.tracker.planned(Call("id", "A", "1001", "1002", AT, from_kind="web"))
        self.tracker.dial_begins(Leg("A", "g", up=False), Leg("B", "g", up=False, number="1002", kind="web"), AT)
        self.tracker.dial_ends("B", "ANSWER", AT)

    async def follow(self, leg: str, seconds: float, is_back: bool = False) -> None:
        task = asyncio.create_task(self.keeping.follow(lambda: self.legs(leg), lambda: is_back))
        await asyncio.sleep(seconds)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)

    def legs(self, leg: str) -> list[str]:
        return [leg] if ("end", leg) not in self.core.asked else []


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    for name, seconds in (("GRACE", 0.01), ("POLL", 0.01), ("KEEP", 0.15), ("GONE", 0.15)):
        monkeypatch.setattr(keeping, f"{name}_SECONDS", seconds)
    return World()


async def test_call_of_a_silent_client_is_kept_then_ended(world: World) -> None:
    world.talk()
    await world.follow("A", 0.5)
    assert world.core.asked == [("part", "A", "B"), ("end", "A")]


async def test_call_is_left_alone_while_the_client_is_heard(world: World) -> None:
    world.talk()
    world.core.flowing = {"A"}
    await world.follow("A", 0.4)
    assert world.core.asked == []


async def test_call_is_left_alone_when_the_core_does_not_answer(world: World) -> None:
    world.talk()
    world.core.packets["A"] = None
    await world.follow("A", 0.4)
    assert world.core.asked == []


async def test_call_without_another_side_ends_after_a_while(world: World) -> None:
    world.tracker.planned(Call("id", "A", "1001", "*43", AT, from_kind="web", action="echo"))
    await world.follow("A", 0.4)
    assert world.core.asked == [("end", "A")]
    assert not await world.keeping.keep("A")


async def test_client_gets_its_leg_again_when_it_is_back(world: World) -> None:
    world.talk()
    assert await world.keeping.keep("A")
    await world.follow("A", 0.1, is_back=True)
    assert world.core.asked == [("part", "A", "B"), ("join", "A", "B")]
    assert not world.keeping.is_gone("A")


async def test_call_is_kept_without_a_request_when_the_client_holds_the_other_side(world: World) -> None:
    """The other side already hears music."""
    world.talk()
    world.tracker.holds("A", True)
    await world.keeping.keep("A")
    assert world.core.asked == []
    assert world.keeping.is_gone("A")
    assert await world.keeping.make_way("A") == "B"
    assert world.core.asked == [("part", "A", "B")]


async def test_two_clients_wait_for_each_other_when_both_are_gone(world: World) -> None:
    world.talk()
    await world.keeping.keep("A")
    await world.keeping.keep("B")
    assert await world.keeping.make_way("A") == ""
    world.tracker.replace_leg("A", "C", "new")
    world.keeping.took_place("A", "C", "")
    assert await world.keeping.make_way("B") == "C"
    await asyncio.sleep(0)
    assert world.core.asked == [("part", "A", "B"), ("move", "B", "absent"), ("end", "A")]


async def test_waiting_leg_ends_with_the_call(world: World) -> None:
    world.talk()
    await world.keeping.keep("A")
    [ended] = world.tracker.hung_up("A", 16, AT)
    world.keeping.ended(ended.call)
    await asyncio.sleep(0)
    assert ("end", "B") in world.core.asked
    assert not world.keeping.is_gone("A")


def test_new_leg_takes_the_side_of_the_old_one(world: World) -> None:
    world.talk()
    for old, new, side in (("A", "C", "caller_channel"), ("B", "D", "answered_channel")):
        [change] = world.tracker.replace_leg(old, new, f"id of {new}")
        assert getattr(change.call, side) == new
        assert world.tracker.hung_up(old, 16, AT) == []
        assert world.tracker.own_id(new) == f"id of {new}"
    assert world.tracker.leg_of("1001", "web", "id of C") == "C"
    [ended] = world.tracker.hung_up("D", 16, AT)
    assert ended.ended is not None
    assert world.tracker.calls() == []
