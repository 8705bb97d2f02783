"""Prints progress and refusals to the terminal: Chinese first, then English."""

import sys
import threading
import time

STARTED = time.monotonic()
_lock = threading.Lock()


class Refusal(Exception):
    """Carries the reason to stop, and the remedy: one sentence in each language."""

    def __init__(self, chinese, english):
        super().__init__(chinese, english)
        self.lines = (chinese, english)


def say(chinese, english):
    line = f"{time.monotonic() - STARTED:6.1f} s  {chinese} · {english}\n"
    encoding = sys.stdout.encoding or "utf-8"
    with _lock:
        sys.stdout.write(line.encode(encoding, errors="replace").decode(encoding))
        sys.stdout.flush()


class Step:
    """Prints when a task begins, that it is still running, and how long it took."""

    def __init__(self, chinese, english, remind=20.0):
        self._names = chinese, english
        self._remind = remind
        self._done = threading.Event()

    def __enter__(self):
        self._from = time.monotonic()
        say(f"{self._names[0]} …", f"{self._names[1]} ...")
        threading.Thread(target=self._reminder, daemon=True).start()
        return self

    def __exit__(self, kind, _value, _traceback):
        self._done.set()
        if kind is None:
            seconds = time.monotonic() - self._from
            say(f"{self._names[0]}：完成，{seconds:.1f} 秒", f"{self._names[1]}: done in {seconds:.1f} s")

    def _reminder(self):
        while not self._done.wait(self._remind):
            seconds = time.monotonic() - self._from
            say(f"{self._names[0]}：仍在进行，已 {seconds:.0f} 秒", f"{self._names[1]}: still working, {seconds:.0f} s")
