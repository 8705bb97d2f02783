"""Describes an engine that no longer answers."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

import psutil

LOG_CHARACTERS = 3000
SPINS = 0.5  # seconds of CPU time per second


class EngineLost(AssertionError):
    """Raised when the engine ended or hangs idle: a fault of this engine or its harness, not of the page."""


class PageSpins(AssertionError):
    """Raised when the engine is busy and does not answer: the page is in an endless loop."""


def lost(window: int, log: Path, why: str) -> AssertionError:
    """Return the error to raise, with diagnostics. `window` is the process that shows the engine."""
    family = _family(window)
    before = [_work(one) for one in family]
    time.sleep(1)
    spins = any(_work(one) - then > SPINS for one, then in zip(family, before, strict=True))
    processes = "\n".join(_describe(one) for one in family)
    tail = log.read_text(errors="replace")[-LOG_CHARACTERS:]
    kind = PageSpins if spins else EngineLost
    return kind(f"{why}\n{processes}\nwhat it said:\n{tail}")


def _family(pid: int) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        window = psutil.Process(pid)
        return [window, *window.children(recursive=True)]
    return []


def _work(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return sum(process.cpu_times()[:2])
    return 0.0


def _describe(process: psutil.Process) -> str:
    try:
        with process.oneshot():
            said = f"{process.pid} {process.status()} {_work(process):.1f} s {' '.join(process.cmdline())[:150]}"
    except psutil.NoSuchProcess:
        return f"{process.pid} has ended"
    return f"{said}\n    {', '.join(_waits(process.pid))}"


def _waits(pid: int) -> list[str]:
    """Return each thread's name, and where in the kernel it waits."""
    found = []
    for thread in Path(f"/proc/{pid}/task").glob("*"):
        with suppress(OSError):
            found.append(f"{(thread / 'comm').read_text().strip()}: {(thread / 'wchan').read_text()}")
    return found
