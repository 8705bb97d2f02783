"""Restores the home that release 0.1.0 left (make_home.py), as if it had been made an hour ago."""

from __future__ import annotations

import gzip
import json
import re
import sqlite3
import subprocess
import tarfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.support.postgres import create_database

FOLDER = Path(__file__).parent / "release_0_1_0"
FORMER_REVISION = "0003"
AGE = timedelta(hours=1)
_TIME = re.compile(r"\d{4}-\d{2}-\d{2} \d{2}:\d{2}:\d{2}")
_FORMAT = "%Y-%m-%d %H:%M:%S"


def facts(kind: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((FOLDER / "facts.json").read_text())[kind]
    return found


def restore_files(home: Path) -> None:
    with tarfile.open(FOLDER / "home.tar.gz") as archive:
        archive.extractall(home)  # noqa: S202 our own file; Python 3.11.2 has no filters


def restore_database(kind: str, home: Path, postgres: str | None) -> str:
    """Restore the database, and return its URL. PostgreSQL has its socket in the folder `postgres`."""
    dump = _moved(gzip.decompress((FOLDER / f"{kind}.sql.gz").read_bytes()).decode(), facts(kind)["made_at"])
    if postgres is None:
        with sqlite3.connect(home / "linkus.db") as database:
            database.executescript(dump)
        database.close()
        return f"sqlite:///{home / 'linkus.db'}"
    url = create_database(postgres, "release")
    name = urlsplit(url).path.removeprefix("/")
    psql = ["psql", "-h", postgres, "-U", "linkus", "-q", "-v", "ON_ERROR_STOP=1", name]
    subprocess.run(psql, input=dump, text=True, check=True, capture_output=True)
    return url


def _moved(dump: str, made_at: str) -> str:
    """Move all times of the dump, so that its sessions and links have not expired, however old the file is."""
    shift = datetime.now(UTC) - AGE - datetime.fromisoformat(made_at)

    def moved(found: re.Match[str]) -> str:
        return (datetime.strptime(found[0], _FORMAT).replace(tzinfo=UTC) + shift).strftime(_FORMAT)

    return _TIME.sub(moved, dump)
