"""Runs the product as an administrator starts it, `linkus serve` with an empty home, and reads its output."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from linkus.engine.image import is_current
from linkus.engine.layout import Layout

REPOSITORY = Path(__file__).resolve().parents[2]
SETUP_LINK = re.compile(r"https?://\S+/portal/setup#t=\S+")


class Server:
    def __init__(self, home: Path, host: str, **settings: str) -> None:
        self.home, self.host = home, host
        self.lines: list[str] = []
        self._said = threading.Condition()
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LINKUS_")}
        environment |= {"LINKUS_HOME": str(home), "LINKUS_HOST": host, "PYTHONPATH": str(REPOSITORY), **settings}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "linkus", "serve"],
            env=environment, cwd=REPOSITORY, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            start_new_session=True,
        )  # fmt: skip
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        with self._process.stdout as said:
            for line in said:
                with self._said:
                    self.lines.append(line.rstrip("\n"))
                    self._said.notify_all()
        self._process.wait()
        with self._said:
            self._said.notify_all()

    def setup_link(self, seconds: float = 150) -> str:
        """Return the one-time link that the terminal shows once everything runs."""
        with self._said:
            self._said.wait_for(lambda: self._found() or self._process.poll() is not None, seconds)
            found = self._found()
        assert found, "linkus serve printed no administrator link:\n" + "\n".join(self.lines[-30:])
        return found

    def _found(self) -> str | None:
        return next((match[0] for line in self.lines if (match := SETUP_LINK.search(line))), None)

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def kill(self) -> None:
        """Send SIGKILL to `linkus serve` itself, as when memory runs out. Its child processes die with it."""
        self._process.kill()
        self._process.wait(10)

    def stop(self, seconds: float = 20) -> list[str]:
        """Press Ctrl-C. Return the processes of this instance that still run afterwards; there must be none."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(seconds)
            except subprocess.TimeoutExpired:
                os.killpg(self._process.pid, signal.SIGKILL)
                return [f"linkus serve did not stop within {seconds:.0f} s"]
        time.sleep(0.2)
        return processes_of(self.home)


def processes_of(home: Path) -> list[str]:
    """Return the processes of the instance: its home is in their environment or command line."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            environment = (folder / "environ").read_bytes()
        except OSError:  # it has ended meanwhile, or belongs to the kernel
            continue
        mine = int(folder.name) == os.getpid()
        if not mine and (str(home).encode() in command or f"LINKUS_HOME={home}\0".encode() in environment):
            found.append(f"{folder.name} {command.replace(bytes(1), b' ').decode(errors='replace').strip()}")
    return found


def share_engine_image(home: Path) -> None:
    """Use the image of this checkout's own home, because the walk does not test building one."""
    shared = Path(os.environ.get("LINKUS_WALK_IMAGE_HOME", REPOSITORY / "var")).resolve()
    built, own = Layout(home=shared), Layout(home=home)
    if not is_current(built):
        subprocess.run(
            [sys.executable, "-m", "linkus", "image"],
            env={**os.environ, "LINKUS_HOME": str(shared)}, cwd=REPOSITORY, check=True,
        )  # fmt: skip
    own.image.parent.mkdir(parents=True, exist_ok=True)
    own.image.symlink_to(built.image)
    own.image_record.write_text(built.image_record.read_text())
