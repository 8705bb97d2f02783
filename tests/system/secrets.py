"""Databases with sealed values, and damaged files."""

from __future__ import annotations

from pathlib import Path

from linkus.engine.keys import read_key
from linkus.kit.database import Database
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.runtime.key_check import check_keys
from linkus.trunk.models import Trunk

PAGE_BYTES = 4096


def trunk(name: str, sealed: str) -> Trunk:
    return Trunk(
        name=name, kind="register", host="127.0.0.1", port=5999, transport="udp", username="u", password_sealed=sealed,
        codecs=["pcma"], caller_id_header="from",
    )  # fmt: skip


async def sealed_trunk(settings: Settings, name: str, seal: Seal | None = None) -> None:
    """Create a trunk whose password is sealed with the key of the home, or with another."""
    seal = seal or Seal(read_key(settings.home / "keys", "seal").encode())
    database = Database(settings.database)
    try:
        async with database.transaction() as db:
            db.add(trunk(name, seal.seal("Trunk-Secret-7")))
    finally:
        await database.close()
    assert await check_keys(settings) is None


def damage(path: Path) -> None:
    """Overwrite every other page except the first few, as a bad disk does. Many queries still work."""
    path.with_name(f"{path.name}-wal").unlink(missing_ok=True)
    with path.open("r+b") as file:
        for page in range(4, path.stat().st_size // PAGE_BYTES, 2):
            file.seek(page * PAGE_BYTES)
            file.write(b"\xde\xad" * (PAGE_BYTES // 2))
