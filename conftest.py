"""Here, at the root, because pytest takes plugins from a top-level conftest only; it also makes tests and tools importable."""

pytest_plugins = ["tests.manual.plugin"]
