"""Encodes a call plan for the core: `key=value` pairs, URL-encoded, joined with `&` (Asterisk's
CURLOPT(hashcompat))."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote

from linkus.kit.addresses import in_url
from linkus.kit.kinds import SipKind

KEYS = (
    "action",
    "targets",
    "timeout",
    "options",
    "cid_num",
    "cid_name",
    "start",
    "did_num",
    "did_name",
    "alert",
    "prompt",
    "cause",
    "language",
    "waiting",
    "origin",
    "page",
    "page_name",
    "duplex",
    "trunks",
    "trunk_cids",
    "trunk_names",
    "number",
    "mailbox",
    "journal",
    "rejoin",
)
# A caller's name or number may have any character. The core splits the answer at commas, but not within quotes and
# brackets, so an unbalanced one would swallow the keys that follow. The core decodes these keys once more.
_ENCODED = frozenset({"cid_num", "cid_name"})
# The core leaves other characters out of these.
_NUMBERS = frozenset({"did_num", "number", "mailbox", "page"})
_NOT_IN_NUMBERS = re.compile(r"[^0-9A-Za-z*#+]+")
# No other key may have a character that the core's splitting gives a meaning.
_SPLITTING = re.compile(r"[()\[\]\"'\\,]")
_TARGET = re.compile(rf"[0-9A-Za-z_+*#-]{{1,31}}\.(?:{'|'.join(SipKind)})")
# A line break would add a header to a leg's INVITE; the other control characters are not valid in a header either.
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


def plan_text(plan: Mapping[str, object], *, internal: str, edge_port: int) -> str:
    """Return the encoded plan. `targets` are identities (`1002.web`); None and empty values are left out."""
    fields = dict(plan)
    if targets := fields.get("targets"):
        if not isinstance(targets, Iterable) or isinstance(targets, str):
            raise TypeError("targets are identities, one an item")
        identities = [str(each) for each in targets]
        # A page may have hundreds of targets, and the core reads at most 4095 characters. So the core adds the rest of
        # each address itself.
        fields["targets"] = (
            "&".join(_target(each) for each in identities)
            if fields.get("action") == "page"
            else dial_string(identities, internal=internal, edge_port=edge_port)
        )
    unknown = fields.keys() - set(KEYS)
    if unknown:
        raise ValueError(f"no such key in a plan: {', '.join(sorted(unknown))}")
    values = {key: _plain(key, _value(fields.get(key))) for key in KEYS}
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in values.items() if value)


def dial_string(targets: Iterable[str], *, internal: str, edge_port: int) -> str:
    """Return the dial string with which the core rings these identities simultaneously, each through the edge."""
    return "&".join(f"PJSIP/edge/sip:{_target(each)}@{in_url(internal)}:{edge_port}" for each in targets)


def _target(identity: str) -> str:
    if not _TARGET.fullmatch(identity):
        # A stray `&` or `@` would ring another party.
        raise ValueError(f"not an identity: {identity!r}")
    return identity


def _plain(key: str, value: str) -> str:
    if key in _ENCODED:
        return quote(value, safe="")
    if key in _NUMBERS:
        return _NOT_IN_NUMBERS.sub("", value)
    if key not in ("options", "targets") and _SPLITTING.search(value):
        raise ValueError(f"the core would misread {key}: {value!r}")
    return value


def _value(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else ""
    if isinstance(value, int):
        # IntEnum and StrEnum members become their value; 0 means not set.
        return str(int(value)) if value else ""
    return _CONTROL.sub(" ", str(value)).strip()
