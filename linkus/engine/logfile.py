"""Log files that do not fill the disk."""

import re
from pathlib import Path

from linkus.engine.sandbox import give

_ERROR = re.compile(r"\b(ERROR|CRITICAL|FATAL|Fatal|emerg|[A-Za-z]*Error)\b")
LIMIT = 20 * 1024 * 1024
KEPT = 3


def rotate(path: Path, *, limit: int = LIMIT, kept: int = KEPT) -> bool:
    """Moves a file that has grown too big to .1, .1 to .2 and so on; true when it did."""
    if not path.exists() or path.stat().st_size < limit:
        return False
    for number in range(kept - 1, 0, -1):
        older = path.with_name(f"{path.name}.{number}")
        if older.exists():
            older.replace(path.with_name(f"{path.name}.{number + 1}"))
    path.replace(path.with_name(f"{path.name}.1"))
    return True


def prepare_log(path: Path) -> None:
    """Makes an empty file that the engine's user may append to; the folder itself stays ours."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o640)
    give(path)


class LogFile:
    """What a program says, into a file; remembers the last line for the status page."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("ab", buffering=0)
        self._written = path.stat().st_size
        self._last = self._last_error = ""

    @property
    def last_words(self) -> str:
        """The last line that speaks of an error, since programs say goodbye after it; else the last line."""
        return self._last_error or self._last

    def write(self, chunk: bytes) -> None:
        self._file.write(chunk)
        self._written += len(chunk)
        lines = [line.strip()[:300] for line in chunk.decode(errors="replace").split("\n") if line.strip()]
        if lines:
            self._last = lines[-1]
            self._last_error = next((line for line in reversed(lines) if _ERROR.search(line)), self._last_error)
        if self._written >= LIMIT:
            self._file.close()
            rotate(self._path)
            self._file = self._path.open("ab", buffering=0)
            self._written = 0

    def close(self) -> None:
        self._file.close()
