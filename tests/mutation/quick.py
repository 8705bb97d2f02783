"""Makes the tests of one mutant quick. `make mutate` loads it as a plugin: it is no part of an ordinary test run."""

import sys
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings

EXAMPLES = 30


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Try few examples, always the same ones, and report the first that fails: shrinking it shows nothing more here.
    The profile must be loaded after tests/conftest.py, and before the tests."""
    settings.register_profile(
        "mutation",
        max_examples=EXAMPLES,
        phases=(Phase.explicit, Phase.generate),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),  # a slow machine, and a test that ran before the fork, kill no mutant
    )
    settings.load_profile("mutation")
    _forget_results()
    return (yield)


def _forget_results() -> None:
    """Clear the caches of our functions. The tests ran once before the mutant's process began, and would otherwise get
    the results of the unchanged code."""
    for module in [module for name, module in sys.modules.items() if name.startswith("linkus.")]:
        for value in list(vars(module).values()):
            if hasattr(value, "cache_clear"):
                value.cache_clear()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect tests that use the database, and begin with single examples."""
    left_out = [item for item in items if "database_url" in getattr(item, "fixturenames", ())]
    config.hook.pytest_deselected(items=left_out)
    items[:] = [item for item in items if item not in left_out]
    items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))
