"""Writes down what happens at the edge: calls and clients in the common log, what strangers try in one of its own."""

import contextlib
import json
import os
import re
import time
from pathlib import Path

import KSR

MAX_LINE_BYTES = 4000  # below PIPE_BUF of Linux (pipe(7)): so much is written whole or not at all
_PLAIN = re.compile(r"[!#-<>-~]+")  # visible ASCII without `"` and `=`

mark = b""  # before each line of the common log, set when the edge starts: nobody else can write one (logsieve.py)
security_log: str | None = None  # the path, set when the edge starts


def log(event, **fields):
    """Write one line for an event, `key=value`, with the call's id, by which a call is found in all logs. Last, as
    `sip`, the Call-ID of the message that it is about, as Kamailio's own lines have it (`log_prefix`).

    Written at once and not by KSR.info: the edge's processes share one log, and Kamailio writes a line in pieces of
    128 bytes, between which another process writes its own. Nowhere to write it is no reason to lose a call."""
    # HTTP (a WebSocket's handshake) has none, and to ask for it would be an error in the log
    if KSR.pv.get("$rm") not in ("GET", "POST") and (call_id := KSR.pv.get("$ci")):
        fields["sip"] = call_id
    with contextlib.suppress(OSError):
        os.write(2, mark + line(event, fields))


def log_security(event, **fields):
    """Write one line into the log of what strangers try. It is opened each time, so that it may be moved aside."""
    if security_log is None:
        return
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with contextlib.suppress(OSError), Path(security_log).open("ab", buffering=0) as file:
        file.write(line(event, {"time": stamp, **fields}))


def line(event, fields):
    """Return one whole line. A value that could be read as several is quoted: nobody forges an event or a field."""
    text = " ".join([f"event={event}", *(f"{key}={_value(value)}" for key, value in fields.items())])
    return text.encode("utf-8", "replace")[:MAX_LINE_BYTES] + b"\n"


def _value(value):
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
