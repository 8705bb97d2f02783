"""Reads and changes what administrators choose for each kind of event."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification import repository
from linkus.event_notification.schemas import EventTypesUpdate, EventTypesView, EventTypeView
from linkus.kit.messages import LANGUAGES, Language
from linkus.kit.work import UnitOfWork
from linkus.shared.event_log.kinds import KINDS
from linkus.shared.event_log.settings import EVENT_TYPES, EventType, EventTypes, default_of
from linkus.shared.event_log.words import event_name
from linkus.shared.setting_groups import read_group, write_group


async def view(db: AsyncSession, language: Language) -> EventTypesView:
    chosen, version = await read_group(db, EVENT_TYPES, EventTypes)
    own_templates = await repository.own_templates(db)
    return EventTypesView(
        items=[
            EventTypeView(
                kind=kind,
                name=event_name(language, kind),
                category=about.category,
                level=chosen.of(kind).level,
                default_level=about.level,
                notified=chosen.of(kind).notified,
                own_templates=[one for one in LANGUAGES if one in own_templates.get(kind.value, ())],
            )
            for kind, about in KINDS.items()
        ],
        contacts=await repository.count_enabled(db),
        version=version,
    )


async def update(work: UnitOfWork, body: EventTypesUpdate, language: Language) -> EventTypesView:
    """Change what the body names. What equals the default is not stored, so that a later default applies to it."""
    kinds = dict((await read_group(work.db, EVENT_TYPES, EventTypes))[0].kinds)
    for item in body.items:
        choice = EventType(level=item.level, notified=item.notified)
        if choice == default_of(item.kind):
            kinds.pop(item.kind.value, None)
        else:
            kinds[item.kind.value] = choice
    await write_group(work, EVENT_TYPES, EventTypes(kinds=kinds), body.version, lambda: view(work.db, language))
    return await view(work.db, language)
