"""Paths of the project, and digests of files."""

import hashlib
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
TOOLS = PROJECT / ".tools"
VENV = PROJECT / ".venv"
WEB = PROJECT / "web"
LOGS = TOOLS / "logs"
HOME = Path(os.environ.get("LINKUS_HOME") or PROJECT / "var").resolve()
PYTHON_TAG = f"python{sys.version_info.major}.{sys.version_info.minor}"


def digest(paths, root=PROJECT):
    found = hashlib.sha256()
    for path in sorted(paths):
        found.update(f"{path.relative_to(root)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def read(path):
    try:
        return path.read_text().strip()
    except OSError:
        return ""
