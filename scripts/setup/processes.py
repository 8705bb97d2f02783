"""Runs commands quietly: a log keeps their output, which is shown only when they fail."""

import contextlib
import os
import signal
import subprocess
import threading

from setup.console import Refusal
from setup.place import LOGS

_running = set()
_stopped = threading.Event()
_lock = threading.Lock()


class Stopped(Exception):
    """Raised when another task has failed, which reports the reason."""


def run(name, command, **options):
    """Return the output of a command that must succeed. All of it is also in .tools/logs/<name>.log."""
    status, output = attempt(name, command, **options)
    if status != 0:
        lines = [line for line in output.splitlines() if line.strip()]
        tail = "\n".join(lines if len(lines) <= 12 else [*lines[:6], "...", *lines[-6:]])
        log = LOGS / f"{name}.log"
        shown = " ".join(map(str, command[:6]))
        raise Refusal(
            f"命令失败：{shown} …（完整输出见 {log}）\n{tail}",
            f"A command failed: {shown} ... (all it said is in {log})",
        )
    return output


def attempt(name, command, **options):
    process = subprocess.Popen(
        [str(part) for part in command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        process_group=_own_group(),
        **options,
    )
    with _lock:
        _running.add(process)
        if _stopped.is_set():
            _stop(process)
    try:
        output, _ = process.communicate()
    finally:
        with _lock:
            _running.discard(process)
    if _stopped.is_set():
        raise Stopped
    LOGS.mkdir(parents=True, exist_ok=True)
    (LOGS / f"{name}.log").write_text(output)
    return process.returncode, output


def stop_all():
    """Stop all commands after one task has failed, because the others are then useless."""
    with _lock:
        _stopped.set()
        for process in _running:
            _stop(process)


def _own_group():
    """Return the process group for a command. As root, use a new group, so that all its child processes can be ended.
    We may not end what sudo started: it stays in the terminal's group, so Ctrl-C reaches it."""
    return 0 if os.geteuid() == 0 else None


def _stop(process):
    with contextlib.suppress(PermissionError, ProcessLookupError):
        if _own_group() == 0:
            os.killpg(process.pid, signal.SIGTERM)
        else:
            process.terminate()
