"""Writes private files whole: a reader sees the old content or the new, and a crash leaves no half of a file."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def fresh_file(folder: Path, name: str) -> Iterator[Path]:
    """Yield an empty file of mode 0600 in `folder`, and remove it at the end if it is still there. Each writer gets its
    own file. The name begins with a dot and has no suffix, so that no program takes it for a finished file."""
    descriptor, path = tempfile.mkstemp(prefix=f".{name.replace('.', '-')}-", dir=folder)
    os.close(descriptor)
    fresh = Path(path)
    try:
        yield fresh
    finally:
        fresh.unlink(missing_ok=True)


@contextlib.contextmanager
def replacing(path: Path, *, durable: bool = False) -> Iterator[Path]:
    """Yield a fresh private file that replaces `path` at the end, unless an error ends the writing. With `durable`,
    wait until it is on the disk."""
    with fresh_file(path.parent, path.name) as fresh:
        yield fresh
        if durable:
            sync(fresh)
        fresh.replace(path)


def sync(path: Path) -> None:
    """Wait until the file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
