"""Builds the web pages when their sources have changed."""

import os

from setup.console import Step
from setup.place import PROJECT, TOOLS, WEB, digest, read
from setup.processes import run

_NOT_INPUT = {"node_modules", "dist", "coverage", "test-results"}
_STAMPS = WEB / "node_modules"


def node_environment():
    return {**os.environ, "PATH": f"{TOOLS / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def build_web():
    npm, environment = TOOLS / "bin" / "npm", node_environment()
    modules, pages = _STAMPS / ".linkus-modules", _STAMPS / ".linkus-pages"

    wanted = digest([WEB / "package-lock.json", *WEB.glob("packages/*/package.json"), *WEB.glob("apps/*/package.json")])
    if read(modules) != wanted:
        with Step("安装网页依赖", "Installing npm packages"):
            run("npm-ci", [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=WEB, env=environment)
        modules.write_text(wanted)

    wanted = digest(_inputs())
    built = all((app / "dist" / "index.html").exists() for app in (WEB / "apps").iterdir() if app.is_dir())
    if read(pages) != wanted or not built:
        with Step("构建网页", "Building the web pages"):
            run("npm-build", [npm, "run", "build"], cwd=WEB, env=environment)
        pages.write_text(wanted)


def _inputs():
    for folder, names, files in os.walk(WEB):
        names[:] = [name for name in names if name not in _NOT_INPUT]
        for name in files:
            path = PROJECT / folder / name
            if path.suffix != ".tsbuildinfo":
                yield path
