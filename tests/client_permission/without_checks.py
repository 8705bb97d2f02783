"""Removes each check of the client permissions in turn, and reports the removals that no test notices.

    python -m tests.client_permission.without_checks [--list] [PART OF A NAME ...]

Each removal takes about a minute on one processor. The repository itself never changes: the tests run in a copy.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
TESTS = (
    "client_permission",
    "client_preview",
    "presence",
    "gateway",
    "voicemail",
    "password",
    "client_settings",
    "call",
    "session",
)
LEFT_OUT = shutil.ignore_patterns(
    "web", "var", ".git", ".venv", ".tools", "test-results", "__pycache__", "node_modules"
)
ENFORCEMENT = "linkus/client_permission/rules/enforcement.py"
MENU_PARAMETER = re.compile(r"who: (ExtensionsMenu|CallLogsMenu|VoicemailsMenu|PreferencesMenu)\b")
CHECK = re.compile(r"await (check_menu|check_settings|check_password_change|_check_items)\(.*\)$", re.MULTILINE)
# Each pattern is a place that asks a visibility rule, or that withholds something by a menu rule.
OTHER_CHECKS = (
    (re.compile(r"(?<=return )\(await services\.visibility\.current\(\)\)\.may_hear_of\(.*\)$", re.MULTILINE), "True"),
    (re.compile(r"\bdirectory\.hides_number\([^()]*\)"), "False"),
    (re.compile(r"\b(self|calls)\.hides\((?!viewer_id)[^()]*\)"), "False"),
    (re.compile(r"(?<=, )(directory|services\.visibility|visibility|calls)\.hides(?=\))"), "lambda *_: False"),
    (re.compile(r"(?<=scope = )directory\.scope\(.*\)$", re.MULTILINE), "None"),
    (re.compile(r"(?<=return )menu is None or menu in self\._menus$", re.MULTILINE), "True"),
    (re.compile(r"(?<=            )self\._menus = frozenset\(permissions\.menus\)$", re.MULTILINE), "pass"),
    (
        re.compile(
            r'^    "[a-z_.]+": "[a-z_]+",$(?=(\n    "[a-z_.]+": "[a-z_]+",)*\n\}\n\n\nclass MenuEvents)', re.MULTILINE
        ),
        "",
    ),
)


@dataclass(frozen=True)
class Removal:
    """Names one check, and holds its file's text without it."""

    name: str
    file: Path
    text: str


def removals(repository: Path) -> Iterator[Removal]:
    """Find every check in the code, so that a new one is tried too."""
    principal = _module_of_client_session(repository)
    for path in sorted((repository / "linkus").rglob("*.py")):
        text, file = path.read_text(encoding="utf-8"), path.relative_to(repository)
        for found in MENU_PARAMETER.finditer(text):
            unchecked = f"{text[: found.start()]}who: _Unchecked{text[found.end() :]}"
            start = "from __future__ import annotations\n"
            imported = f"from {principal} import ClientSession as _Unchecked\n"
            unchecked = (
                unchecked.replace(start, start + imported) if start in text else _after_docstring(unchecked, imported)
            )
            yield Removal(_name(file, text, found), file, unchecked)
        for pattern, instead in ((CHECK, "pass"), *OTHER_CHECKS):
            for found in pattern.finditer(text):
                yield Removal(_name(file, text, found), file, text[: found.start()] + instead + text[found.end() :])


def _module_of_client_session(repository: Path) -> str:
    found = re.search(r"^from (\S+) import .*\bClientSession\b", (repository / ENFORCEMENT).read_text(), re.MULTILINE)
    if found is None:
        raise RuntimeError(f"{ENFORCEMENT} does not import ClientSession")
    return found[1]


def _after_docstring(text: str, line: str) -> str:
    position = text.index('"""\n', 3) + 4
    return text[:position] + line + text[position:]


def _name(file: Path, text: str, found: re.Match[str]) -> str:
    return f"{file}:{text.count(chr(10), 0, found.start()) + 1}: {found[0].strip()}"


def is_noticed(removal: Removal) -> bool:
    """Run the tests without the check. Return whether one fails."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "project"
        shutil.copytree(REPOSITORY, copy, ignore=LEFT_OUT)
        (copy / removal.file).write_text(removal.text, encoding="utf-8")
        # the feature's own tests first: the first failure ends the run
        tests = [f"tests/{name}" for name in sorted(TESTS, key=lambda name: name != removal.file.parts[1])]
        command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-x", "-q", "-k", "not postgresql", *tests]
        result = subprocess.run(
            command, cwd=copy, env={**os.environ, "PYTHONPATH": str(copy)}, capture_output=True, text=True, check=False
        )
    if result.returncode not in (0, 1) or "error" in result.stdout.rpartition("\n")[2]:
        raise RuntimeError(f"{removal.name}: the tests did not run\n{result.stdout[-3000:]}{result.stderr[-1000:]}")
    return result.returncode == 1


def main(arguments: list[str]) -> int:
    parts = [argument for argument in arguments if argument != "--list"]
    chosen = [one for one in removals(REPOSITORY) if not parts or any(part in one.name for part in parts)]
    if "--list" in arguments:
        sys.stdout.writelines(f"{removal.name}\n" for removal in chosen)
        return 0
    unnoticed = []
    for removal in chosen:
        noticed = is_noticed(removal)
        sys.stdout.write(f"{'noticed' if noticed else 'UNNOTICED'}  {removal.name}\n")
        sys.stdout.flush()
        if not noticed:
            unnoticed.append(removal)
    sys.stdout.write(f"{len(chosen)} checks, {len(unnoticed)} removals that no test notices\n")
    return 1 if unnoticed or not chosen else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
