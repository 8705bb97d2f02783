"""What the edge writes down."""

import contextlib
import os

LONGEST = 4000  # bytes, below PIPE_BUF of Linux (pipe(7)): so much is written whole or not at all


def log(event, **fields):
    """One line an event, `key=value`, with the call's id: what a call did is found by it through all the logs.

    Written at once and not by KSR.info: the edge's processes share one log, and Kamailio writes a line in pieces of
    128 bytes, between which another process writes its own. Nowhere to write it is no reason to lose a call."""
    line = " ".join([f"event={event}", *(f"{key}={value}" for key, value in fields.items())])
    with contextlib.suppress(OSError):
        os.write(2, line.translate(_ONE_LINE).encode("utf-8", "replace")[:LONGEST] + b"\n")


_ONE_LINE = dict.fromkeys(range(32), " ")
