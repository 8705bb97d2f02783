"""Renders extensions, with what other features know about them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.registrations import Registrations
from linkus.extension.schemas import ExtensionItem, ExtensionView
from linkus.organization import repository as organization
from linkus.shared.models.extension import Extension


async def extension_items(
    db: AsyncSession, extensions: Sequence[Extension], registrations: Registrations
) -> dict[int, ExtensionItem]:
    """Return the extensions as the list shows them, by id."""
    ids = [extension.id for extension in extensions]
    departments = await organization.names_of_departments(db, ids)
    groups = await organization.names_of_groups(db, ids)
    items: dict[int, ExtensionItem] = {}
    for extension in extensions:
        item = ExtensionItem.model_validate(extension)
        item.online = registrations.online(extension.number)
        item.phone_contacts = registrations.phone_contacts(extension.number)
        item.departments, item.groups = departments.get(extension.id, []), groups.get(extension.id, [])
        items[extension.id] = item
    return items


async def extension_view(
    db: AsyncSession, extension: Extension, registrations: Registrations, new_registration_password: str | None = None
) -> ExtensionView:
    item = (await extension_items(db, [extension], registrations))[extension.id]
    return ExtensionView(
        **item.model_dump(),
        caller_id=extension.caller_id,
        language=extension.language,
        email_language=extension.email_language,
        password_set=extension.password_hash is not None,
        password_set_by=extension.password_set_by,
        registration_name=extension.registration_name,
        phone_max_contacts=extension.phone_max_contacts,
        emergency_caller_id=extension.emergency_caller_id,
        updated_at=extension.updated_at,
        new_registration_password=new_registration_password,
    )
