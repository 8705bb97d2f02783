"""Runs `make walk`."""

from tests.walk.path import STEPS
from tests.walk.steps import StepFailed, run, say
from tests.walk.world import World


def main() -> int:
    with World() as world:
        try:
            run(STEPS, world)
        except StepFailed as failure:
            say(str(failure))
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
