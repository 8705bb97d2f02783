"""Time: always aware, always UTC inside; the reader's zone is the page's business."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def unix_now() -> int:
    """Seconds since 1970, as SIP credentials and the edge use them."""
    return int(now().timestamp())
