"""The secrets of an instance, created at its first start (docs/contracts/environment.md)."""

import contextlib
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

from linkus.kit.private_files import fresh_file, sync

# sip_ephemeral: the HMAC key of SIP credentials, shared with Kamailio's auth_ephemeral, which takes it as text.
# internal: the core's key at the brain; ami_secret: the brain's key at the core.
# nonce: for the edge's digest challenges.
# edge: signs the marks by which the edge recognises its own dialogs; core: shared by edge and core.
# rpc: the brain's key at the edge; proxy: nginx's key at the edge; metrics: Prometheus's key at the brain.
# seal: encrypts values that the database must give back (mail password), as a Fernet key.
ENGINE_NAMES = ("sip_ephemeral", "internal", "ami_secret", "nonce", "edge", "core", "rpc", "proxy", "metrics")
NAMES = (*ENGINE_NAMES, "seal")


def read_key(folder: Path, name: str) -> str:
    """Return the secret of this name, and create it if it is missing. Safe when several processes start together."""
    path = folder / name
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        with fresh_file(folder, name) as fresh:
            fresh.write_text(_new_key(name))
            sync(fresh)
            with contextlib.suppress(FileExistsError):  # another process was first; then its secret counts
                path.hardlink_to(fresh)
    return path.read_text().strip()


def _new_key(name: str) -> str:
    return Fernet.generate_key().decode() if name == "seal" else secrets.token_hex(32)


def ensure_keys(folder: Path, names: tuple[str, ...] = NAMES) -> dict[str, str]:
    return {name: read_key(folder, name) for name in names}
