"""Decides where the mails of a contact go. Pure functions."""

from __future__ import annotations

from linkus.event_notification.models import NotificationContact
from linkus.event_notification.schemas import ContactProblem
from linkus.shared.models.extension import Extension


def email_of(contact: NotificationContact, extension: Extension | None) -> str:
    """Return the present address of an extension's user, or that of a person outside; empty if there is none."""
    return (extension.email or "") if extension is not None else contact.email


def name_of(contact: NotificationContact, extension: Extension | None) -> str:
    return contact.name if extension is None else extension.display_name


def problem_of(
    contact: NotificationContact, extension: Extension | None, *, has_mail_server: bool
) -> ContactProblem | None:
    """Return why no notification reaches a contact."""
    if contact.webhook_url:
        return None
    if not email_of(contact, extension):
        return "contact_extension_deleted" if extension is None else "contact_no_email"
    return None if has_mail_server else "mail_no_server"
