"""Mutates TypeScript with Stryker, in a copy of `web/`."""

import json
import shutil
from collections import Counter

from tools.mutation.modules import REPOSITORY, Module, Mutant
from tools.mutation.workspace import empty_workspace, run_within

WEB = "web/"
# Tests read cases that they share with the server from there.
SHARED_CASES = "tests/client_settings"
REPORT = "mutation.json"
STATES = {"Killed": "killed", "Timeout": "timeout", "Survived": "survived", "NoCoverage": "no tests"}
# Mutants that do not compile, or that the tests cannot load, say nothing about the tests.
LEFT_OUT = frozenset({"CompileError", "RuntimeError", "Ignored"})


def run_web(module: Module, seconds: float) -> tuple[bool, Counter[str], list[Mutant]]:
    """Return whether all mutants were tried, how many had which result, and those that no test noticed."""
    folder = empty_workspace(module.name)
    shutil.copytree(REPOSITORY / SHARED_CASES, folder / SHARED_CASES)
    web = folder / "web"
    shutil.copytree(REPOSITORY / "web", web, ignore=shutil.ignore_patterns("node_modules", "dist"))
    for workspace in (".", "apps/*", "packages/*"):
        for modules in (REPOSITORY / "web").glob(f"{workspace}/node_modules"):
            (folder / modules.relative_to(REPOSITORY)).symlink_to(modules)
    settings = {
        "testRunner": "vitest",
        "plugins": ["@stryker-mutator/vitest-runner"],
        "mutate": [file.removeprefix(WEB) for file in module.files],
        "reporters": ["json"],
        "jsonReporter": {"fileName": REPORT},
        "coverageAnalysis": "perTest",
        "inPlace": True,  # web/ is a copy, and its tests read files beside it
        "concurrency": 2,
        "timeoutMS": 20000,
        "timeoutFactor": 4,
    }
    (web / "stryker.config.json").write_text(json.dumps(settings), encoding="utf-8")
    command = ["node", "node_modules/@stryker-mutator/core/bin/stryker.js", "run", "stryker.config.json"]
    ended = run_within(command, web, seconds, {})
    report = web / REPORT
    if not ended or not report.exists():
        return False, Counter(), []
    return read_report(json.loads(report.read_text(encoding="utf-8")))


def read_report(report: dict) -> tuple[bool, Counter[str], list[Mutant]]:
    states: Counter[str] = Counter()
    unnoticed = []
    for path, file in report["files"].items():
        lines = file["source"].splitlines()
        for mutant in file["mutants"]:
            if mutant["status"] in LEFT_OUT:
                continue
            state = STATES.get(mutant["status"], "not checked")
            states[state] += 1
            if state in ("survived", "no tests"):
                unnoticed.append(_mutant(state, path, lines, mutant))
    return bool(states) and not states["not checked"], states, unnoticed


def _mutant(state: str, path: str, lines: list[str], mutant: dict) -> Mutant:
    start, end = mutant["location"]["start"], mutant["location"]["end"]
    before = " ".join(line.strip() for line in lines[start["line"] - 1 : end["line"]])
    first, last = lines[start["line"] - 1][: start["column"] - 1], lines[end["line"] - 1][end["column"] - 1 :]
    after = " ".join(line.strip() for line in f"{first}{mutant['replacement']}{last}".splitlines())
    return Mutant(path.rpartition("/")[2], before, after, state)
