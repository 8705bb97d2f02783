"""The engine's image: built by linkus itself, as root, once."""

import os
import subprocess
import sys

from setup.console import Refusal, Step
from setup.place import HOME, VENV
from setup.processes import attempt
from setup.system import RUN_PACKAGES, as_root, install_packages


def build_image():
    if _is_current():
        return
    install_packages(RUN_PACKAGES)
    with Step("构建引擎镜像", "Building the engine image"):
        HOME.mkdir(parents=True, exist_ok=True)
        status, output = attempt("image", [*as_root([VENV / "bin" / "python", "-m", "linkus", "image"])], env=_environment())
        if status != 0:
            lines = [line.removeprefix("linkus: ") for line in output.splitlines() if line.startswith("linkus: ")]
            lines = lines or output.splitlines()[-2:] or [f"{status}"]
            raise Refusal(lines[0], lines[-1])
        if os.geteuid() != 0:
            # ours again, so that removing LINKUS_HOME needs no right
            owner = f"{os.geteuid()}:{os.getegid()}"
            subprocess.run(as_root(["chown", "-R", owner, HOME / "engine"]), check=True)


def _is_current():
    question = (
        "import sys; from linkus.engine.image import is_current; from linkus.engine.layout import layout_of; "
        "from linkus.kit.settings import get_settings; sys.exit(not is_current(layout_of(get_settings())))"
    )
    return subprocess.run([VENV / "bin" / "python", "-c", question], env=_environment(), check=False).returncode == 0


def _environment():
    return {**os.environ, "LINKUS_HOME": str(HOME), "PYTHONDONTWRITEBYTECODE": "1" if sys.flags.dont_write_bytecode else ""}
