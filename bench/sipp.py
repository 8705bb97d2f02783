"""Runs sipp and reads its statistics."""

import csv
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

SCENARIOS = Path(__file__).parent / "scenarios"


@dataclass(frozen=True, slots=True)
class Outcome:
    good: int
    failed: int
    retransmitted: int
    seconds: float
    times_ms: list[float]  # times of the scenario's first clock, one per call


class Sipp:
    """Runs sipp in its own folder, where it leaves its files."""

    def __init__(self, folder: Path, scenario: str, address: str, port: int, *arguments: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self._begun = self._ended = time.monotonic()
        self._output = (folder / "output.txt").open("w")
        self._process = subprocess.Popen(
            [
                "sipp", "-sf", str(SCENARIOS / scenario), "-i", address, "-p", str(port), "-cp", str(port + 100),
                "-nostdin", "-trace_stat", "-stf", "stat.csv", "-fd", "1", "-trace_rtt", "-rtt_freq", "1",
                "-trace_err", "-error_file", "errors.txt", "-trace_logs", "-log_file", "log.txt", *arguments,
            ],
            cwd=folder, stdin=subprocess.DEVNULL, stdout=self._output, stderr=subprocess.STDOUT,
        )  # fmt: skip

    def wait(self, seconds: float) -> Outcome:
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self.stop()
            raise
        self._ended = time.monotonic()
        self._output.close()
        return self._outcome()

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self._output.close()

    def _outcome(self) -> Outcome:
        last = self._last_statistics()
        return Outcome(
            good=int(last["SuccessfulCall(C)"]),
            failed=int(last["FailedCall(C)"]),
            retransmitted=int(last["Retransmissions(C)"]),
            seconds=self._ended - self._begun,
            times_ms=[float(row[1]) for path in self.folder.glob("*_rtt.csv") for row in _rows(path)],
        )

    def _last_statistics(self) -> dict[str, str]:
        with (self.folder / "stat.csv").open(newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))[-1]

    def log(self) -> list[list[str]]:
        """Return the words of each line that the scenario's <log> wrote."""
        path = self.folder / "log.txt"
        return [line.split() for line in path.read_text().splitlines()] if path.exists() else []

    def errors(self) -> str:
        path = self.folder / "errors.txt"
        return path.read_text(errors="replace")[:2000] if path.exists() else ""


def _rows(path: Path) -> list[list[str]]:
    with path.open(newline="") as file:
        return list(csv.reader(file, delimiter=";"))[1:]


def write_users(path: Path, rows: Sequence[Sequence[str]]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("SEQUENTIAL\n" + "".join(";".join(row) + "\n" for row in rows))
    return path
