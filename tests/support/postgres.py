"""Runs a temporary PostgreSQL for one test run, on a Unix socket only. It listens on no port."""

from __future__ import annotations

import contextlib
import itertools
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_numbers = itertools.count(1)
# nothing here has to survive a power cut
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "listen_addresses": "",
    "shared_buffers": "32MB",
    "max_connections": "60",
    "autovacuum": "off",
}


def _programs() -> Path:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed: run `make test`, or apt-get install postgresql")
    return found[-1].parent


def _as_user() -> list[str]:
    """Return the prefix that runs commands as the user of Debian's package, since PostgreSQL refuses to run as root."""
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] if os.geteuid() == 0 else []


@contextlib.contextmanager
def temporary_cluster() -> Iterator[str]:
    """Yield the folder of its socket, which is its address."""
    programs = _programs()
    # not pytest's folder: its path is too long for a socket (107 bytes), and closed to the user postgres
    folder = Path(tempfile.mkdtemp(prefix="linkus-pg-"))
    data = folder / "data"
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _run(programs / "initdb", "-D", data, "-U", "linkus", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = " ".join(f"-c {name}={value!r}" for name, value in SETTINGS.items())
        control = (programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "-s")
        _run(*control, "-o", f"{options} -k {folder}", "start")
        try:
            yield str(folder)
        finally:
            _run(*control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(*command: str | Path) -> None:
    done = subprocess.run(
        [*_as_user(), *map(str, command)], cwd="/", capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")


def create_database(socket_folder: str, name: str) -> str:
    """Create a database and return its URL. Its name begins with `name`.

    pytest makes a parametrized session fixture again when a run alternates between its parameters, as slow tests of
    both databases before quick ones do. Each time needs a database of its own.
    """
    own_name = f"{name}_{next(_numbers)}"
    _run(_programs() / "createdb", "-h", socket_folder, "-U", "linkus", own_name)
    return f"postgresql://linkus@/{own_name}?host={socket_folder}"
