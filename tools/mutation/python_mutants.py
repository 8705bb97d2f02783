"""Mutates Python with mutmut. It forks one process for each mutant, so that nothing is imported twice.

mutmut changes what functions do. It leaves alone values of modules and classes, and functions with decorators.
"""

import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from tools.mutation.modules import REPOSITORY, Module, Mutant
from tools.mutation.workspace import empty_workspace, run_within

EDGE = "engine/kamailio"
NOTICED = frozenset({"killed", "timeout", "segfault"})
# Neither files between runs nor garbage collections, which take longer than most tests.
QUICK = (
    "-p",
    "no:cacheprovider",
    "-p",
    "no:unraisableexception",
    "-p",
    "no:threadexception",
    "-p",
    "tests.mutation.quick",
)
# Folders that the tests read. Those of the engine come one by one, because it may have a large image beside them.
COPIED = ("tests", "tools", "docs", "conftest.py", EDGE, "engine/asterisk")
# Two workers share two processors with whatever else runs: an infinite loop is one after many times the usual time.
TIMEOUT_FACTOR, TIMEOUT_SECONDS = 10.0, 5.0


def run_python(module: Module, seconds: float) -> tuple[bool, Counter[str], list[Mutant]]:
    """Return whether all mutants were tried, how many had which result, and those that no test noticed."""
    folder = empty_workspace(module.name)
    _fill(folder, module)
    ended = run_within([sys.executable, "-c", _RUN], folder, seconds, {"PYTHONPATH": "", "PYTHONDONTWRITEBYTECODE": ""})
    done = subprocess.run(
        [sys.executable, "-c", _READ], cwd=folder, capture_output=True, text=True, check=False, timeout=600
    )
    if done.returncode != 0:
        return False, Counter(), []
    results = [(state, name, diff) for state, name, diff in json.loads(done.stdout.splitlines()[-1])]
    states = Counter(state for state, _, _ in results)
    unnoticed = [unnoticed_mutant(state, name, diff) for state, name, diff in results if state not in NOTICED]
    return ended and bool(results) and not states["not checked"], states, unnoticed


def _fill(folder: Path, module: Module) -> None:
    """Link what the tests need. Edge files are imported by their bare names, as Kamailio does it, and mutmut counts
    names from `src/`: the mutated ones move there."""
    for name in {"linkus", *COPIED}:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        if name == EDGE:
            shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            (folder / name).symlink_to(REPOSITORY / name)
    files = [file.replace(EDGE, "src") for file in module.files]
    for before, after in zip(module.files, files, strict=True):
        if before != after:
            (folder / "src").mkdir(exist_ok=True)
            (folder / before).rename(folder / after)
    _write_settings(folder, files, module.tests)


def _write_settings(folder: Path, files: list[str], tests: tuple[str, ...]) -> None:
    """Write pyproject.toml: the project's own, for pytest, with the settings of mutmut."""
    sources = sorted({file.partition("/")[0] for file in files})
    folders = ["linkus", *dict.fromkeys(name.partition("/")[0] for name in COPIED)]
    settings = {
        "source_paths": sources,
        "only_mutate": files,
        "also_copy": [name for name in folders if name not in sources],
        "pytest_add_cli_args": QUICK,
        "pytest_add_cli_args_test_selection": tests,
        "timeout_multiplier": TIMEOUT_FACTOR,
        "timeout_constant": TIMEOUT_SECONDS,
        "use_git_change_detection": False,
        "track_dependencies": False,
    }
    project = (REPOSITORY / "pyproject.toml").read_text(encoding="utf-8")
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    (folder / "pyproject.toml").write_text("\n".join([project, "[tool.mutmut]", *lines, ""]), encoding="utf-8")


# mutmut reads its settings from the folder it is imported in, so both run there.
_RUN = "from mutmut.__main__ import cli; cli(['run', '--max-children', '2'])"
_READ = """
import json
from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

results = []
for path in walk_mutatable_files():
    data = SourceFileMutationData(path=path)
    data.load()
    for name, code in data.exit_code_by_key.items():
        state = status_by_exit_code[code]
        diff = "" if state == "killed" else get_diff_for_mutant(name, path=path)
        results.append((state, name, diff))
print(json.dumps(results))
"""


def unnoticed_mutant(state: str, name: str, diff: str) -> Mutant:
    lines = diff.splitlines()
    before = " ".join(line[1:].strip() for line in lines if re.match(r"-(?!--)", line))
    after = " ".join(line[1:].strip() for line in lines if re.match(r"\+(?!\+\+)", line))
    return Mutant(_function(name), before, after, state)


def _function(name: str) -> str:
    """Return the function's name: `_ring` of `linkus.call.plan.x__ring__mutmut_3`, with that of its class."""
    mangled = name.rpartition("__mutmut_")[0].rpartition(".")[2]
    return mangled[2:] if mangled.startswith("x_") else ".".join(mangled[2:].split("ǁ"))
