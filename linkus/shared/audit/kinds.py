"""Lists what the audit log tells of, and declares which values of it are secret or not worth telling."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class AuditAction(StrEnum):
    CREATED = "created"
    CHANGED = "changed"
    DELETED = "deleted"
    IMPORTED = "imported"
    RESTORED = "restored"
    UNDONE = "undone"
    SENT = "sent"
    REVOKED = "revoked"
    ACCEPTED = "accepted"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"


class AuditObject(StrEnum):
    ADMINISTRATOR = "administrator"
    ROLE = "role"
    SECOND_FACTOR = "second_factor"
    PASSWORD_LINK = "password_link"  # noqa: S105 - an object, not a password
    RECOVERY_CODES = "recovery_codes"
    EXTENSION = "extension"
    EXTENSIONS = "extensions"  # many at once
    CLIENT_SETTINGS = "client_settings"
    CLIENT_SETTINGS_BULK = "client_settings_bulk"
    DEPARTMENT = "department"
    EXTENSION_GROUP = "extension_group"
    MENU_RULE = "menu_rule"
    SETTING_RULE = "setting_rule"
    VISIBILITY_RULE = "visibility_rule"
    PAGING_GROUP = "paging_group"
    TRUNK = "trunk"
    INBOUND_ROUTE = "inbound_route"
    OUTBOUND_ROUTE = "outbound_route"
    ROUTE_ORDER = "route_order"
    PROMPT = "prompt"
    SERVER_SETTINGS = "server_settings"
    CREDENTIAL = "credential"
    WELCOME_MAIL = "welcome_mail"
    DEVICE = "device"
    BLOCKED_ADDRESS = "blocked_address"
    ALLOWED_ADDRESS = "allowed_address"
    IMPORT = "import"
    PRIVACY_TEXT = "privacy_text"
    NOTIFICATION_CONTACT = "notification_contact"
    EVENT_TEMPLATE = "event_template"


# Leave out what every object has and nobody asks for: it changes with each change, or follows from another value.
IGNORED = frozenset({"id", "version", "created_at", "updated_at"})
IGNORED_OF: Mapping[AuditObject, frozenset[str]] = {
    AuditObject.ADMINISTRATOR: frozenset({"extension_id", "custom_role_id", "seen_event_id"}),
    AuditObject.EXTENSION: frozenset(
        {"display_name", "email_key", "search_key", "password_set_by", "privacy_version", "online", "phone_contacts"}
    ),
    AuditObject.MENU_RULE: frozenset({"kind", "extensions", "without_effect"}),
    AuditObject.SETTING_RULE: frozenset({"kind", "extensions", "without_effect"}),
    AuditObject.VISIBILITY_RULE: frozenset(
        {"is_default", "extension_ids", "group_ids", "department_ids", "extensions", "idle"}
    ),
    AuditObject.PAGING_GROUP: frozenset({"member_ids", "caller_ids", "inbound_routes"}),
    AuditObject.TRUNK: frozenset({"status"}),
    AuditObject.INBOUND_ROUTE: frozenset(
        {"position", "trunk_id", "extension_id", "paging_group_id", "shadowed_by", "destination_name"}
    ),
    AuditObject.OUTBOUND_ROUTE: frozenset({"position", "trunk_ids", "shadowed_by"}),
    AuditObject.DEPARTMENT: frozenset({"level", "parent_id", "name"}),
    AuditObject.EXTENSION_GROUP: frozenset({"name_key", "member_count", "is_everyone"}),
    AuditObject.PROMPT: frozenset({"audio", "audio_narrow", "name", "language", "uploaded_at"}),
    AuditObject.SERVER_SETTINGS: frozenset({"asked"}),
}
# Compared, so that the log says that they were changed, but never stored.
SECRET: Mapping[AuditObject, frozenset[str]] = {
    AuditObject.ADMINISTRATOR: frozenset({"password_hash"}),
    AuditObject.EXTENSION: frozenset({"password_hash", "registration_ha1", "voicemail_pin_sealed"}),
    AuditObject.TRUNK: frozenset({"password_sealed"}),
    AuditObject.SERVER_SETTINGS: frozenset({"password_sealed"}),
}
# A column may be added before it is declared: these words in its name make it a secret as well.
SECRET_WORDS = ("password_hash", "_ha1", "_sealed", "token", "secret")


def is_ignored(about: AuditObject, name: str) -> bool:
    return name in IGNORED or name in IGNORED_OF.get(about, ())


def is_secret(about: AuditObject, name: str) -> bool:
    return name in SECRET.get(about, ()) or any(word in name for word in SECRET_WORDS)
