"""What the edge writes down."""

import contextlib
import os

import KSR

LONGEST = 4000  # bytes, below PIPE_BUF of Linux (pipe(7)): so much is written whole or not at all
_ONE_LINE = dict.fromkeys(range(32), " ")


def log(event, **fields):
    """One line an event, `key=value`, with the call's id: what a call did is found by it through all the logs. Last,
    as `sip`, the Call-ID of the message that it is about, as Kamailio's own lines have it (`log_prefix`).

    Written at once and not by KSR.info: the edge's processes share one log, and Kamailio writes a line in pieces of
    128 bytes, between which another process writes its own. Nowhere to write it is no reason to lose a call."""
    if call_id := KSR.pv.get("$ci"):  # a WebSocket's handshake has none
        fields["sip"] = call_id
    line = " ".join([f"event={event}", *(f"{key}={value}" for key, value in fields.items())])
    with contextlib.suppress(OSError):
        os.write(2, line.translate(_ONE_LINE).encode("utf-8", "replace")[:LONGEST] + b"\n")
