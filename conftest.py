"""At the root: pytest takes plugins from a top-level conftest only, and it makes tests and tools importable."""

import pytest

pytest_plugins = ["tests.manual.plugin"]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is marked `long`, unless a marker expression asks for it: `-m long`."""
    if "long" in config.option.markexpr.split():
        return
    left_out = [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
