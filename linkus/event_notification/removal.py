"""Records which notification contacts lose their extension when it is deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification import contacts, repository
from linkus.event_notification.models import NotificationContact
from linkus.event_notification.schemas import ContactView
from linkus.kit.messages import DEFAULT_LANGUAGE
from linkus.kit.work import UnitOfWork
from linkus.organization.impact import Change, RuleImpact
from linkus.organization.removal import NamingRules, Removal
from linkus.organization.schemas import ConcernedObject


async def contacts_naming(db: AsyncSession, removal: Removal) -> NamingRules:
    found = await repository.contacts_of(db, removal.extensions)
    views = [await contacts.present(db, contact, extension, DEFAULT_LANGUAGE) for contact, extension in found]
    return _LostContacts([contact for contact, _extension in found], views)


@dataclass(frozen=True)
class _LostContacts:
    """Holds the contacts whose extension is deleted, and what they were before. They stay, without an address."""

    contacts: Sequence[NotificationContact]
    before: Sequence[ContactView]

    async def record_removal(self, work: UnitOfWork) -> None:
        for contact, before in zip(self.contacts, self.before, strict=True):
            await work.db.refresh(contact)
            await contacts.written(work, contact, None, DEFAULT_LANGUAGE, before)

    async def restore(self, work: UnitOfWork) -> None:
        """Do nothing: only the deletion of departments and groups is undone, and contacts name neither."""


async def impact(db: AsyncSession, change: Change) -> RuleImpact:
    """Return the contacts that lose their extension."""
    found = await repository.contacts_of(db, change.removed.extensions)
    named = [(contact.id, extension.display_name) for contact, extension in found if extension is not None]
    return RuleImpact(
        objects=[ConcernedObject(kind="notification_contact", id=contact_id, name=name) for contact_id, name in named]
    )
