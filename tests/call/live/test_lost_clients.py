"""Clients that vanish: whose calls are followed, and when their client counts as back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

import pytest

from linkus.call.call_state import Call
from linkus.call.live import lost_clients
from linkus.call.live.lost_clients import LostClients
from linkus.call.live.tracker import Tracker
from linkus.kit.clock import now
from linkus.presence.registry import Contact
from tests.support.api import Server

AOR, LEG, OWNER = "1001.web", "PJSIP/edge-1", "a@x.invalid"
OWN, OTHER = Contact("sip:a@x.invalid;transport=ws"), Contact("sip:b@x.invalid;transport=ws")


class Scene:
    """1001 talks in the browser OWNER, which then vanishes."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.registry, calls = server.services.presence.registry, server.services.calls
        self.followed: list[tuple[Callable[[], Iterable[str]], Callable[[], bool]]] = []
        self.ends = asyncio.Event()  # the end of following
        monkeypatch.setattr(calls, "tracker", Tracker())
        monkeypatch.setattr(calls.keeping, "follow", self.follow)
        calls.planned(Call("id", LEG, "1001", "*43", now(), from_kind="web", action="echo"))
        calls.leg_owners.note("id", AOR, f"sip:{OWNER};ob")
        self.lost_clients = LostClients(server.services)

    async def follow(self, legs: Callable[[], Iterable[str]], is_back: Callable[[], bool]) -> None:
        self.followed.append((legs, is_back))
        await self.ends.wait()

    async def count(self) -> int:
        await asyncio.sleep(0.02)  # the tasks have begun
        return len(self.followed)


@pytest.fixture
def scene(server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterable[Scene]:
    made = Scene(server, monkeypatch)
    yield made
    made.ends.set()
    made.registry.forget(AOR)


async def test_client_is_back_when_the_same_browser_registers_again(scene: Scene) -> None:
    scene.lost_clients.connection_closed(AOR, OWNER)
    assert await scene.count() == 1
    [(legs, is_back)] = scene.followed
    assert (list(legs()), is_back()) == ([LEG], False)
    scene.registry.registered(AOR, OTHER)  # a reloaded page is another browser
    assert (list(legs()), is_back()) == ([LEG], False)
    scene.registry.registered(AOR, OWN)
    assert (list(legs()), is_back()) == ([LEG], True)


async def test_call_of_another_browser_is_not_followed(scene: Scene) -> None:
    scene.registry.registered(AOR, OWN)
    scene.lost_clients.connection_closed(AOR, "b@x.invalid")
    assert await scene.count() == 1
    assert list(scene.followed[0][0]()) == []


async def test_silent_client_is_followed_once_when_the_edge_repeats_it(scene: Scene) -> None:
    for owner in (OWNER, OWNER, None):
        scene.lost_clients.connection_silent(AOR, owner)
        assert await scene.count() == 1


async def test_missing_client_is_followed_when_it_does_not_register(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No event reported it: the control server was away when the client vanished."""
    monkeypatch.setattr(lost_clients, "MISSING_SECONDS", 0.1)
    scene.lost_clients.registrations_read()
    assert await scene.count() == 0
    scene.registry.registered(AOR, OWN)
    await asyncio.sleep(0.15)
    scene.lost_clients.registrations_read()
    assert await scene.count() == 0
    scene.registry.forget(AOR)
    scene.lost_clients.registrations_read()
    await asyncio.sleep(0.15)
    scene.lost_clients.registrations_read()
    assert await scene.count() == 1
