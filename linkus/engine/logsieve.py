"""Filters the output of a program before it is logged, because strangers can make the program log.

Anybody who connects to Kamailio can make it write lines, some with the raw text of a message. Without a filter they
could forge events of the edge (`event=registered ...`), reveal what others have sent, or flush the log. So the edge
marks its own lines (edge_log.py) with a secret word, and all other lines are rate-limited.
"""

import hashlib
import re
import time
from collections.abc import Callable

MAX_LINES = 100  # unmarked lines per window
WINDOW_SECONDS = 10.0
START_SECONDS = 10.0  # lets the program report what it listens to, or why it does not start
RAW_SECONDS = 1.0
MAX_REST_BYTES = 64 * 1024
_OWN = re.compile(rb" {0,3}[0-9]{1,4}\([0-9]{1,9}\) [A-Z]{3,9}: ")
_RAW = b"tcp_read_req(): bad request"  # the message follows, unescaped


def log_mark(key: str) -> str:
    """Return the secret word. It derives from the edge's key, so strangers cannot guess it."""
    return hashlib.sha256(f"log {key}".encode()).hexdigest()[:16] + " "


class Sieve:
    def __init__(self, mark: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._mark = mark.encode()
        self._clock = clock
        self._started = self._window = clock()
        self._raw_until = 0.0
        self._lines = self._held_back = 0
        self._rest = b""

    def pass_on(self, chunk: bytes) -> bytes:
        """Return the permitted part of the lines that are complete by now."""
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[:MAX_REST_BYTES]
        return b"".join(line + b"\n" for each in lines if (line := self._line(each)) is not None)

    def _line(self, line: bytes) -> bytes | None:
        """Return an own line of the edge without its mark, even when the mark is in mid-line. Pass other lines up to
        the limit."""
        now = self._clock()
        if self._mark in line:
            return line.rpartition(self._mark)[2]
        if now - self._window >= WINDOW_SECONDS:
            self._window, self._lines = now, 0
        is_raw = now < self._raw_until
        if _RAW in line:
            self._raw_until = now + RAW_SECONDS
        is_starting = now - self._started < START_SECONDS and not line.startswith(b"event=")
        if is_raw or self._lines >= MAX_LINES or not (_OWN.match(line) or is_starting):
            self._held_back += 1
            return None
        self._lines += 1
        said, self._held_back = self._held_back, 0
        return line if not said else b"event=held-back lines=%d\n%s" % (said, line)
