"""The outbox topics of mails. One worker serves both."""

from __future__ import annotations

SEND_TOPIC = "mail.send"
AWAITED_TOPIC = "mail.awaited"  # mails that somebody waits for; they go out before thousands of others
