"""Wrappers that keep an exception in the routing script from leaving a request unanswered."""

import functools

import KSR


def guarded(handler, answer=None):
    """Wrap an entry point of the routing script: count and log an exception (`Gate.fault`), then call `answer`."""

    @functools.wraps(handler)
    def run(self, msg, *arguments):
        try:
            return handler(self, msg, *arguments)
        except Exception as error:  # noqa: BLE001 it is counted and logged, and Kamailio must continue
            self.fault(handler.__name__, error)
            if answer is not None:
                answer()
            return 1

    return run


def answered(handler):
    """Wrap the request route: on an exception the sender also gets 500 (RFC 3261 21.5.1)."""
    return guarded(handler, _answer_500)


def _answer_500():
    if KSR.pv.get("$rm") != "ACK":
        KSR.sl.send_reply(500, "Server Internal Error")
