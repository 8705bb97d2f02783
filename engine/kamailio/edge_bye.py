"""Reads the brain's request to end a leg in the core's place, apart from Kamailio."""

import json

FIELDS = (
    "call_id", "local_uri", "local_tag", "remote_uri", "remote_tag",
    "target", "next_hop", "address", "transport", "route",
)  # fmt: skip


def parse_bye(body):
    """The fields of a BYE, or None: all of them, texts of one line."""
    try:
        bye = json.loads(body or "")
        values = [bye[name] for name in FIELDS]
    except (ValueError, KeyError, TypeError):
        return None
    is_plain = all(isinstance(value, str) and value.isprintable() for value in values)
    return bye if is_plain and bye["call_id"] and bye["target"].startswith("sip") else None
