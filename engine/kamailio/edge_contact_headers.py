"""Reads Contact headers (RFC 3261 20.10). Does not import Kamailio."""

import re
from typing import NamedTuple

from edge_addresses import host_of

MIN_EXPIRES, DEFAULT_EXPIRES = 30, 300  # kamailio.cfg: min_expires, default_expires
_NUMBER = re.compile(r"[0-9]{1,9}")
_CONTACTS = re.compile(r'(?:[^,<"]|<[^>]*>|"(?:\\.|[^"\\])*")+')  # a comma inside a name or a URI separates nothing
_EXPIRES = re.compile(r';\s*expires\s*=\s*(?:"[^"]*"|[^\s;,">]*)', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:\\.|[^"\\])*"')


def _unquoted(contact: str | None) -> str:
    """Remove quoted text, where brackets mean nothing: a name, an instance's URN. A quoted number stays."""
    return _QUOTED.sub(lambda quoted: quoted[0].strip('"') if quoted[0][1:-1].isdigit() else "", contact or "")


def contact_uri(contact: str | None) -> str:
    """Return the URI of a Contact header, as the registrar keeps it."""
    bare = _unquoted(contact)
    match = re.search(r"<([^>]*)>", bare)
    return match[1] if match else bare.split(";")[0].strip()


def has_uri_headers(contacts: list[str]) -> bool:
    """Return whether a contact's URI has headers (RFC 3261 19.1.1). Programs disagree about the host of such a URI."""
    return any("?" in contact_uri(contact) for header in contacts for contact in _CONTACTS.findall(header))


def names_another_host(contacts: list[str], address: str | None) -> bool:
    """Return whether any of these Contact headers names a host other than the sender's address. `maddr` names one as
    well (RFC 3261 19.1.1)."""
    uris = [contact_uri(contact) for header in contacts for contact in _CONTACTS.findall(header) if contact.strip()]
    return any(uri != "*" and (host_of(uri) != address or "maddr" in uri.lower()) for uri in uris)


def limited(contacts: list[str], expires: str | None, most: int) -> list[str] | None:
    """Return one Contact value for each contact, in which those that the registrar could keep for longer than `most`
    seconds have `;expires=most`. Return None if there are none of them."""
    texts = [contact.strip() for header in contacts for contact in _CONTACTS.findall(header) if contact.strip()]
    if all(_is_within(text, expires, most) for text in texts):
        return None
    return [text if _is_within(text, expires, most) else f"{_EXPIRES.sub('', text)};expires={most}" for text in texts]


def _is_within(contact: str, expires: str | None, most: int) -> bool:
    """Return whether the registrar keeps a contact for at most `most` seconds. What programs could read differently
    (two expiries, or one that is no number) counts as too long."""
    own = _EXPIRES.findall(contact)
    wishes = [_NUMBER.fullmatch(text.partition("=")[2].strip()) for text in own] or [
        _NUMBER.fullmatch((expires or str(DEFAULT_EXPIRES)).strip())
    ]
    if contact == "*":
        return True
    if len(wishes) != 1 or wishes[0] is None:
        return False
    wish = int(wishes[0][0])
    return wish == 0 or max(MIN_EXPIRES, wish) <= most


class RequestedContact(NamedTuple):
    """A contact of a REGISTER; `expires` of 0 deregisters it."""

    uri: str
    expires: int


def requested_contacts(
    headers: list[str], expires: str | None
) -> tuple[list[RequestedContact], list[RequestedContact]]:
    """Return the contacts in one REGISTER that stay or are added, and those that are removed (RFC 3261 10.3). A phone
    whose address has changed may remove the old one and add the new one in the same request."""
    texts = [contact.strip() for header in headers for contact in _CONTACTS.findall(header)]
    requested = [RequestedContact(contact_uri(text), granted_expiry(text, expires)) for text in texts if text]
    return [contact for contact in requested if contact.expires], [
        contact for contact in requested if not contact.expires
    ]


def granted_expiry(
    contact: str | None,
    expires: str | None,
    *,
    default: int = DEFAULT_EXPIRES,
    least: int = MIN_EXPIRES,
    most: int = 3600,
) -> int:
    """Return how long the registrar keeps a contact: its parameter, else the header, within kamailio.cfg's limits."""
    own = re.search(r";\s*expires\s*=\s*\"?([0-9]{1,9})", _unquoted(contact).rpartition(">")[2], re.IGNORECASE)
    wish = own[1] if own else (expires or "").strip()
    if not (wish.isascii() and wish.isdigit()):
        return default
    return min(most, max(least, int(wish))) if int(wish) else 0
