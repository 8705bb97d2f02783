"""The edge's log lines."""

import KSR


def log(event, **fields):
    """One line an event, `key=value`, with the call's id: what a call did is found by it through all the logs."""
    KSR.info(" ".join([f"event={event}", *(f"{key}={value}" for key, value in fields.items())]) + "\n")
