"""Logs events at the edge: calls and clients to the common log, attempts of strangers to the security log."""

import contextlib
import json
import os
import re
import time
from collections.abc import Mapping
from pathlib import Path

import KSR

MAX_LINE_BYTES = 4000  # below PIPE_BUF of Linux (pipe(7)), so that a line is written whole or not at all
_PLAIN = re.compile(r"[!#-<>-~]+")  # visible ASCII without `"` and `=`

mark = b""  # before each line of the common log, set at start: nobody else can forge a line (logsieve.py)
security_log: str | None = None  # the path, set when the edge starts


def log(event: str, **fields: object) -> None:
    """Write one line for an event, `key=value`, with the call's id, which identifies a call in all logs. The last key,
    `sip`, is the Call-ID of the message, which Kamailio's own lines have too (`log_prefix`).

    Written in one call and not by KSR.info: the edge's processes share one log, and Kamailio writes a line in pieces of
    128 bytes, between which another process may write. A failed write must not cost a call."""
    # HTTP (a WebSocket's handshake) has no Call-ID, and reading it would log an error
    if KSR.pv.get("$rm") not in ("GET", "POST") and (call_id := KSR.pv.get("$ci")):
        fields["sip"] = call_id
    with contextlib.suppress(OSError):
        os.write(2, mark + line(event, fields))


def log_security(event: str, **fields: object) -> None:
    """Write one line to the security log. It is opened each time, so that it may be rotated."""
    if security_log is None:
        return
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    with contextlib.suppress(OSError), Path(security_log).open("ab", buffering=0) as file:
        file.write(line(event, {"time": stamp, **fields}))


def line(event: str, fields: Mapping[str, object]) -> bytes:
    """Return one whole line. Ambiguous values are quoted, so that nobody can forge an event or a field."""
    text = " ".join([f"event={event}", *(f"{key}={_value(value)}" for key, value in fields.items())])
    return text.encode("utf-8", "replace")[:MAX_LINE_BYTES] + b"\n"


def _value(value: object) -> str:
    text = str(value)
    return text if _PLAIN.fullmatch(text) else json.dumps(text)
