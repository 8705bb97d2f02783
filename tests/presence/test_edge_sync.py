"""Tests what presence makes of the events and dumps of the edge, and what it reports to its observers."""

from __future__ import annotations

from typing import cast

import pytest

from linkus.engine.edge_events import Disconnected, EdgeEvent, Registered, Silent
from linkus.engine.kamailio import Edge, EdgeError, Registration
from linkus.presence.edge_sync import EdgeSync
from linkus.presence.edge_writer import EdgeWriter
from linkus.shared.extension_schemas import Online
from tests.support.api import Server

CONTACT = "<sip:a@x.invalid;transport=ws;ob>;expires=600"


class FakeEdge:
    def __init__(self) -> None:
        self.dump: list[Registration] | None = []

    async def registrations(self) -> list[Registration]:
        if self.dump is None:
            raise EdgeError("away")
        return self.dump


class Scene:
    """Observes what presence reports."""

    def __init__(self, server: Server) -> None:
        self.presence, self.edge = server.services.presence, FakeEdge()
        self.reported: list[tuple[str, ...]] = []
        edge = cast(Edge, self.edge)
        self.sync = EdgeSync(server.services, edge, EdgeWriter(server.database, self.presence, edge))

    def connection_closed(self, aor: str, owner: str | None) -> None:
        self.reported.append(("closed", aor, owner or ""))

    def connection_silent(self, aor: str, owner: str | None) -> None:
        self.reported.append(("silent", aor, owner or ""))

    def registrations_read(self) -> None:
        self.reported.append(("read",))

    def take(self, *events: EdgeEvent) -> None:
        for event in events:
            self.sync.take(event)


@pytest.fixture
def scene(server: Server, monkeypatch: pytest.MonkeyPatch) -> Scene:
    made = Scene(server)
    monkeypatch.setattr(made.presence, "connection_observers", [made])
    monkeypatch.setattr(made.presence, "registry", type(made.presence.registry)())
    return made


def registered(connection: int = 7) -> Registered:
    return Registered(
        event="registered", aor="1001.web", contact=CONTACT, address="192.0.2.7", user_agent="Chrome", expires=600,
        transport="ws", connection=connection,
    )  # fmt: skip


async def test_observer_is_told_the_owner_when_a_connection_falls_silent_and_closes(scene: Scene) -> None:
    scene.take(registered())
    assert scene.presence.online("1001") == Online(web=True)
    scene.take(Silent(event="silent", aor="1001.web", connection=7))
    scene.take(Disconnected(event="disconnected", aor="1001.web", connection=7))
    scene.take(Disconnected(event="disconnected", aor="1001.web", connection=8))  # nobody knows whose it was
    assert scene.reported == [
        ("silent", "1001.web", "a@x.invalid"),
        ("closed", "1001.web", "a@x.invalid"),
        ("closed", "1001.web", ""),
    ]
    assert scene.presence.online("1001") == Online()


async def test_reconcile_takes_the_dump_without_expired_contacts_and_reports_it(scene: Scene) -> None:
    kept = Registration("1001.web", "sip:a@x.invalid", "192.0.2.7", "Chrome", 300, "ws", 7)
    expired = Registration("1002.web", "sip:b@x.invalid", "192.0.2.8", "Chrome", 0, "ws", 8)
    scene.edge.dump = [kept, expired]
    await scene.sync.reconcile()
    assert (scene.presence.numbers(), scene.reported) == ({"1001"}, [("read",)])


async def test_reconcile_reports_nothing_when_the_edge_is_away(scene: Scene) -> None:
    scene.take(registered())
    scene.edge.dump = None
    with pytest.raises(EdgeError):
        await scene.sync.reconcile()
    assert (scene.presence.numbers(), scene.reported) == ({"1001"}, [])
