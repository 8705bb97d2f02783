"""Allows one instance per LINKUS_HOME, and writes run.json, which describes the running one."""

import contextlib
import fcntl
import json
import os
from collections.abc import Iterator
from pathlib import Path

from linkus.runtime.console import Refusal


@contextlib.contextmanager
def only_instance(home: Path) -> Iterator[None]:
    """Hold home/run.lock. The kernel releases it however the process ends."""
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            pid = file.read().strip()
            raise Refusal(
                f"{home} 已有一个实例在运行（进程 {pid}），请先停止它，或用 LINKUS_HOME 指定另一个目录。",
                f"An instance already runs in {home} (process {pid}): stop it, or set LINKUS_HOME to another folder.",
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        try:
            yield
        finally:
            (home / "run.json").unlink(missing_ok=True)


def write_run_record(home: Path, record: dict[str, object]) -> None:
    fresh = home / ".run.json.new"
    fresh.write_text(json.dumps(record, indent=1) + "\n")
    fresh.replace(home / "run.json")
