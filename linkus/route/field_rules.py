"""Rules for the fields of a route: pure functions, each with a precise error."""

from __future__ import annotations

import re
from collections.abc import Sequence

from linkus.kit.errors import FieldError
from linkus.route.pattern import PatternError, parse
from linkus.route.schemas import InboundDestination, InboundRouteValues, OutboundRouteValues
from linkus.route.shadow import clean_did

MAX_NAME_CHARACTERS = 63
MAX_DID_CHARACTERS = 40
MAX_PREPEND_CHARACTERS = 20

# a provider may send the account's name in place of a number
_DID = re.compile(r"\+?[A-Za-z0-9_*#.-]*")
_PREPEND = re.compile(r"\+?[0-9*#]*")


def _name_error(name: str, *, required: bool) -> FieldError | None:
    if required and not name:
        return FieldError("field_required")
    return FieldError("field_too_long", {"max": MAX_NAME_CHARACTERS}) if len(name) > MAX_NAME_CHARACTERS else None


def did_error(number: str) -> FieldError | None:
    cleaned = clean_did(number)
    if len(cleaned) > MAX_DID_CHARACTERS:
        return FieldError("field_too_long", {"max": MAX_DID_CHARACTERS})
    if number and not cleaned.removeprefix("+"):
        return FieldError("route_did_invalid")
    return None if _DID.fullmatch(cleaned) else FieldError("route_did_invalid")


def inbound_errors(values: InboundRouteValues) -> dict[str, FieldError]:
    """Return the errors that the values alone show."""
    to_group = values.destination is InboundDestination.PAGING_GROUP
    missing = values.paging_group_id is None if to_group else values.extension_id is None
    checked = {
        "name": _name_error(values.name, required=True),
        "did_number": did_error(values.did_number),
        "did_name": _name_error(values.did_name, required=False),
        "paging_group_id" if to_group else "extension_id": (
            FieldError("route_paging_group_required" if to_group else "route_extension_required") if missing else None
        ),
    }
    return {field: error for field, error in checked.items() if error is not None}


def pattern_error(pattern: str) -> FieldError | None:
    try:
        parse(pattern)
    except PatternError as error:
        return error.error
    return None


def strip_error(pattern: str, strip: int) -> FieldError | None:
    """Reject a strip that leaves nothing to dial of the shortest matching number. A wrong pattern is not reported
    here."""
    try:
        parsed = parse(pattern)
    except PatternError:
        return None
    shortest = len(parsed.places) + parsed.rest
    return FieldError("route_strip_too_much", {"shortest": shortest}) if strip >= max(shortest, 1) else None


def prepend_error(prepend: str) -> FieldError | None:
    if len(prepend) > MAX_PREPEND_CHARACTERS:
        return FieldError("field_too_long", {"max": MAX_PREPEND_CHARACTERS})
    return None if _PREPEND.fullmatch(prepend) else FieldError("route_prepend_characters")


def trunks_error(trunk_ids: Sequence[int]) -> FieldError | None:
    if not trunk_ids:
        return FieldError("route_trunks_none")
    return FieldError("route_trunk_twice") if len(set(trunk_ids)) < len(trunk_ids) else None


def number_errors(pattern: str, strip: int, prepend: str) -> dict[str, FieldError]:
    checked = {
        "pattern": pattern_error(pattern),
        "strip": strip_error(pattern, strip),
        "prepend": prepend_error(prepend),
    }
    return {field: error for field, error in checked.items() if error is not None}


def outbound_errors(values: OutboundRouteValues) -> dict[str, FieldError]:
    checked = {"name": _name_error(values.name, required=True), "trunk_ids": trunks_error(values.trunk_ids)}
    errors = {field: error for field, error in checked.items() if error is not None}
    return {**errors, **number_errors(values.pattern, values.strip, values.prepend)}
