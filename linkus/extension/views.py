from __future__ import annotations

from linkus.extension.models import Extension
from linkus.extension.presence import Presence
from linkus.extension.schemas import ExtensionItem, ExtensionView


def extension_item(extension: Extension, presence: Presence) -> ExtensionItem:
    item = ExtensionItem.model_validate(extension)
    item.online = presence.online(extension.number)
    item.phone_contacts = presence.phone_contacts(extension.number)
    return item


def extension_view(
    extension: Extension, presence: Presence, new_registration_password: str | None = None
) -> ExtensionView:
    return ExtensionView(
        **extension_item(extension, presence).model_dump(),
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
