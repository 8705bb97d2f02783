"""Who may read what an instance writes: its own user, and the engine's if it must (docs/contracts/environment.md)."""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from linkus.engine.layout import Layout
from linkus.engine.sandbox import ENGINE_UID

UMASK = 0o027  # files 0640, folders 0750, or less


def use_private_umask() -> None:
    """Let this process and all its children create nothing that other users of the machine can read."""
    os.umask(UMASK)


def tighten(layout: Layout) -> None:
    """Take from other users what an earlier version or another program left readable below LINKUS_HOME.

    The image is left out: it holds no secrets, and the engine's user reads it.
    """
    for path in _files(layout):
        with contextlib.suppress(FileNotFoundError, PermissionError):  # gone meanwhile; a mounted folder of another's
            mode = stat.S_IMODE(path.lstat().st_mode)
            if mode & UMASK:
                path.chmod(mode & ~UMASK)


def _files(layout: Layout) -> Iterator[Path]:
    yield layout.home
    # in a chroot the last three are links into the image
    for root in {layout.home, *(folder.resolve() for folder in (layout.run, layout.logs, layout.prompts))}:
        for folder, folders, files in os.walk(root):
            if Path(folder, "image") == layout.image:
                folders[:] = [name for name in folders if name != "image"]
            for name in (*folders, *files):
                path = Path(folder, name)
                if not path.is_symlink():
                    yield path


def share_with_engine(folder: Path) -> None:
    """Let the engine's user read this folder and what will be made in it (setgid); only root needs to."""
    folder = folder.resolve()  # in a chroot it is a link into the image
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, -1, ENGINE_UID, follow_symlinks=False)
            path.chmod(0o2750 if path.is_dir() else 0o640)


def let_engine_pass(folder: Path) -> None:
    """Let the engine's user reach the files in this folder that are its own."""
    if os.geteuid() == 0:
        os.chown(folder, -1, ENGINE_UID)
    folder.chmod(0o750)
