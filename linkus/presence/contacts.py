"""Reads the contacts under which clients are reached."""

from __future__ import annotations


def contact_uri(contact: str) -> str:
    """Return the bare URI of a Contact value: an event has the header, a dump the URI (RFC 3261, 20.10)."""
    _, bracket, rest = contact.partition("<")
    return rest.partition(">")[0] if bracket else contact.partition(";expires=")[0].strip()


def contact_owner(contact: str) -> str:
    """Return the user and host of a contact. A browser or app makes these up when it starts and keeps them through all
    its connections. The parameters differ between its registration and its calls (RFC 5626: `ob`)."""
    return contact.partition(":")[2].partition(";")[0].partition("?")[0].lower()
