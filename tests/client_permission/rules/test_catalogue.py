from __future__ import annotations

import re
from pathlib import Path

import pytest

from linkus.client_permission.rules.catalogue import (
    IN_CLIENTS,
    ITEM_OF_SETTING,
    ITEMS,
    MENUS,
    SETTINGS,
    expand,
    is_on_client,
)
from linkus.client_settings.schemas import MODELS

CLIENT = Path(__file__).parents[3] / "web" / "apps" / "client" / "src"


def test_menus_stand_in_the_order_of_the_client() -> None:
    expected = ("extensions", "contacts", "conference", "call_logs", "voicemails", "recordings", "preferences")
    assert expected == MENUS


def test_marks_as_missing_what_no_client_has() -> None:
    """Compare with the clients' own sources: which menus they have, and which items they ask about."""
    menus = (CLIENT / "parts" / "permissions.ts").read_text("utf-8")
    shown = re.search(r"MENU_OF_VIEW = \{(.*?)\}", menus, re.DOTALL)
    assert shown is not None
    assert set(re.findall(r'"(\w+)"', shown[1])) == IN_CLIENTS.intersection(MENUS)
    sources = "".join(path.read_text("utf-8") for path in CLIENT.rglob("*.ts*") if ".test." not in path.name)
    asked = set(re.findall(r'useIsLocked\("([a-z_.]+)"\)', sources))
    locking = asked | {item for items in ITEM_OF_SETTING.values() for item in items.values()}
    assert locking | {item.partition(".")[0] for item in locking} == IN_CLIENTS.intersection(SETTINGS)


def test_items_are_the_nine_of_the_manual() -> None:
    assert [item.name for item in ITEMS] == [
        "user",
        "presence",
        "voicemail",
        "audio_video",
        "features",
        "function_keys",
        "integration",
        "ai",
        "password_security",
    ]


@pytest.mark.parametrize("kind", ["web", "desktop"])
def test_every_setting_of_a_computer_belongs_to_an_item(kind: str) -> None:
    assert set(ITEM_OF_SETTING[kind]) == set(MODELS[kind].model_fields)


def test_a_mobile_client_locks_call_waiting_alone() -> None:
    assert ITEM_OF_SETTING["mobile"] == {"call_waiting": "features.call"}


@pytest.mark.parametrize("kind", MODELS)
def test_every_lock_is_a_known_item_of_a_known_setting(kind: str) -> None:
    locks = ITEM_OF_SETTING[kind]
    assert set(locks) <= set(MODELS[kind].model_fields)
    assert set(locks.values()) <= set(SETTINGS)
    assert all(is_on_client(item, kind) for item in locks.values())


@pytest.mark.parametrize("item", ["voicemail", "audio_video", "function_keys", "integration"])
def test_a_mobile_client_lacks_these_items(item: str) -> None:
    assert not is_on_client(item, "mobile")
    assert is_on_client(item, "web")
    assert is_on_client(item, "desktop")


def test_expand_adds_the_parts_of_an_item_and_nothing_to_a_part() -> None:
    assert expand(["features"]) == {"features", "features.call", "features.time_condition_switch"}
    assert expand(["user.avatar"]) == {"user.avatar"}
    assert expand([]) == frozenset()
