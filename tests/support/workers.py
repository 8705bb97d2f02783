"""Where tests run side by side (pytest-xdist), each worker has addresses of its own."""

import os


def of_worker(host: str) -> str:
    """127.0.0.14 for the first worker, 127.100.0.14 for the second: all of 127/8 is this machine."""
    number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    first, second, rest = host.split(".", 2)
    return f"{first}.{int(second) + 100 * number}.{rest}"
