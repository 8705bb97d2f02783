"""Keeps an exception in the routing script from leaving a request unanswered."""

import functools
import time
from collections.abc import Callable
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import edge_tables as tables
import KSR
from edge_log import log
from edge_rate_limits import OutputLimiter


class Faults:
    """Counts and logs exceptions in the routing script, which are faults of the product."""

    def __init__(self, lines: OutputLimiter) -> None:
        self._lines = lines

    def record(self, where: str, error: Exception) -> None:
        tables.count("fault")
        traceback = error.__traceback__
        while traceback is not None and traceback.tb_next is not None:
            traceback = traceback.tb_next
        line = f"{Path(traceback.tb_frame.f_code.co_filename).name}:{traceback.tb_lineno}" if traceback else "?"
        if self._lines.allows(f"fault {where}", time.time()):
            log("fault", where=where, error=type(error).__name__, line=line)


class HasFaults(Protocol):
    faults: Faults


Script = TypeVar("Script", bound=HasFaults)
Arguments = ParamSpec("Arguments")


def guarded(
    handler: Callable[Concatenate[Script, Arguments], None], answer: Callable[[], None] | None = None
) -> Callable[Concatenate[Script, Arguments], int]:
    """Make an entry point of the routing script: count and log an exception, then call `answer`. Kamailio continues
    with the message in any case, which is what 1 means."""

    @functools.wraps(handler)
    def run(script: Script, /, *arguments: Arguments.args, **named: Arguments.kwargs) -> int:
        try:
            handler(script, *arguments, **named)
        except Exception as error:  # noqa: BLE001 it is counted and logged, and Kamailio must continue
            script.faults.record(handler.__name__, error)
            if answer is not None:
                answer()
        return 1

    return run


def answered(
    handler: Callable[Concatenate[Script, Arguments], None],
) -> Callable[Concatenate[Script, Arguments], int]:
    """Make the request route: on an exception the sender also gets 500 (RFC 3261 21.5.1)."""
    return guarded(handler, _answer_500)


def _answer_500() -> None:
    if KSR.pv.get("$rm") != "ACK":
        KSR.sl.send_reply(500, "Server Internal Error")
