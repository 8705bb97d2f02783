"""Checks the Debian system: is it supported, do we have root rights, and which packages are missing."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from setup.console import Refusal, Step, say
from setup.place import read
from setup.processes import attempt, run

RUN_PACKAGES = ("mmdebstrap", "bubblewrap", "nftables")
# Tests use a SIP load generator, a softphone, a browser with Chinese fonts, a database, and network namespaces
# (tests/network). The oldest browser, which comes from PyPI (PyQtWebEngine), needs a screen and Qt's libraries.
TEST_PACKAGES = (
    "sip-tester", "baresip-core", "libatomic1", "chromium", "chromium-headless-shell", "fonts-wqy-zenhei",
    "postgresql", "iproute2", "nftables",
    "xvfb", "libegl1", "libgl1", "libgl1-mesa-dri", "libnss3", "libasound2", "libxcomposite1", "libxdamage1",
    "libxrandr2", "libxtst6", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1",
    "libxcb-render-util0", "libxcb-shape0", "libxcb-xinerama0", "libpulse-mainloop-glib0",
)  # fmt: skip
NAMED = 3


def check_system():
    release = _os_release()
    version = release.get("VERSION_ID", "99").split(".")[0]  # testing and unstable have none
    if release.get("ID") != "debian" or not version.isdigit() or int(version) < 12:
        name = release.get("PRETTY_NAME", sys.platform)
        raise Refusal(
            f"make run 需要 Debian 12 或更新版本，这里是 {name}；请改用 deploy/ 中的容器文件（见 deploy/README.md）。",
            f"make run needs Debian 12 or later and this is {name}: use the container files in deploy/ "
            "(see deploy/README.md).",
        )


def _os_release():
    lines = (line.partition("=") for line in read(Path("/etc/os-release")).splitlines())
    return {name: value.strip('"') for name, _, value in lines}


def as_root(command):
    """Return the command to run as root. Asks for sudo's password once, at the terminal."""
    if os.geteuid() == 0:
        return list(command)
    if shutil.which("sudo"):
        if subprocess.run(["sudo", "-n", "true"], capture_output=True).returncode == 0:
            return ["sudo", "-n", "-E", *command]
        if sys.stdin.isatty() and subprocess.run(["sudo", "-v"]).returncode == 0:
            return ["sudo", "-n", "-E", *command]
    raise Refusal(
        "首次运行需要安装软件包，请以 root 运行，或让你的账号可以使用 sudo。",
        "The first run installs packages: run it as root, or let your account use sudo.",
    )


def missing_packages(wanted):
    done = subprocess.run(
        ["dpkg-query", "--show", "--showformat", "${Package} ${db:Status-Status}\n", *wanted],
        capture_output=True,
        text=True,
    )
    installed = {line.split()[0] for line in done.stdout.splitlines() if line.endswith(" installed")}
    return [package for package in wanted if package not in installed]


def install_packages(wanted):
    missing = missing_packages(wanted)
    if not missing:
        return
    chinese, english = _named(missing)
    with Step(f"安装 Debian 软件包 {chinese}", f"Installing Debian packages {english}"):
        _update_lists()
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "--yes", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300"]
        run("apt-install", as_root([*install, *missing]), env=environment)


def _named(packages):
    """Return the first packages and the number of others, for a line that is repeated every twenty seconds."""
    first, more = " ".join(packages[:NAMED]), len(packages) - NAMED
    return (f"{first} 等 {len(packages)} 个", f"{first} and {more} more") if more > 0 else (first, first)


def _update_lists():
    """Update the package lists. Skip the age check only if a stale mirror has an expired Release file."""
    update = ["apt-get", "update", "-o", "DPkg::Lock::Timeout=300", "-o", "APT::Update::Error-Mode=any"]
    status, output = attempt("apt-update", as_root(update))
    if status != 0 and "is not valid yet" in output:
        say(
            "软件源的文件“尚未生效”：请校正系统时间后重试",
            "The package lists are “not valid yet”: set this machine's clock and try again",
        )
    elif status != 0 and "Release file for" in output and "is expired" in output:
        say(
            "镜像站的 Release 文件已过期，不检查有效期再试一次",
            "The mirror's Release file has expired: trying again without that check",
        )
        status, output = attempt("apt-update", as_root([*update, "-o", "Acquire::Check-Valid-Until=false"]))
    if status != 0:
        # one broken source is no reason to stop: the installation reports any package that is missing
        last = next((line for line in reversed(output.splitlines()) if line.startswith(("E:", "W:"))), "")
        say(f"软件源更新不完整：{last}", f"The package lists could not all be updated: {last}")
