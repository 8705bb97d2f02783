"""Unix sockets that only the engine's programs can reach, and no other user of the machine."""

import socket
from pathlib import Path

from linkus.engine.sandbox import give

MODE = 0o600  # for the owner set by `give`: the engine's user if we are root, else our own user
BACKLOG = 2048
MAX_PATH_BYTES = 107  # sun_path of Linux, without its final zero byte (unix(7))


def listen_privately(path: Path) -> socket.socket:
    """Listen at `path`, in a folder that other users cannot enter. Replace a socket of an earlier process."""
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
