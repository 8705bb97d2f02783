"""Unix sockets that the engine's programs reach, and no other user of the machine."""

import socket
from pathlib import Path

from linkus.engine.sandbox import give

MODE = 0o600  # its owner is whom `give` names: the engine's user when we are root, else we ourselves
BACKLOG = 2048
MAX_PATH_BYTES = 107  # sun_path of Linux, less the zero at its end (unix(7))


def listen_privately(path: Path) -> socket.socket:
    """Listen at `path`, in a folder that others cannot enter; what an earlier process left there gives way."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listener.bind(str(path))
        path.chmod(MODE)
        give(path)
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener
