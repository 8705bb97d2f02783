"""Builds the engine's image once, from Debian packages: LINKUS_HOME/engine/image.

The image is complete when engine/image.toml exists with the digest of its inputs. Another digest triggers a rebuild.
"""

import asyncio
import datetime
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from linkus.engine.layout import Layout
from linkus.engine.recipe import (
    PROMPTS,
    Recipe,
    is_made_of_this,
    packages_digest,
    prompts_digest,
    read_recipe,
    read_record,
)
from linkus.engine.sandbox import ENGINE_UID, choose_sandbox
from linkus.engine.versions import read_versions

PROMPTS_IN_IMAGE = "usr/share/linkus/prompts"
Say = Callable[[str, str], None]


class ImageError(Exception):
    """Raised when the image cannot be built. The two texts give the cause and the remedy."""

    def __init__(self, chinese: str, english: str) -> None:
        super().__init__(f"{chinese}\n{english}")


def is_current(layout: Layout) -> bool:
    return is_made_of_this(layout.image_record)


def build(layout: Layout, say: Say) -> None:
    """Build the image if it is missing or stale. Needs root."""
    if is_current(layout):
        return
    record = read_record(layout.image_record)
    if record.get("packages") != packages_digest():
        layout.image_record.unlink(missing_ok=True)
        install_packages(layout, say)
    make_prompts(layout, say)
    write_record(layout)


def install_packages(layout: Layout, say: Say) -> None:
    recipe = read_recipe()
    fresh = layout.image.with_name("image.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.parent.mkdir(parents=True, exist_ok=True)
    command = mmdebstrap_command(recipe, fresh, mirror())
    status, output = _run(command)
    if status != 0 and release_is_expired(output):
        say(
            "镜像站的 Release 文件已过期，不检查有效期再试一次。",
            "The mirror's Release file has expired: trying again without that check.",
        )
        shutil.rmtree(fresh, ignore_errors=True)
        status, output = _run([*command[:1], '--aptopt=Acquire::Check-Valid-Until "false"', *command[1:]])
    if status != 0:
        log = layout.image.with_name("image.log")
        log.write_text(output)
        raise ImageError(
            f"引擎镜像构建失败，原因见 {log}：{_last_error(output)}",
            f"The engine image could not be built, see {log}: {_last_error(output)}",
        )
    add_engine_user(fresh)
    shutil.rmtree(layout.image, ignore_errors=True)
    fresh.rename(layout.image)


def mmdebstrap_command(recipe: Recipe, target: Path, source: str) -> list[str]:
    return [
        "mmdebstrap", "--variant=minbase", "--mode=root", "--format=directory", "--skip=check/qemu",
        '--aptopt=APT::Install-Recommends "false"',
        "--dpkgopt=force-unsafe-io",  # no sync per file; write_record() syncs once
        *(f"--dpkgopt=path-exclude={pattern}" for pattern in recipe.exclude),
        f"--include={','.join(recipe.packages)}",
        recipe.suite, str(target), f"deb {source} {recipe.suite} main",
    ]  # fmt: skip


def mirror() -> str:
    """Return the Debian mirror that this machine uses: the administrator chose it, and it is reachable."""
    done = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Origin: Debian"],  # noqa: S607
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in done.stdout.split() if "security" not in line]
    if not found:
        raise ImageError(
            "apt 没有可用的 Debian 软件源，请检查 /etc/apt 并运行 apt-get update。",
            "apt knows no Debian source: check /etc/apt and run apt-get update.",
        )
    return found[0].rstrip("/")


def release_is_expired(output: str) -> bool:
    return "Release file for" in output and "is expired" in output


def _last_error(output: str) -> str:
    lines = [line for line in output.splitlines() if line.startswith("E:")] or output.splitlines()
    return lines[-1] if lines else "?"


def _run(command: list[str]) -> tuple[int, str]:
    done = subprocess.run(  # noqa: S603 our own command line
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        check=False,
    )
    return done.returncode, done.stdout


def add_engine_user(image: Path) -> None:
    """Add a user name for the engine's UID, because some programs look it up."""
    with (image / "etc" / "passwd").open("a") as passwd:
        passwd.write(f"linkus:x:{ENGINE_UID}:{ENGINE_UID}:Linkus engine:/nonexistent:/usr/sbin/nologin\n")
    with (image / "etc" / "group").open("a") as group:
        group.write(f"linkus:x:{ENGINE_UID}:\n")


def make_prompts(layout: Layout, say: Say) -> None:
    """Run engine/prompts/build.py inside the image, because espeak-ng and sox are only installed there."""
    say("生成语音提示", "Making the prompts")
    recipe = layout.image / "tmp" / "prompts"
    for folder in (recipe, layout.image / PROMPTS_IN_IMAGE):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(PROMPTS, recipe)
    enter = [] if layout.native else ["chroot", str(layout.image)]
    build_prompts = f"cd /tmp/prompts && python3 build.py prompts.json /{PROMPTS_IN_IMAGE}"
    status, output = _run([*enter, "sh", "-c", build_prompts])
    shutil.rmtree(recipe)
    if status != 0:
        error = _last_error(output)
        raise ImageError(f"语音提示生成失败：{error}", f"The prompts could not be made: {error}")


def build_here(say: Say) -> None:
    """Build for deploy/Dockerfile. The programs are installed in this container, so the container is the image."""
    layout = Layout(home=Path("/var/lib/linkus"), native=True)
    layout.image_record.parent.mkdir(parents=True, exist_ok=True)
    make_prompts(layout, say)
    write_record(layout)


def write_record(layout: Layout) -> None:
    """Write the record last: it marks the image as complete."""
    versions = asyncio.run(read_versions(choose_sandbox(layout)))
    record: dict[str, object] = {
        "built_at": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "suite": read_recipe().suite,
        "packages": packages_digest(),
        "prompts": prompts_digest(),
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in record.items()]
    lines += ["", "[versions]", *(f"{name} = {json.dumps(found.version)}" for name, found in versions.items())]
    os.sync()
    fresh = layout.image_record.with_name(".image.toml.new")
    fresh.write_text("\n".join(lines) + "\n")
    fresh.replace(layout.image_record)
