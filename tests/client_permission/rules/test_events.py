"""Events that a connection with a hidden menu does not get."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from linkus.call.records.events import CallLogged
from linkus.call.records.schemas import ClientCall
from linkus.call.types import CallResult
from linkus.client_permission.rules.catalogue import MENUS
from linkus.client_permission.rules.events import PermissionsChanged, PermissionsOfClients
from linkus.client_permission.rules.menu_events import MenuEvents
from linkus.client_permission.rules.schemas import OwnPermissions
from linkus.event_catalogue import ClientOrganizationChanged, ColleagueChanged, ColleagueRemoved, ColleaguesChanged
from linkus.kit.bus import Event
from linkus.presence.events import PresenceChanged
from linkus.shared.extension_schemas import Online
from linkus.voicemail.events import VoicemailChanged

OF_EXTENSIONS: list[Event] = [
    PresenceChanged(number="1002", online=Online(), on_call=False),
    ColleagueChanged(number="1002", display_name="Li"),
    ColleagueRemoved(number="1002"),
    ColleaguesChanged(spread_ms=0),
    ClientOrganizationChanged(spread_ms=0),
]


@pytest.mark.parametrize("event", OF_EXTENSIONS, ids=lambda event: event.type)
def test_who_does_not_see_the_extensions_hears_nothing_of_them(event: Event) -> None:
    assert MenuEvents(["extensions"], "web").passes(event)
    assert not MenuEvents(["call_logs", "voicemails"], "web").passes(event)


NOW = datetime(2026, 11, 30, tzinfo=UTC)
CALL = ClientCall(
    id=1, direction="in", number="1002", name="Li", started_at=NOW, answered_at=None, ended_at=NOW, duration=0,
    result=CallResult.CANCELLED, seen=False, origin="internal", did_number="", did_name="",
)  # fmt: skip


@pytest.mark.parametrize(
    ("event", "menu"),
    [(CallLogged(record=CALL, missed_unseen=1), "call_logs"), (VoicemailChanged(unheard=1), "voicemails")],
    ids=["call.logged", "voicemail.changed"],
)
def test_who_does_not_see_calls_or_messages_hears_nothing_of_them(event: Event, menu: str) -> None:
    assert MenuEvents([menu], "web").passes(event)
    assert not MenuEvents([one for one in MENUS if one != menu], "web").passes(event)


def changed(*, web: list[str], mobile: list[str]) -> PermissionsChanged:
    def own(menus: list[str]) -> OwnPermissions:
        return OwnPermissions(menus=menus, locked=[], locked_settings=[])

    return PermissionsChanged(clients=PermissionsOfClients(mobile=own(mobile), web=own(web), desktop=own(web)))


def test_open_connection_follows_a_change_of_its_own_kinds_menus() -> None:
    event, events = ColleagueRemoved(number="1002"), MenuEvents(["extensions"], "web")
    assert events.passes(changed(web=["call_logs"], mobile=["extensions"]))
    assert not events.passes(event)
    assert events.passes(changed(web=["extensions"], mobile=[]))
    assert events.passes(event)
