"""How many files a process may have open: each client is a socket in nginx and one in Kamailio."""

import os
import resource

WANTED = 65536


def raise_file_limit() -> None:
    """As high as we may; what we start inherits it."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if os.geteuid() == 0 and hard < WANTED:
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (WANTED, WANTED))
        except (ValueError, OSError):
            pass  # a container may forbid it; then the present limit is what there is
        else:
            return
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, WANTED), hard))
