"""One running program: start it, read what it says, stop it for certain."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from linkus.engine.logfile import LogFile
from linkus.engine.sandbox import Kind, Sandbox

STOP_SECONDS = 5.0


class Child:
    """A process in a session of its own, so that Ctrl-C reaches only the supervisor, which stops the parts in order."""

    def __init__(self, process: asyncio.subprocess.Process, log: LogFile, pid: int) -> None:
        self._process = process
        self._log = log
        self._reader = asyncio.create_task(self._read())
        self.pid = pid
        self.started = time.monotonic()

    @property
    def last_line(self) -> str:
        return self._log.last_line

    async def _read(self) -> None:
        stream = self._process.stdout
        if stream is None:
            return
        try:
            while chunk := await stream.read(65536):
                self._log.write(chunk)
        finally:
            self._log.close()

    async def wait(self) -> int:
        """The exit status; minus the number of the signal that ended it."""
        status = await self._process.wait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(self._reader), 1)
        return 128 - status if 128 < status <= 128 + signal.SIGRTMAX else status  # bubblewrap's way to tell a signal

    def send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def stop(self, first: signal.Signals = signal.SIGTERM, seconds: float = STOP_SECONDS) -> None:
        """Asks the program to end, then ends it and whatever it started."""
        if self._process.returncode is None:
            self.send(first)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), seconds)
        self.kill()
        await self.wait()

    def kill(self) -> None:
        """Ends the whole process group, also when its leader has gone already."""
        for group in {self._process.pid, self.pid}:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(group, signal.SIGKILL)


async def start_child(
    program: Sequence[str],
    log: Path,
    *,
    sandbox: Sandbox | None = None,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    stdin: int = asyncio.subprocess.DEVNULL,
) -> Child:
    reading, writing = os.pipe()
    inside = sandbox is not None and sandbox.kind in (Kind.BWRAP, Kind.BWRAP_HOST_PIDS)
    command = sandbox.command(program, writing if inside else None) if sandbox else list(program)
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=stdin,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            env=env,
            cwd=cwd,
            start_new_session=True,
            pass_fds=(writing,) if inside else (),
        )
        os.close(writing)
        writing = -1
        pid = await _program_pid(process, reading, sandbox.kind) if sandbox and inside else process.pid
    finally:
        os.close(reading)
        if writing >= 0:
            os.close(writing)
    return Child(process, LogFile(log), pid)


async def _program_pid(process: asyncio.subprocess.Process, info: int, kind: Kind) -> int:
    """The program's own process id. Bubblewrap tells its first child's: with a name space of processes that is the
    reaper, whose only child the program is; without, it is the program."""
    document = await asyncio.to_thread(_read_all, info)
    try:
        first = int(json.loads(document)["child-pid"])
    except (ValueError, KeyError):
        return process.pid  # it ended at once; its exit status and its words say why
    if kind is not Kind.BWRAP:
        return first
    children = Path(f"/proc/{first}/task/{first}/children")
    for _ in range(100):
        if found := _read_words(children):
            return int(found[0])
        if process.returncode is not None:
            break
        await asyncio.sleep(0.005)
    return first


def _read_words(path: Path) -> list[str]:
    """Of a file in /proc, which is memory and never blocks."""
    try:
        return path.read_text().split()
    except OSError:
        return []


def _read_all(descriptor: int) -> bytes:
    document = b""
    while chunk := os.read(descriptor, 4096):
        document += chunk
    return document
