"""Switching Linkus off, or the end of a session, ends registrations at once, and a call after some seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from linkus.call.call_state import Call
from linkus.call.live.calls import Calls
from linkus.call.live.deregistered_clients import DeregisteredClients
from linkus.call.live.leg_owners import LegOwners
from linkus.call.live.tracker import Tracker
from linkus.engine.kamailio import CREDENTIAL_SECONDS, Registration, SessionRegistrations
from linkus.kit.clock import now
from linkus.kit.outbox import RetryLater
from linkus.presence.deregistration import Deregistration
from linkus.shared.models.extension import Extension
from tests.support.api import Server

NOTICE_SECONDS = 10


class Edge:
    """An edge that does what it is told, and remembers it."""

    def __init__(self) -> None:
        self.deregistered: list[tuple[str, bool]] = []
        self.revoked: dict[str, int] = {}  # by name, until when
        self.of_session = SessionRegistrations((), 0)

    async def deregister(self, aor: str, at: int, *, keep_connections: bool = False) -> None:
        self.deregistered.append((aor, keep_connections))
        self.revoked[aor] = at + CREDENTIAL_SECONDS

    async def revoke(self, aor: str, until: int) -> None:
        self.revoked[aor] = until

    async def deregister_session(self, aor: str, session_id: int) -> SessionRegistrations:
        assert f"{aor}:{session_id}" in self.revoked, "it would register again"
        return self.of_session


class Scene:
    """1001 speaks in the web client. Linkus is switched off, and the row of that is worked off some time later."""

    def __init__(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
        self.server, self.edge = server, Edge()
        presence = server.services.presence
        self.deregistration = Deregistration(server.database, presence, self.edge)  # type: ignore[arg-type]  # a fake
        self.end_calls = DeregisteredClients(server.services).end_calls
        self.hung_up: list[str] = []
        self.calls: Calls = server.services.calls
        values = {"tracker": Tracker(), "leg_owners": LegOwners(), "end_channel": self.hang_up, "in_step": True}
        for name, value in values.items():
            monkeypatch.setattr(self.calls, name, value)
        self.calls.planned(Call("id", "PJSIP/edge-1", "1001", "*43", now(), from_kind="web", action="echo"))

    async def hang_up(self, channel: str) -> None:
        self.hung_up.append(channel)

    async def switch_off(self, at: datetime, seconds: int = NOTICE_SECONDS) -> dict[str, Any]:
        """The payload of the row that ends the call, if there is one."""
        async with self.server.database.transaction() as db:
            await db.execute(update(Extension).values(linkus_enabled=False))
        await self.server.clear_outbox()
        until = int(at.timestamp()) + CREDENTIAL_SECONDS
        payload = {"aor": "1001.web", "until": until, "call_seconds": seconds, "at": at.timestamp()}
        await self.deregistration.revoke(payload)
        return next(iter(await self.server.payloads("call.end")), {})

    async def due_at(self) -> datetime:
        [row] = await self.server.outbox("call.end")
        return row.due_at


@pytest.fixture
def scene(server: Server, extension: Extension, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return Scene(server, monkeypatch)


@pytest.mark.manual("EN-3")
async def test_call_end_is_due_by_the_time_of_the_switch_when_its_row_is_late(scene: Scene) -> None:
    switched = datetime.fromtimestamp(int(now().timestamp()) - 4, UTC)
    await scene.switch_off(switched)
    assert await scene.due_at() == switched + timedelta(seconds=NOTICE_SECONDS)
    assert (scene.hung_up, scene.edge.deregistered) == ([], [("1001.web", True)])


async def test_call_end_is_due_at_once_when_the_seconds_are_over(scene: Scene) -> None:
    before = now()
    await scene.switch_off(before - timedelta(minutes=5))
    assert before <= await scene.due_at() <= now()


async def test_call_ends_with_the_registration_when_there_are_no_seconds(scene: Scene) -> None:
    assert await scene.switch_off(now(), seconds=0) == {}
    assert (scene.hung_up, scene.edge.deregistered) == (["PJSIP/edge-1"], [("1001.web", False)])


async def test_connection_is_kept_when_the_calls_are_not_known_yet(scene: Scene) -> None:
    """After a start the core has not been asked yet: somebody may be speaking."""
    scene.calls.tracker, scene.calls.in_step = Tracker(), False
    assert await scene.switch_off(now()) != {}
    assert (scene.hung_up, scene.edge.deregistered) == ([], [("1001.web", True)])


async def test_revocation_is_not_taken_back_when_an_older_row_comes_late(scene: Scene) -> None:
    moment = now()
    await scene.switch_off(moment)
    await scene.switch_off(moment - timedelta(seconds=60))
    assert scene.edge.revoked == {"1001.web": int(moment.timestamp()) + CREDENTIAL_SECONDS}


PAGE = Registration("1001.web", "sip:1001.web@a.invalid", "192.0.2.1", "", 300, "ws", 7)


@pytest.mark.parametrize(
    ("registrations", "hung_up"),
    [
        (SessionRegistrations((PAGE,), 0), ["PJSIP/edge-1"]),
        (SessionRegistrations((PAGE,), 1), []),  # the call may be the other page's
        (SessionRegistrations((), 0), []),
    ],
)
async def test_calls_end_with_a_session_only_when_it_was_the_last_of_its_kind(
    scene: Scene, registrations: SessionRegistrations, hung_up: list[str]
) -> None:
    scene.edge.of_session = registrations
    until = int(now().timestamp()) + CREDENTIAL_SECONDS
    await scene.deregistration.revoke({"aor": "1001.web", "until": until, "session": 17})
    assert scene.hung_up == hung_up
    assert scene.edge.revoked.keys() == {"1001.web:17"}
    assert scene.edge.revoked["1001.web:17"] > until


async def test_call_of_an_ended_session_ends_when_another_session_stays(scene: Scene) -> None:
    """The page of the ended session need not do it."""
    scene.edge.of_session = SessionRegistrations((PAGE,), 1)
    for contact in ("sip:1001.web@other.invalid", PAGE.contact):
        scene.calls.leg_owners.note("id", "1001.web", contact)
        await scene.deregistration.revoke({"aor": "1001.web", "until": int(now().timestamp()) + 300, "session": 17})
        assert scene.hung_up == (["PJSIP/edge-1"] if contact == PAGE.contact else [])


async def test_every_client_of_a_number_goes_when_its_extension_goes(scene: Scene) -> None:
    """Also clients of which no live session is known. The credentials of its sessions are refused for longer: one may
    have been issued while its session ended."""
    until = int(now().timestamp()) + CREDENTIAL_SECONDS
    await scene.deregistration.revoke({"number": "1001", "sessions": {"web": [3, 4], "mobile": [5]}, "until": until})
    names = [f"1001.{kind}" for kind in ("web", "desktop", "mobile", "pad")]
    assert sorted(scene.edge.deregistered) == sorted((name, False) for name in names)
    late = {name: scene.edge.revoked.pop(name) for name in ("1001.web:3", "1001.web:4", "1001.mobile:5")}
    assert scene.edge.revoked == dict.fromkeys(names, until)
    assert min(late.values()) > until
    assert scene.hung_up == ["PJSIP/edge-1"]


async def test_call_ends_when_the_seconds_are_over(scene: Scene) -> None:
    await scene.end_calls(await scene.switch_off(now()))
    assert scene.hung_up == ["PJSIP/edge-1"]


async def test_call_has_the_later_seconds_when_switched_off_once_more(scene: Scene) -> None:
    """Off, on, off again: the row of the first switch ends nothing."""
    first = await scene.switch_off(now() - timedelta(seconds=8))
    second = await scene.switch_off(now())
    await scene.end_calls(first)
    assert scene.hung_up == []
    await scene.end_calls(second)
    assert scene.hung_up == ["PJSIP/edge-1"]


async def test_call_goes_on_when_switched_on_again(scene: Scene) -> None:
    end = await scene.switch_off(now())
    async with scene.server.database.transaction() as db:
        await db.execute(update(Extension).values(linkus_enabled=True))
    await scene.end_calls(end)
    assert scene.hung_up == []


async def test_call_end_is_retried_when_the_calls_are_not_known_yet(scene: Scene) -> None:
    end = await scene.switch_off(now())
    scene.calls.in_step = False
    with pytest.raises(RetryLater):
        await scene.end_calls(end)
