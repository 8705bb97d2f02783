"""Builds the engine's image by linkus itself, as root, once."""

import os
import subprocess

from linkus.engine.recipe import is_made_of_this
from setup.console import Refusal, Step
from setup.place import HOME, VENV
from setup.processes import attempt
from setup.system import RUN_PACKAGES, as_root, install_packages


def build_image():
    if is_made_of_this(HOME / "engine" / "image.toml"):
        return
    install_packages(RUN_PACKAGES)
    with Step("构建引擎镜像", "Building the engine image"):
        HOME.mkdir(parents=True, exist_ok=True)
        command = as_root([VENV / "bin" / "python", "-m", "linkus", "image"])
        status, output = attempt("image", command, env={**os.environ, "LINKUS_HOME": str(HOME)})
        if status != 0:
            lines = [line.removeprefix("linkus: ") for line in output.splitlines() if line.startswith("linkus: ")]
            lines = lines or output.splitlines()[-2:] or [f"{status}"]
            raise Refusal(lines[0], lines[-1])
        if os.geteuid() != 0:
            # give it back to the user, so that removing LINKUS_HOME needs no privileges
            owner = f"{os.geteuid()}:{os.getegid()}"
            subprocess.run(as_root(["chown", "-R", owner, HOME / "engine"]), check=True)
