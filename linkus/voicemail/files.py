"""Stores message files. The core records into its own folder, and the control server moves the files below
`LINKUS_HOME/voicemail`."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from linkus.kit.private_files import replacing

BYTES_PER_SECOND = 8000 * 2  # 8 kHz, 16 bit, mono
HEADER_BYTES = 44
# The core writes several times a second: a file that has not grown for this long is complete. No event about the end of
# the call is needed.
MIN_UNCHANGED_SECONDS = 3.0
MIN_MESSAGE_SECONDS = 1.0
_NAME = re.compile(
    r"(?P<at>\d{1,12})_(?P<mailbox>\d{1,8})_(?P<caller>[0-9A-Za-z*#+]{0,64})_(?P<call>[0-9a-f-]{0,64})\.wav"
)


@dataclass(frozen=True, slots=True)
class Recording:
    """Holds what the file name of a message says (engine/asterisk/extensions.conf.j2, `voicemail`)."""

    path: Path
    mailbox: str
    caller: str
    call_id: str
    left_at: datetime
    seconds: float
    quiet_seconds: float  # since the core last wrote to it


@dataclass(frozen=True, slots=True)
class MessageFiles:
    """Manages message files: the core records into `box`, and messages stay in `kept`."""

    box: Path
    kept: Path

    def complete(self) -> Iterator[Recording]:
        if not self.box.is_dir():
            return
        for path in sorted(self.box.iterdir()):
            match = _NAME.fullmatch(path.name)
            if match is None:
                continue
            status = path.stat()
            quiet = time.time() - status.st_mtime
            if quiet < MIN_UNCHANGED_SECONDS:
                continue
            seconds = max(0, status.st_size - HEADER_BYTES) / BYTES_PER_SECOND
            left_at = datetime.fromtimestamp(int(match["at"]), UTC)
            yield Recording(path, match["mailbox"], match["caller"], match["call"], left_at, seconds, quiet)

    def place(self, extension_id: int, file_name: str) -> Path:
        return self.kept / str(extension_id) / file_name

    def keep(self, recording: Recording, extension_id: int) -> None:
        """Copy a recording to its owner. The original is removed later: a crash in between leaves two files, never
        none."""
        target = self.place(extension_id, recording.path.name)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with replacing(target) as fresh:
            shutil.copyfile(recording.path, fresh)

    def owners(self) -> set[int]:
        """Return the ids of the extensions that have files, whether or not they still exist."""
        if not self.kept.is_dir():
            return set()
        return {int(folder.name) for folder in self.kept.iterdir() if folder.name.isdecimal()}

    def forget_owner(self, extension_id: int) -> None:
        shutil.rmtree(self.kept / str(extension_id), ignore_errors=True)

    def remove(self, extension_id: int, file_name: str) -> None:
        self.place(extension_id, file_name).unlink(missing_ok=True)
