"""The inputs of the engine's image, and a check whether the existing image was built from them.

Standard library only: scripts/bootstrap runs this before any package is installed.
"""

import hashlib
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TEMPLATES = Path(__file__).resolve().parents[2] / "engine"
PACKAGES = TEMPLATES / "image" / "packages.toml"
PROMPTS = TEMPLATES / "prompts"


@dataclass(frozen=True)
class Recipe:
    suite: str
    packages: list[str]
    exclude: list[str]


def read_recipe() -> Recipe:
    return Recipe(**tomllib.loads(PACKAGES.read_text()))


def packages_digest() -> str:
    return _digest([PACKAGES])


def prompts_digest() -> str:
    return _digest(PROMPTS.rglob("*"))


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(TEMPLATES)}\0".encode() + path.read_bytes() + b"\0")
    return digest.hexdigest()


def read_record(record: Path) -> dict[str, object]:
    return tomllib.loads(record.read_text()) if record.exists() else {}


def is_made_of_this(record: Path) -> bool:
    found = read_record(record)
    return found.get("packages") == packages_digest() and found.get("prompts") == prompts_digest()
