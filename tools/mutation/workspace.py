"""Runs a tool in a folder of its own with links to the repository, so that the repository never holds a mutant."""

import contextlib
import os
import shutil
import signal
import subprocess
from pathlib import Path

from tools.mutation.modules import REPOSITORY

ROOT = REPOSITORY / "test-results" / "mutation"


def empty_workspace(name: str) -> Path:
    folder = ROOT / name
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def run_within(command: list[str], folder: Path, seconds: float, environment: dict[str, str]) -> bool:
    """Run a command, with its output in run.log. Return whether it ended well in time; otherwise end all its
    processes."""
    with (folder / "run.log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
            start_new_session=True,
        )
        try:
            return process.wait(timeout=max(1.0, seconds)) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
