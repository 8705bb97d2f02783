"""What is said to the person at the terminal: Chinese first, then English."""

import os
import sys
import time


def both(chinese: str, english: str) -> str:
    return f"{chinese} · {english}"


def say(line: str = "") -> None:
    """At once, also into a pipe; a terminal without UTF-8 sees question marks instead of a crash."""
    encoding = sys.stdout.encoding or "utf-8"
    sys.stdout.write(line.encode(encoding, errors="replace").decode(encoding) + "\n")
    sys.stdout.flush()


class Progress:
    """Lines with the seconds since the start: that of `make run`, if that is what started us."""

    def __init__(self) -> None:
        self._started = float(os.environ.pop("MAKE_RUN_STARTED", time.monotonic()))

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._started

    def step(self, chinese: str, english: str) -> None:
        say(f"{self.seconds:6.1f} s  {both(chinese, english)}")


class Refusal(Exception):
    """Why the instance cannot start, and the remedy: one sentence in each language."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")
