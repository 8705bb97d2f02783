"""Time is always timezone-aware, and UTC inside the server. Pages convert it to the reader's time zone."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def unix_now() -> int:
    """Return seconds since 1970, the unit that SIP credentials and the edge use."""
    return int(now().timestamp())
