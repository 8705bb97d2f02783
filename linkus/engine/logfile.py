"""Log files with a limited size."""

import os
import re
from pathlib import Path
from typing import IO

import structlog

from linkus.engine.logsieve import Sieve
from linkus.engine.sandbox import give

log = structlog.get_logger("supervisor")
_ERROR = re.compile(r"\b(ERROR|CRITICAL|FATAL|Fatal|emerg|[A-Za-z]*Error)\b")
LIMIT = 20 * 1024 * 1024
KEPT = 3


def rotate(path: Path, *, limit: int = LIMIT, kept: int = KEPT) -> bool:
    """Rename a file that has grown too big to .1, .1 to .2 and so on. Return whether it was renamed."""
    if not path.exists() or path.stat().st_size < limit:
        return False
    for number in range(kept - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    path.replace(path.with_name(f"{path.name}.1"))
    return True


def prepare_log(path: Path) -> None:
    """Create an empty file that the engine's user may append to. The folder stays ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o640)
    give(path)


def _append_to(path: Path) -> IO[bytes]:
    """Open the file unbuffered. A new file is not readable for other users."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o640), "ab", buffering=0)


class LogFile:
    """Writes a program's output to a file, and remembers its telling lines for the status page."""

    def __init__(self, path: Path, sieve: Sieve | None = None) -> None:
        self._path = path
        self._sieve = sieve
        self._file = _append_to(path)
        self._written = path.stat().st_size
        self._last = self._first_error = self._last_error = ""
        self._failing = False  # logged once, not for every line

    @property
    def last_words(self) -> str:
        """Return the last error line, because programs log a farewell after it; without an error, the last line."""
        return self._last_error or self._last

    @property
    def cause_of_failed_start(self) -> str:
        """Return the first error line, which names the cause. Later ones only say that the start failed."""
        return self._first_error or self._last

    def write(self, chunk: bytes) -> None:
        """Write a chunk. Never raises: on a full disk the output is lost, but the program keeps running. It would hang
        if nobody read its output."""
        if self._sieve is not None:
            chunk = self._sieve.pass_on(chunk)
        try:
            self._file.write(chunk)
            self._written += len(chunk)
            if self._written >= LIMIT:
                self._begin_anew()
            self._failing = False
        except OSError as error:
            if not self._failing:
                log.error("log_not_written", path=str(self._path), error=str(error))
            self._failing = True
        self._remember(chunk)

    def _begin_anew(self) -> None:
        rotate(self._path)
        old, self._file = self._file, _append_to(self._path)
        old.close()
        self._written = 0

    def _remember(self, chunk: bytes) -> None:
        lines = [line.strip()[:300] for line in chunk.decode(errors="replace").split("\n") if line.strip()]
        if lines:
            self._last = lines[-1]
            errors = [line for line in lines if _ERROR.search(line)]
            if errors:
                self._first_error = self._first_error or errors[0]
                self._last_error = errors[-1]

    def close(self) -> None:
        self._file.close()
