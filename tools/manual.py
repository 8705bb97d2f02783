"""Runs `make manual`: lists the rows of docs/manual.toml that the last test run on this commit has shown.

Reads every junit file of test-results/. A row counts when at least one of its tests passed and none failed.
"""

import subprocess
import sys
import tomllib
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
MANUAL = REPOSITORY / "docs" / "manual.toml"
RESULTS = REPOSITORY / "test-results"

# Names of the junit properties that tests/manual/plugin.py writes.
ROW_PROPERTY = "manual"
TEST_PROPERTY = "manual-test"
COMMIT_PROPERTY = "commit"


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    section: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one test for the manual rows in its marks."""

    test: str
    commit: str
    rows: tuple[str, ...]
    state: str  # passed, failed or skipped


@dataclass(slots=True)
class Standing:
    """The result of all tests together for one row."""

    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    @property
    def shown(self) -> bool:
        return bool(self.passed) and not self.failed


def read_rows(manual: Path = MANUAL) -> list[Row]:
    return [Row(**row) for row in tomllib.loads(manual.read_text(encoding="utf-8"))["row"]]


def head_commit(repository: Path = REPOSITORY) -> str:
    done = subprocess.run(
        ["git", "-C", str(repository), "rev-parse", "HEAD"], capture_output=True, text=True, check=False
    )
    return done.stdout.strip() if done.returncode == 0 else "unknown"


def read_outcomes(results: Path = RESULTS) -> list[Outcome]:
    """Read the tests with manual rows from all junit files. A run writes several (unit, API, calls, browser, walk)."""
    found: list[Outcome] = []
    for path in sorted(results.glob("*.xml")):
        # Our own test run wrote the file, so its content is not hostile.
        for case in ElementTree.parse(path).iter("testcase"):  # noqa: S314
            outcome = _outcome(case)
            if outcome.rows:
                found.append(outcome)
    return found


def _outcome(case: ElementTree.Element) -> Outcome:
    properties = [(p.get("name"), p.get("value") or "") for p in case.iter("property")]
    first = dict(reversed(properties))
    return Outcome(
        test=first.get(TEST_PROPERTY) or f"{case.get('classname')}::{case.get('name')}",
        commit=first.get(COMMIT_PROPERTY, "unknown"),
        rows=tuple(value for name, value in properties if name == ROW_PROPERTY),
        state=_state(case),
    )


def _state(case: ElementTree.Element) -> str:
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    return "skipped" if case.find("skipped") is not None else "passed"


def standings(outcomes: Iterable[Outcome]) -> dict[str, Standing]:
    table: dict[str, Standing] = {}
    for outcome in outcomes:
        for row in outcome.rows:
            standing = table.setdefault(row, Standing())
            if outcome.state == "passed":
                standing.passed.append(outcome.test)
            elif outcome.state == "failed":
                standing.failed.append(outcome.test)
    return table


def report(rows: list[Row], outcomes: list[Outcome], head: str) -> list[str]:
    """Return the lines that `make manual` prints."""
    table = standings(outcome for outcome in outcomes if outcome.commit == head)
    lines: list[str] = []
    for row in rows:
        standing = table.get(row.id, Standing())
        lines.append(f"{row.id}  shown  {_names(standing.passed)}" if standing.shown else f"{row.id}  missing")
    lines += [
        f"manual: {row.id} has a test that failed: {_names(table[row.id].failed)}"
        for row in rows
        if row.id in table and table[row.id].failed
    ]
    lines += [
        f"manual: results are of commit {commit[:12]}, HEAD is {head[:12]}"
        for commit in sorted({outcome.commit for outcome in outcomes} - {head})
    ]
    if not outcomes:
        lines.append("manual: there are no results, run make test first")
    shown = sum(1 for row in rows if table.get(row.id, Standing()).shown)
    lines.append(f"manual: {shown} of {len(rows)} rows shown")
    return lines


def _names(tests: list[str]) -> str:
    return " ".join(dict.fromkeys(tests))


def main() -> int:
    sys.stdout.write("\n".join(report(read_rows(), read_outcomes(), head_commit())) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
