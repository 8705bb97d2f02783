"""Restricts the files of an instance to its own user, and to the engine's user where needed.

See docs/contracts/environment.md, State.
"""

import contextlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from linkus.engine.layout import Layout
from linkus.engine.sandbox import ENGINE_UID

UMASK = 0o027  # files 0640, folders 0750, or less


def use_private_umask() -> None:
    """Set the umask of this process and its children, so that other users of the machine cannot read new files."""
    os.umask(UMASK)


def tighten(layout: Layout) -> None:
    """Remove access of other users below LINKUS_HOME that an earlier version or another program left.

    The image is skipped: it holds no secrets, and the engine's user reads it.
    """
    for path in _files(layout):
        with contextlib.suppress(FileNotFoundError, PermissionError):  # deleted, or in a mount of another user
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
    """Let the engine's user read this folder and files created in it later (setgid). Only root needs this."""
    folder = folder.resolve()  # in a chroot it is a link into the image
    if os.geteuid() == 0:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, -1, ENGINE_UID, follow_symlinks=False)
            path.chmod(0o2750 if path.is_dir() else 0o640)


def let_engine_pass(folder: Path) -> None:
    """Let the engine's user enter this folder to reach its own files."""
    if os.geteuid() == 0:
        os.chown(folder, -1, ENGINE_UID)
    folder.chmod(0o750)
