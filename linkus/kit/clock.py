"""Time is always timezone-aware, and UTC inside the server. Pages convert it to the reader's time zone."""

from __future__ import annotations

from datetime import UTC, datetime


def now() -> datetime:
    return datetime.now(UTC)


def unix_now() -> int:
    """Return seconds since 1970, the unit that SIP credentials and the edge use."""
    return int(now().timestamp())


def local_time(moment: datetime, *, seconds: bool = False) -> str:
    """Return a time in the server's time zone with its offset from UTC: `2026-01-08 11:00 (UTC+08:00)`."""
    local = moment.astimezone()
    ahead = f"{local:%z}"
    time = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    return f"{local:%Y-%m-%d} {time} (UTC{ahead[:3]}:{ahead[3:5]})"
