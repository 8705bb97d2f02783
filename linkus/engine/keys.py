"""The secrets of an instance, created at its first start (docs/contracts/environment.md)."""

import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

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
    fresh = folder / f".{name}.{secrets.token_hex(8)}"
    if not path.exists():
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(_new_key(name))
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, path)  # fails if another process was first; then its secret counts
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    return path.read_text().strip()


def _new_key(name: str) -> str:
    return Fernet.generate_key().decode() if name == "seal" else secrets.token_hex(32)


def ensure_keys(folder: Path, names: tuple[str, ...] = NAMES) -> dict[str, str]:
    return {name: read_key(folder, name) for name in names}
