"""Raises the limit of open files: each client needs a socket in nginx and one in Kamailio."""

import os
import resource

WANTED = 65536


def raise_file_limit() -> None:
    """Raise the limit as far as permitted. Child processes inherit it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if os.geteuid() == 0 and hard < WANTED:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (WANTED, WANTED))
        except (ValueError, OSError):
            pass  # a container may forbid it; keep the present limit
        else:
            return
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, WANTED), hard))
