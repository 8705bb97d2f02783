"""The table of `make manual`, from real junit files that a real pytest run wrote."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tools.manual import REPOSITORY, Outcome, Row, head_commit, read_outcomes, read_rows, report

ROWS = [Row("OV-1", "overview", "一", "one"), Row("OV-2", "overview", "二", "two")]


def outcome(state: str, *rows: str, commit: str = "head", test: str = "t") -> Outcome:
    return Outcome(test, commit, rows, state)


def run_pytest(folder: Path, source: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "test_sample.py").write_text(f"import pytest\n{source}", encoding="utf-8")
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = manual(*rows): rows\n")
    results = folder / "test-results" / "sample.xml"
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.manual.plugin", f"--junitxml={results}", str(folder)]
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    return subprocess.run(
        [*command, *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )


class TestRows:
    def test_every_row_has_both_languages_and_an_id_of_its_own(self) -> None:
        rows = read_rows()
        assert len(rows) == 52
        assert len({row.id for row in rows}) == len(rows)
        assert all(row.zh and row.en and row.section for row in rows)


class TestReport:
    def test_a_row_that_passed_is_shown_with_its_tests(self) -> None:
        lines = report(ROWS, [outcome("passed", "OV-1", test="a"), outcome("passed", "OV-1", test="b")], "head")
        assert lines == ["OV-1  shown  a b", "OV-2  missing", "manual: 1 of 2 rows shown"]

    def test_one_failure_outweighs_every_pass(self) -> None:
        lines = report(ROWS, [outcome("passed", "OV-1", test="a"), outcome("failed", "OV-1", test="b")], "head")
        assert "OV-1  missing" in lines
        assert "manual: OV-1 has a test that failed: b" in lines
        assert lines[-1] == "manual: 0 of 2 rows shown"

    def test_a_skipped_test_shows_nothing_and_spoils_nothing(self) -> None:
        assert report(ROWS, [outcome("skipped", "OV-1")], "head")[0] == "OV-1  missing"
        both = [outcome("skipped", "OV-1", test="a"), outcome("passed", "OV-1", test="b")]
        assert report(ROWS, both, "head")[0] == "OV-1  shown  b"

    def test_results_of_another_commit_are_named_and_not_counted(self) -> None:
        lines = report(ROWS, [outcome("passed", "OV-1", commit="abc")], "def")
        assert lines == [
            "OV-1  missing",
            "OV-2  missing",
            "manual: results are of commit abc, HEAD is def",
            "manual: 0 of 2 rows shown",
        ]

    def test_no_results_say_what_to_do(self) -> None:
        assert "manual: there are no results, run make test first" in report(ROWS, [], "head")


class TestPlugin:
    def test_a_run_records_rows_states_and_the_commit(self, tmp_path: Path) -> None:
        run_pytest(
            tmp_path,
            """
@pytest.mark.manual("OV-1", "OV-2")
def test_good(): pass
@pytest.mark.manual("OV-2")
def test_bad(): assert False
@pytest.mark.manual("OV-3")
@pytest.mark.skipif(True, reason="to see it not counted")
def test_left_out(): pass
def test_unmarked(): pass
""",
        )
        found = {item.test.rpartition("::")[2]: item for item in read_outcomes(tmp_path / "test-results")}
        assert {name: item.state for name, item in found.items()} == {
            "test_good": "passed",
            "test_bad": "failed",
            "test_left_out": "skipped",
        }
        assert found["test_good"].rows == ("OV-1", "OV-2")
        assert {item.commit for item in found.values()} == {head_commit()}
        lines = report(read_rows(), list(found.values()), head_commit())
        assert lines[0] == f"OV-1  shown  {found['test_good'].test}"
        assert lines[-1] == "manual: 1 of 52 rows shown"

    @pytest.mark.parametrize("arguments", [(), ("-k", "nothing_of_that_name")])
    def test_an_unknown_row_fails_the_run(self, tmp_path: Path, arguments: tuple[str, ...]) -> None:
        done = run_pytest(tmp_path, '@pytest.mark.manual("XX-9")\ndef test_it(): pass\n', *arguments)
        assert done.returncode != 0
        assert "no such row in docs/manual.toml" in done.stderr + done.stdout
        assert "XX-9" in done.stderr + done.stdout


class TestCommand:
    def test_it_prints_a_line_a_row_and_the_sum(self) -> None:
        done = subprocess.run(
            [sys.executable, REPOSITORY / "tools" / "manual.py"], capture_output=True, text=True, check=True
        )
        lines = done.stdout.splitlines()
        assert lines[0].startswith("OV-1  ")
        assert lines[-1].endswith("of 52 rows shown")
