"""Tells which calls the edge may lack, because an earlier process set them up. No call rings longer than the window
after the start. Later, a message without its call belongs to none, and costs the core nothing."""

import time

WINDOW_SECONDS = 200
_STARTED_AT, _STARTED_MONOTONIC = int(time.time()), time.monotonic()


def is_recent() -> bool:
    """Return whether a call that an earlier process forwarded may still ring."""
    return time.monotonic() - _STARTED_MONOTONIC < WINDOW_SECONDS


def may_lack(began: int) -> bool:
    """Return whether the edge's database may lack a call of that time: it rang, or was just answered, when the earlier
    process ended."""
    return _STARTED_AT - WINDOW_SECONDS <= began <= _STARTED_AT
