"""Runs a program of the image: in a bubblewrap sandbox, in a chroot, or directly inside a container.

Paths below LINKUS_HOME are the same inside and outside, so rendered files and logs stay valid.
"""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from linkus.engine.layout import WEB, Layout

# User of the programs when linkus itself is root. Our ports are above 1023, so no program needs a capability.
ENGINE_UID = 61740
_ROOT_LINKS = {"/lib": "usr/lib", "/lib64": "usr/lib64", "/bin": "usr/bin", "/sbin": "usr/sbin"}
_PROBE_SECONDS = 10

# Do not pass our own environment on: it may contain the password of the administrator or the database.
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8"}


class Kind(StrEnum):
    BWRAP = "bwrap"
    BWRAP_HOST_PIDS = "bwrap-host-pids"
    CHROOT = "chroot"
    NATIVE = "native"


@dataclass(frozen=True, slots=True)
class Sandbox:
    layout: Layout
    kind: Kind
    drop_root: bool

    def command(self, program: Sequence[str], info_fd: int | None = None) -> list[str]:
        """Return the command line that runs `program` with the image as its root."""
        inner = [*self._drop(), *program]
        match self.kind:
            case Kind.NATIVE:
                return inner
            case Kind.CHROOT:
                return ["chroot", str(self.layout.image), *inner]
            case Kind.BWRAP | Kind.BWRAP_HOST_PIDS:
                info = ["--info-fd", str(info_fd)] if info_fd is not None else []
                return ["bwrap", *self._mounts(), *info, "--", *inner]

    def _drop(self) -> list[str]:
        # Set the parent-death signal after the change of user, which clears it (prctl(2), PR_SET_PDEATHSIG). Inside a
        # bubblewrap with a PID namespace it is not needed.
        death = [] if self.kind is Kind.BWRAP else ["--pdeathsig", "TERM"]
        if self.drop_root:
            user = [f"--reuid={ENGINE_UID}", f"--regid={ENGINE_UID}", "--clear-groups", "--inh-caps=-all"]
            return ["setpriv", *death, *user, "--no-new-privs", "--"]
        return ["setpriv", *death, "--no-new-privs", "--"]

    def _mounts(self) -> list[str]:
        image, layout = self.layout.image, self.layout
        options = ["--die-with-parent", "--new-session", "--unshare-ipc"]
        for name in ("usr", "etc", "var"):
            options += ["--ro-bind", str(image / name), f"/{name}"]
        for link, target in _ROOT_LINKS.items():
            options += ["--symlink", target, link]
        options += ["--tmpfs", "/tmp", "--tmpfs", "/run", "--dev", "/dev"]  # noqa: S108 private, not the machine's
        for name in ("hosts", "resolv.conf"):
            options += ["--ro-bind-try", str(layout.run / name), f"/etc/{name}"]
        if self.kind is Kind.BWRAP:
            options += ["--unshare-pid", "--proc", "/proc"]
        else:
            options += ["--ro-bind", "/proc", "/proc"]
        readable, writable = (WEB, layout.prompts), (layout.run, layout.logs)
        # bubblewrap creates the folders above a mount point with mode 0700, which would lock out the engine's user
        for folder in sorted({parent for path in (*readable, *writable) for parent in path.parents} - {Path("/")}):
            options += ["--perms", "0755", "--dir", str(folder)]
        for path in readable:
            options += ["--ro-bind-try", str(path), str(path)]
        for path in writable:
            options += ["--bind-try", str(path), str(path)]
        return options


def give(path: Path) -> None:
    """Make the engine's user the owner of this file or folder. Only root can do this, and only root needs to."""
    if os.geteuid() == 0:
        os.chown(path, ENGINE_UID, ENGINE_UID, follow_symlinks=False)


def choose_sandbox(layout: Layout) -> Sandbox:
    """Return the strictest sandbox that works here. Containers often forbid the namespaces that bubblewrap needs."""
    root = os.geteuid() == 0
    if layout.native:
        return Sandbox(layout, Kind.NATIVE, drop_root=False)
    if shutil.which("bwrap"):
        for kind in (Kind.BWRAP, Kind.BWRAP_HOST_PIDS):
            sandbox = Sandbox(layout, kind, drop_root=root)
            if _works(sandbox):
                return sandbox
    if root:
        return Sandbox(layout, Kind.CHROOT, drop_root=True)
    raise SandboxUnavailable


class SandboxUnavailable(Exception):
    """Raised when this user can use neither bubblewrap nor chroot."""


def _works(sandbox: Sandbox) -> bool:
    try:
        done = subprocess.run(  # noqa: S603 our own command line
            sandbox.command(["true"]),
            capture_output=True,
            stdin=subprocess.DEVNULL,
            timeout=_PROBE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
