"""Reads what is mutated, and which mutants make no difference (tests/mutation/)."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]
FOLDER = REPOSITORY / "tests" / "mutation"


@dataclass(frozen=True, slots=True)
class Module:
    """Names the files that are mutated together, and the tests that must notice."""

    name: str
    files: tuple[str, ...]
    tests: tuple[str, ...]

    @property
    def is_web(self) -> bool:
        return self.files[0].startswith("web/")


@dataclass(frozen=True, slots=True)
class Limits:
    minimum_percent: float
    module_minutes: float
    all_minutes: float


@dataclass(frozen=True, slots=True)
class Mutant:
    """Describes a change that the tests did not notice: the lines before and after, in a function of a file."""

    function: str
    before: str
    after: str
    state: str = "survived"


@dataclass(frozen=True, slots=True)
class Equivalent:
    """Describes mutants that make no difference. The lines are compared without indentation."""

    module: str
    function: str
    becomes: tuple[str, ...]
    reason: str

    def explains(self, module: str, mutant: Mutant) -> bool:
        return (self.module, self.function) == (module, mutant.function) and mutant.after in self.becomes


def read_modules(path: Path = FOLDER / "modules.toml") -> tuple[Limits, list[Module]]:
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    return Limits(**content["limits"]), [_module(row) for row in content["module"]]


def _module(row: dict) -> Module:
    files = [str(found.relative_to(REPOSITORY)) for pattern in row["files"] for found in _matching(pattern)]
    missing = [test for test in row["tests"] if not (REPOSITORY / test).exists()]
    if missing:
        raise SystemExit(f"tests/mutation/modules.toml, {row['name']}: no such test: {', '.join(missing)}")
    return Module(row["name"], tuple(files), tuple(row["tests"]))


def _matching(pattern: str) -> list[Path]:
    found = sorted(REPOSITORY.glob(pattern))
    if not found:
        raise SystemExit(f"tests/mutation/modules.toml: no such file: {pattern}")
    return found


def read_equivalents(path: Path = FOLDER / "equivalent.toml") -> list[Equivalent]:
    rows = tomllib.loads(path.read_text(encoding="utf-8")).get("mutant", [])
    return [Equivalent(row["module"], row["function"], tuple(row["becomes"]), row["reason"]) for row in rows]


def unused_explanations(module: str, equivalents: list[Equivalent], unnoticed: list[Mutant]) -> list[str]:
    """Return the changed lines that equivalent.toml explains for a module, and that no unnoticed mutant has."""
    found = {(mutant.function, mutant.after) for mutant in unnoticed}
    rows = [row for row in equivalents if row.module == module]
    return [line for row in rows for line in row.becomes if (row.function, line) not in found]
