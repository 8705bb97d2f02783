"""What of a program's words gets into its log, where strangers can make it talk.

Kamailio writes lines at the wish of whoever connects to it, of some messages the very text: with it anybody could write
events of the edge (`event=registered ...`), show what others have sent, or push all else out of the log. So the edge
marks its own lines (edge_log.py) with a word that nobody outside knows; everything else has little room.
"""

import hashlib
import re
import time
from collections.abc import Callable

MAX_LINES = 100  # of the program's own, in a window
WINDOW_SECONDS = 10.0
START_SECONDS = 10.0  # in which it may say anything: what it listens to, or why it does not start
RAW_SECONDS = 1.0
MAX_REST_BYTES = 64 * 1024
_OWN = re.compile(rb" {0,3}[0-9]{1,4}\([0-9]{1,9}\) [A-Z]{3,9}: ")
_RAW = b"tcp_read_req(): bad request"  # the message follows, as it came


def log_mark(key: str) -> str:
    """The word, made of the edge's key, which it does not tell."""
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
        """Return what may be written of the lines that are whole by now."""
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[:MAX_REST_BYTES]
        return b"".join(line + b"\n" for each in lines if (line := self._line(each)) is not None)

    def _line(self, line: bytes) -> bytes | None:
        """The edge's own, without the mark, also where it stands in the midst of another one; else one of few."""
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
