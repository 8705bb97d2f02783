"""At the root: pytest takes plugins from a top-level conftest only, and it makes tests and tools importable."""

pytest_plugins = ["tests.manual.plugin"]
