"""Limits the messages of a mailbox: else a caller could fill the disk of the server with them."""

from __future__ import annotations

MAX_MESSAGES = 100
MAX_MAILBOX_SECONDS = 60 * 60  # of all messages together: 58 MB


def is_full(messages: int, seconds: int) -> bool:
    """Return whether a mailbox takes no more. The last message may be longer than what was left of the minutes."""
    return messages >= MAX_MESSAGES or seconds >= MAX_MAILBOX_SECONDS
