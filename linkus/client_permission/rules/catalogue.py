"""Lists the menus and setting items that rules name, and what each of them controls on each kind of client.

This is the only such table: the server enforces it, the portal offers it, and the clients and the documents show it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from linkus.session.schemas import LinkusClientKind

Kind = Literal["menu", "setting"]
CLIENT_KINDS: tuple[LinkusClientKind, ...] = ("mobile", "web", "desktop")

# In the order of the client's navigation. The dial pad and a call in progress have no menu: no rule hides them.
MENUS = ("extensions", "contacts", "conference", "call_logs", "voicemails", "recordings", "preferences")


@dataclass(frozen=True, slots=True)
class Item:
    """Describes an item of PS-2: its sub-items, and the kinds of client that have it."""

    name: str
    parts: tuple[str, ...] = ()
    clients: tuple[LinkusClientKind, ...] = CLIENT_KINDS


# In the order of the manual's table (PS-2). A rule for an item covers its parts, and whatever else its page shows.
ITEMS = (
    Item("user", ("user.information", "user.avatar")),
    Item("presence"),
    Item("voicemail", clients=("web", "desktop")),
    Item("audio_video", clients=("web", "desktop")),
    Item("features", ("features.call", "features.time_condition_switch")),
    Item("function_keys", clients=("web", "desktop")),
    Item("integration", clients=("web", "desktop")),
    Item("ai"),
    Item("password_security", ("password_security.change_password",)),
)
SETTINGS = tuple(target for item in ITEMS for target in (item.name, *item.parts))
TARGETS: Mapping[Kind, tuple[str, ...]] = {"menu": MENUS, "setting": SETTINGS}
PARTS = {item.name: item.parts for item in ITEMS}
CHANGE_PASSWORD = "password_security.change_password"  # noqa: S105 - the name of an item

# Pages and settings that the clients of this version show. Rules name the rest as well, which counts once a client has
# it. Until then pages say at each of them that no client has it.
IN_CLIENTS = frozenset(
    (
        *("extensions", "call_logs", "voicemails", "preferences"),
        *("audio_video", "features", "features.call", "integration", "password_security", CHANGE_PASSWORD),
    )
)

_CALL = ("call_waiting", "auto_answer", "auto_answer_delay", "auto_answer_tone")
_PAGING = ("paging_auto_answer", "paging_preempt", "paging_tone")
_SCREEN_POP = (
    "screen_pop",
    "screen_pop_url",
    "screen_pop_inbound",
    "screen_pop_internal",
    "screen_pop_mode",
    "screen_pop_trigger",
)
_ON_A_COMPUTER: dict[str, str] = {
    **dict.fromkeys((*_CALL, *_PAGING), "features.call"),
    **dict.fromkeys(_SCREEN_POP, "integration"),
}
# By kind of client: which item locks a client setting. A setting that is absent stays editable under every rule: on the
# mobile client the manual's table names call waiting alone, neither the codec nor auto answer (PS-3).
ITEM_OF_SETTING: Mapping[str, Mapping[str, str]] = {
    "mobile": {"call_waiting": "features.call"},
    "web": _ON_A_COMPUTER,
    "desktop": _ON_A_COMPUTER,
}


def expand(targets: Collection[str]) -> frozenset[str]:
    """Return the targets of a rule together with the parts of each item among them."""
    return frozenset(targets).union(*(PARTS.get(target, ()) for target in targets))


def is_on_client(target: str, client_kind: str) -> bool:
    """Return whether a kind of client has this item or part. Every kind has every menu."""
    name = target.partition(".")[0]
    return all(client_kind in item.clients for item in ITEMS if item.name == name)
