"""Keeps the keys that a phone sends by INFO in their order.

Two processes read the public UDP socket, and the second of two requests often overtakes the first. The core refuses the
first then (RFC 3261 12.2.2), and its digit is lost.
"""

import re
import time

import KSR

OVERTAKEN = 8  # more requests of one phone are not read at once
# How long a request waits: for one that has come, for one that is missing, and for one that may be the first.
PRESENT_SECONDS, MISSING_SECONDS, FIRST_WAIT_SECONDS = 0.5, 0.2, 0.01
PAUSE_SECONDS = 0.001
_INFO = re.compile(rb"\r\nCSeq[ \t]*:[ \t]*(\d{1,10})[ \t]+INFO[ \t]*\r\n", re.IGNORECASE)
_CALL_ID = re.compile(rb"\r\n(?:Call-ID|i)[ \t]*:[ \t]*(\S{1,255})[ \t]*\r\n", re.IGNORECASE)


class KeyOrder:
    """Orders this process's INFO behind those that were sent before it and are still with another process."""

    def __init__(self) -> None:
        self._present = ""
        self._sent: tuple[str, int] | None = None

    def note_arrival(self, raw: bytes) -> None:
        """Note an INFO before anything else reads it, because then the processes have least time to change places."""
        self._present, self._sent = "", None
        if not raw.startswith(b"INFO "):
            return
        call_id, number = _CALL_ID.search(raw), _INFO.search(raw)
        if call_id is not None and number is not None:
            self._present = _key(call_id[1].decode("utf-8", "replace"), int(number[1]))
            KSR.htable.sht_sets("infos", self._present, "1")

    def wait_for_earlier(self) -> None:
        """Wait until the requests before this one have been sent on. No other request waits. Who leaves numbers out is
        waited for only once a minute: a process that waits serves nobody."""
        call_id, number = KSR.pv.get("$ci"), int(KSR.pv.get("$cs"))
        self._sent = (call_id, number)
        began = time.monotonic()
        while (waited := time.monotonic() - began) < _patience(call_id, number):
            time.sleep(PAUSE_SECONDS)
        if waited >= MISSING_SECONDS:
            KSR.htable.sht_sets("infogaps", call_id, "1")

    def forget(self) -> None:
        """Let the next one pass, once this request has been handled in whatever way."""
        if self._sent is not None:
            call_id, number = self._sent
            KSR.htable.sht_sets("infos", f"{call_id} last", str(max(number, int(_last(call_id) or 0))))
        if self._present:
            KSR.htable.sht_rm("infos", self._present)
        self._present, self._sent = "", None


def _patience(call_id: str, number: int) -> float:
    """Return how long a request with this number may wait, by what has come so far."""
    if any(KSR.htable.sht_get("infos", _key(call_id, number - before)) for before in range(1, OVERTAKEN + 1)):
        return PRESENT_SECONDS
    last = _last(call_id)
    if last is None:
        return FIRST_WAIT_SECONDS
    is_missing = int(last) < number - 1 and KSR.htable.sht_get("infogaps", call_id) is None
    return MISSING_SECONDS if is_missing else 0


def _last(call_id: str) -> str | None:
    return KSR.htable.sht_get("infos", f"{call_id} last")


def _key(call_id: str, number: int) -> str:
    return f"{call_id} {number}"
