"""Runs `make mutate`: changes the pure modules in small ways, and counts the changes that the tests notice."""

import sys
import time
from collections import Counter
from dataclasses import dataclass

from tools.mutation.modules import Equivalent, Module, Mutant, read_equivalents, read_modules, unused_explanations
from tools.mutation.python_mutants import NOTICED, run_python
from tools.mutation.web_mutants import run_web

HEADING = f"{'module':<14} {'mutants':>7} {'killed':>7} {'timeout':>7} {'survived':>8} {'equivalent':>10} {'score':>7}"


@dataclass(frozen=True, slots=True)
class Result:
    module: str
    is_complete: bool
    states: Counter[str]
    survivors: list[Mutant]  # without the equivalent ones
    equivalent: int
    unused_explanations: list[str]

    @property
    def percent(self) -> float:
        noticed = sum(count for state, count in self.states.items() if state in NOTICED)
        return 100.0 * noticed / max(1, self.states.total() - self.equivalent)

    def line(self) -> str:
        timeouts = self.states["timeout"]
        killed = sum(count for state, count in self.states.items() if state in NOTICED) - timeouts
        numbers = f"{self.states.total():>7} {killed:>7} {timeouts:>7} {len(self.survivors):>8} {self.equivalent:>10}"
        return f"{self.module:<14} {numbers} {self.percent:>6.1f}%"


def measure(module: Module, equivalents: list[Equivalent], seconds: float) -> Result:
    is_complete, states, unnoticed = (run_web if module.is_web else run_python)(module, seconds)
    survivors = [one for one in unnoticed if not any(row.explains(module.name, one) for row in equivalents)]
    unused = unused_explanations(module.name, equivalents, unnoticed)
    return Result(module.name, is_complete, states, survivors, len(unnoticed) - len(survivors), unused)


def main(names: list[str]) -> int:
    limits, modules = read_modules()
    unknown = set(names) - {module.name for module in modules}
    if unknown:
        print(f"no such module: {', '.join(sorted(unknown))}; known: {', '.join(module.name for module in modules)}")
        return 2
    equivalents = read_equivalents()
    end = time.monotonic() + limits.all_minutes * 60
    failed = []
    print(HEADING, flush=True)
    for module in modules:
        if names and module.name not in names:
            continue
        result = measure(module, equivalents, min(limits.module_minutes * 60, end - time.monotonic()))
        print(result.line(), flush=True)
        for mutant in result.survivors:
            print(f"    {mutant.state} in {mutant.function}\n      - {mutant.before}\n      + {mutant.after}")
        for line in result.unused_explanations:
            print(f"    equivalent.toml explains what is noticed or gone: {line}")
        if not result.is_complete:
            failed.append(f"{module.name} (not all mutants tried: test-results/mutation/{module.name}/run.log)")
        elif result.percent < limits.minimum_percent:
            failed.append(f"{module.name} ({result.percent:.1f} %)")
    print(f"mutation: under {limits.minimum_percent} %: {', '.join(failed)}" if failed else "mutation: ok")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
