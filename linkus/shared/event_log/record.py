"""Writes an event in the same transaction as its cause, tells open portal pages after the commit, and has contacts
notified by the outbox."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.work import UnitOfWork
from linkus.shared.event_log.kinds import KINDS, EventKind, EventLevel
from linkus.shared.event_log.settings import EVENT_TYPES, EventTypes
from linkus.shared.event_log.words import words
from linkus.shared.events import EventLogged
from linkus.shared.models.event import EventRecord
from linkus.shared.setting_groups import read_group

NOTIFY_TOPIC = "event.notify"
BUNDLE_PERIOD = timedelta(minutes=10)
MAX_BUNDLE_CHARACTERS = 255


async def record_event(work: UnitOfWork, kind: EventKind, params: dict[str, Any], *, bundle: str = "") -> EventRecord:
    """Record an event. `params` is JSON with all parameters of the kind's text; a missing one fails here, not at the
    reader.

    With `bundle`, an event that happens again within ten minutes is counted at the first one: an attack must fill
    neither the log nor mailboxes.
    """
    moment, same = now(), bundle[:MAX_BUNDLE_CHARACTERS]
    first = await _first_of(work, kind, same, moment) if same else None
    if first is not None:
        _count_repeat(work, first, moment)
        return first
    about = (await read_group(work.db, EVENT_TYPES, EventTypes))[0].of(kind)
    event = EventRecord(
        kind=kind.value,
        category=KINDS[kind].category.value,
        level=about.level.value,
        params=params,
        words=words(kind, params),
        bundle=same,
        repeats=0,
        created_at=moment,
    )
    work.db.add(event)
    await work.db.flush()
    if about.notified:
        work.enqueue(NOTIFY_TOPIC, {"event_id": event.id})
    _publish(work, event)
    return event


async def _first_of(work: UnitOfWork, kind: EventKind, bundle: str, moment: datetime) -> EventRecord | None:
    query = select(EventRecord).where(
        EventRecord.kind == kind.value, EventRecord.bundle == bundle, EventRecord.created_at > moment - BUNDLE_PERIOD
    )
    return await work.db.scalar(query.order_by(EventRecord.id.desc()).limit(1).with_for_update())


def _count_repeat(work: UnitOfWork, first: EventRecord, moment: datetime) -> None:
    """Count a repeat. At the end of the period, contacts get the number of all repeats in one mail."""
    first.repeats += 1
    first.last_at = moment
    if first.repeats == 1:
        due_at = first.created_at + BUNDLE_PERIOD
        work.outbox.add(work.db, NOTIFY_TOPIC, {"event_id": first.id, "repeats": True}, due_at=due_at)
    _publish(work, first)


def _publish(work: UnitOfWork, event: EventRecord) -> None:
    """Tell open pages, without the text: readers have different languages."""
    kind = EventKind(event.kind)
    logged = EventLogged(
        id=event.id,
        kind=kind,
        category=KINDS[kind].category,
        level=EventLevel(event.level),
        params=event.params,
        created_at=event.created_at,
        repeats=event.repeats,
    )
    work.publish([PORTAL], logged)
