"""Rules for trunks: pure functions, with a precise error for each field."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Sequence

from linkus.extension.rules import caller_id_error
from linkus.kit.addresses import without_brackets
from linkus.kit.errors import FieldError
from linkus.trunk.schemas import TrunkKind, TrunkValues

MAX_NAME_CHARACTERS = 63
MAX_HOST_CHARACTERS = 255
MAX_PASSWORD_CHARACTERS = 127

_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")
# characters of the user part of a SIP URI without escapes (RFC 3261, 25.1), except its separators
_USERNAME = re.compile(r"[A-Za-z0-9_.+*~!-]*")
_AUTH_NAME = re.compile(r"[A-Za-z0-9_.+*~!@-]*")
_QUOTES = re.compile(r'["\\<>]')


def host_error(host: str) -> FieldError | None:
    """Check a host name (RFC 1123), or an IPv4 or IPv6 address. An IPv6 address may have brackets."""
    if len(host) > MAX_HOST_CHARACTERS:
        return FieldError("field_too_long", {"max": MAX_HOST_CHARACTERS})
    return None if is_address(host) or _is_name(host) else FieldError("trunk_host_invalid")


def is_address(host: str) -> bool:
    bare = without_brackets(host)
    try:
        address = ipaddress.ip_address(bare)
    except ValueError:
        return False
    # a zone (fe80::1%eth0) is local to this machine and not valid in a SIP URI
    return "%" not in bare and (address.version == 6 or bare == host)


def _is_name(host: str) -> bool:
    labels = host.removesuffix(".").split(".")
    # 300.1.2.3 and 10.0.0 are mistyped addresses, not names: no top-level domain is a number (RFC 3696, 2)
    return all(_LABEL.fullmatch(label) for label in labels) and not labels[-1].isdigit()


def _line_error(value: str, most: int) -> FieldError | None:
    return FieldError("field_too_long", {"max": most}) if len(value) > most else None


def _required(value: str) -> FieldError | None:
    return None if value else FieldError("field_required")


def _name_characters(value: str, allowed: re.Pattern[str], code: str) -> FieldError | None:
    return _line_error(value, MAX_NAME_CHARACTERS) or (None if allowed.fullmatch(value) else FieldError(code))


def password_error(password: str) -> FieldError | None:
    if len(password) > MAX_PASSWORD_CHARACTERS:
        return FieldError("field_too_long", {"max": MAX_PASSWORD_CHARACTERS})
    # a digest needs bytes, and there is no agreed encoding beyond ASCII
    return None if all(" " <= c <= "~" for c in password) else FieldError("trunk_password_characters")


def codecs_error(codecs: Sequence[str]) -> FieldError | None:
    if not codecs:
        return FieldError("trunk_codecs_none")
    return FieldError("trunk_codec_twice") if len(set(codecs)) < len(codecs) else None


def trunk_errors(values: TrunkValues, *, password_kept: bool = False) -> dict[str, FieldError]:
    """Return the error of each invalid field. `password_kept`: a stored password exists and stays."""
    registers = values.kind is TrunkKind.REGISTER
    has_password = bool(values.password) or (values.password is None and password_kept)
    checked = {
        "name": _required(values.name) or _line_error(values.name, MAX_NAME_CHARACTERS),
        "host": _required(values.host) or host_error(values.host),
        "domain": host_error(values.domain) if values.domain else None,
        "username": (FieldError("trunk_username_required") if registers and not values.username else None)
        or _name_characters(values.username, _USERNAME, "trunk_username_characters"),
        "auth_name": _name_characters(values.auth_name, _AUTH_NAME, "trunk_auth_name_characters"),
        "password": (FieldError("trunk_password_required") if registers and not has_password else None)
        or password_error(values.password or ""),
        "codecs": codecs_error(values.codecs),
        "caller_id": caller_id_error(values.caller_id),
        "caller_id_name": _line_error(values.caller_id_name, MAX_NAME_CHARACTERS)
        or (FieldError("trunk_caller_id_name_characters") if _QUOTES.search(values.caller_id_name) else None),
    }
    return {field: error for field, error in checked.items() if error is not None}
