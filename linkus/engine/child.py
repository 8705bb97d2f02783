"""Runs a program: starts it, reads its output, and stops it reliably."""

import asyncio
import contextlib
import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from linkus.engine.logfile import LogFile
from linkus.engine.logsieve import Sieve
from linkus.engine.sandbox import Kind, Sandbox
from linkus.kit.waiting import wait_with_timeout

STOP_SECONDS = 5.0


class Child:
    """A process in a session of its own, so that Ctrl-C reaches only the supervisor, which stops the parts in order."""

    def __init__(self, process: asyncio.subprocess.Process, output: int, log: LogFile, pid: int) -> None:
        self._process = process
        self._log = log
        self._reader = asyncio.create_task(self._read(output))
        self.pid = pid
        self.started = time.monotonic()

    @property
    def last_words(self) -> str:
        return self._log.last_words

    @property
    def cause_of_failed_start(self) -> str:
        return self._log.cause_of_failed_start

    async def _read(self, output: int) -> None:
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(output, "rb", buffering=0)
        )
        try:
            while chunk := await stream.read(65536):
                self._log.write(chunk)
        finally:
            transport.close()
            self._log.close()

    async def wait(self) -> int:
        """Return the exit status, or minus the number of the signal that ended the program. Kill its leftover
        children."""
        status = await self._process.wait()
        self.kill()
        await asyncio.wait({self._reader}, timeout=1)
        return 128 - status if 128 < status <= 128 + signal.SIGRTMAX else status  # bubblewrap's way to report a signal

    def send(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def stop(self, first: signal.Signals = signal.SIGTERM) -> None:
        """Ask the program to end, then kill it with all its children."""
        if self._process.returncode is None:
            self.send(first)
            with contextlib.suppress(TimeoutError):
                await wait_with_timeout(self._process.wait(), STOP_SECONDS)
        self.kill()
        await self.wait()
        await self._gone()

    async def _gone(self) -> None:
        """Wait until the process group is empty, because SIGKILL takes effect a moment later."""
        for _ in range(50):
            try:
                os.killpg(self._process.pid, 0)
            except (ProcessLookupError, PermissionError):
                return
            await asyncio.sleep(0.01)

    def kill(self) -> None:
        """Kill the whole process group, even if its leader has already ended."""
        for group in {self._process.pid, self.pid}:
            _kill_group(group)


def _kill_group(group: int) -> None:
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
    sieve: Sieve | None = None,
) -> Child:
    inside = sandbox is not None and sandbox.kind in (Kind.BWRAP, Kind.BWRAP_HOST_PIDS)
    # Use a pipe of our own: with asyncio's, wait() lasts until grandchildren close it too. Open the log file first: a
    # program whose output nobody reads hangs once the pipe is full.
    with contextlib.ExitStack() as undo, Pipe() as output, Pipe() as info:
        file = LogFile(log, sieve)
        undo.callback(file.close)
        command = sandbox.command(program, info.writing if inside else None) if sandbox else list(program)
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=stdin,
            stdout=output.writing,
            stderr=output.writing,
            env=env,
            cwd=cwd,
            start_new_session=True,
            pass_fds=(info.writing,) if inside else (),
        )
        undo.callback(_kill_group, process.pid)
        info.close_writing()
        pid = await _program_pid(process, info.reading, sandbox.kind) if sandbox and inside else process.pid
        undo.pop_all()
        return Child(process, output.take_reading(), file, pid)


class Pipe:
    """Holds both ends of a pipe and closes them at the end of the block unless they were taken."""

    def __enter__(self) -> "Pipe":
        self.reading, self.writing = os.pipe()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close_writing()
        if self.reading >= 0:
            os.close(self.reading)

    def close_writing(self) -> None:
        if self.writing >= 0:
            os.close(self.writing)
        self.writing = -1

    def take_reading(self) -> int:
        taken, self.reading = self.reading, -1
        return taken


async def _program_pid(process: asyncio.subprocess.Process, info: int, kind: Kind) -> int:
    """Return the process id of the program. Bubblewrap reports its first child. With a PID namespace that child is the
    reaper, whose only child is the program; without one it is the program itself."""
    document = await asyncio.to_thread(_read_all, info)
    try:
        first = int(json.loads(document)["child-pid"])
    except (ValueError, KeyError):
        return process.pid  # ended immediately; its exit status and output tell why
    if kind is not Kind.BWRAP:
        return first
    # psutil would read the status of every process of the machine at each look
    children = Path(f"/proc/{first}/task/{first}/children")
    for _ in range(100):
        if found := _read_words(children):
            return int(found[0])
        if process.returncode is not None:
            break
        await asyncio.sleep(0.005)
    return first


def _read_words(path: Path) -> list[str]:
    """Return the words of a file in /proc, which is in memory, so that reading never blocks."""
    try:
        return path.read_text().split()
    except OSError:
        return []


def _read_all(descriptor: int) -> bytes:
    document = b""
    while chunk := os.read(descriptor, 4096):
        document += chunk
    return document
