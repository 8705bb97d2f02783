"""Notifies the edge and the clients of changed extensions. The service decides when."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from linkus.kit.bus import CLIENTS, DIRECTORY, PORTAL, extension_topic
from linkus.kit.kinds import SipKind, aor
from linkus.kit.work import UnitOfWork
from linkus.shared.events import ColleagueChanged, ColleagueRemoved, ColleaguesChanged, ExtensionChanged
from linkus.shared.models.extension import Extension

MAX_SINGLE_EVENTS = 50  # more extensions share one event
MAX_SPREAD_MS = 3000
TOPIC_FORGET = "extension.forget"  # outbox: linkus/voicemail/tasks.py
SPREAD_MS_PER_CLIENT = 2


def spread_ms(work: UnitOfWork) -> int:
    """Return within how many milliseconds all connected clients may read a list again. A few clients do so at once;
    thousands would hold everybody else up."""
    return min(MAX_SPREAD_MS, SPREAD_MS_PER_CLIENT * work.bus.count(CLIENTS))


def phone_payload(extension: Extension) -> dict[str, Any]:
    """Return the payload of the outbox topic `edge.phone`. The edge's restart uses it too, to write all phones
    again."""
    return {
        "aor": aor(extension.number, SipKind.PHONE),
        "registration_name": extension.registration_name,
        "ha1": extension.registration_ha1,
        "max_contacts": extension.phone_max_contacts,
    }


def phone_changed(work: UnitOfWork, extension: Extension) -> None:
    work.enqueue("edge.phone", phone_payload(extension))


async def phones_added(work: UnitOfWork, extensions: Collection[Extension]) -> None:
    await work.enqueue_many("edge.phone", [phone_payload(extension) for extension in extensions])


def phone_removed(work: UnitOfWork, number: str) -> None:
    work.enqueue("edge.phone", {"aor": aor(number, SipKind.PHONE), "remove": True})


async def files_unowned(work: UnitOfWork, extensions: Collection[Extension]) -> None:
    """Queue that the files of deleted extensions are deleted."""
    await work.enqueue_many(TOPIC_FORGET, [{"extension_id": extension.id} for extension in extensions])


def extension_changed(work: UnitOfWork, extension: Extension) -> None:
    work.publish([PORTAL, extension_topic(extension.id)], _changed(extension))


def extensions_changed(work: UnitOfWork, extensions: Collection[Extension]) -> None:
    """Notify each user's own clients. Open portal pages receive one event instead of thousands."""
    for extension in extensions:
        work.publish([extension_topic(extension.id)], _changed(extension))
    if len(extensions) <= MAX_SINGLE_EVENTS:
        for extension in extensions:
            work.publish([PORTAL], _changed(extension))
    else:
        many_changed(work)


def many_changed(work: UnitOfWork) -> None:
    """Tell the portal to read the list again."""
    work.publish([PORTAL], ExtensionChanged(id=None, number=None))


def colleague_changed(work: UnitOfWork, extension: Extension) -> None:
    """Tell every client about a new colleague or a new name. The event carries what clients show, so that thousands of
    them need not ask."""
    changed = ColleagueChanged(number=extension.number, display_name=extension.display_name)
    work.publish([CLIENTS, DIRECTORY], changed, about=extension.number)


def colleagues_removed(work: UnitOfWork, numbers: Collection[str]) -> None:
    if len(numbers) > MAX_SINGLE_EVENTS:
        colleagues_changed(work)
        return
    for number in numbers:
        work.publish([CLIENTS, DIRECTORY], ColleagueRemoved(number=number), about=number)


def colleagues_changed(work: UnitOfWork) -> None:
    """Tell every client that many colleagues changed. Each reads its list again, after a random delay of up to
    `spread_ms`."""
    work.publish([CLIENTS, DIRECTORY], ColleaguesChanged(spread_ms=spread_ms(work)))


def _changed(extension: Extension) -> ExtensionChanged:
    return ExtensionChanged(id=extension.id, number=extension.number)
