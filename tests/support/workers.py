"""Gives each worker its own addresses when tests run side by side (pytest-xdist)."""

import os


def _number() -> int:
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


def port_of_worker(port: int) -> int:
    """Return a port of this worker's own, for programs that can use only 127.0.0.1."""
    return port + 10_000 * _number()


def of_worker(host: str) -> str:
    """Return 127.0.0.14 for the first worker, 127.100.0.14 for the second. All of 127/8 is this machine."""
    first, second, rest = host.split(".", 2)
    return f"{first}.{int(second) + 100 * _number()}.{rest}"
