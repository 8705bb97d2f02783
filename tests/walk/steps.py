"""Runs steps one after another, prints each with its time, and stops at the first that fails."""

import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar


class Photographed(Protocol):
    def photograph(self, name: str) -> list[Path]:
        """Take a picture of every open page."""
        ...


W = TypeVar("W", bound=Photographed)


@dataclass(frozen=True, slots=True)
class Step(Generic[W]):
    title: str
    do: Callable[[W], None]


class StepFailed(Exception):
    """Carries the step, the reason, and the folder of the pictures."""


def say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def run(steps: Sequence[Step[W]], world: W) -> None:
    started = time.monotonic()
    for number, step in enumerate(steps, 1):
        begun = time.monotonic()
        try:
            step.do(world)
        except Exception as error:
            pictures = world.photograph(f"step-{number:02}")
            traceback.print_exc()
            where = " ".join(str(picture) for picture in pictures) or "no page was open"
            message = f"walk: step {number} failed: {step.title}: {first_line(error)}; {where}"
            raise StepFailed(message) from error
        now = time.monotonic()
        say(f"{now - started:6.1f} s  {number:2}. {step.title} ({now - begun:.1f} s)")
    say(f"walk: {len(steps)} steps ok in {time.monotonic() - started:.1f} s")


def first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
