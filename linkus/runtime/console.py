"""Messages to the person at the terminal: Chinese first, then English."""

import os
import sys
import time


def both(chinese: str, english: str) -> str:
    return f"{chinese} · {english}"


def say(line: str = "") -> None:
    """Print a line and flush it, because output may be a pipe. Print question marks if the terminal lacks UTF-8."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, errors="replace").decode(encoding) + "\n")
    sys.stdout.flush()


class Progress:
    """Prints lines with the seconds since the start: since that of `make run`, if it started us."""

    def __init__(self) -> None:
        self._started = float(os.environ.pop("MAKE_RUN_STARTED", time.monotonic()))

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def step(self, chinese: str, english: str) -> None:
        say(f"{self.seconds:6.1f} s  {both(chinese, english)}")


class Refusal(Exception):
    """Raised when the instance cannot start: cause and remedy in one sentence of each language."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
