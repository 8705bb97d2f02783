"""Measures calls that survive: how long audio is lost after a network change, and after a page is reloaded."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.figures import Figure, percentile
from tests.network.roaming import roaming
from tests.walk import softphone

SWITCHES = 100
RELOADS = 20
SILENCE_LIMIT_SECONDS = 2.0
BACK_LIMIT_SECONDS = 20.0
SETTLE_MS = 4_000


def survive() -> Iterator[Figure]:
    """Measure both. Needs root, for its own network namespaces."""
    with tempfile.TemporaryDirectory() as folder, roaming(Path(folder)) as call:
        silences = []
        for _ in range(SWITCHES):
            call.forget()
            call.switch()
            call.mover.wait_for_timeout(SETTLE_MS)
            silences.append(max(call.gaps()))
        yield Figure("network_change_silence_p95", percentile(silences, 0.95), "s", "limit", SILENCE_LIMIT_SECONDS)
        yield Figure("network_change_silence_max", max(silences), "s", "limit", SILENCE_LIMIT_SECONDS)
        call.mover.on("dialog", lambda dialog: dialog.accept())
        times = []
        for _ in range(RELOADS):
            began = call.mover.evaluate("() => Date.now()")
            call.mover.reload()
            call.mover.wait_for_function("() => window.linkusStats !== undefined")
            softphone.hears(call.mover)
            softphone.hears(call.peer)
            times.append((call.mover.evaluate("() => Date.now()") - began) / 1000)
        yield Figure("reload_back_p95", percentile(times, 0.95), "s", "limit", BACK_LIMIT_SECONDS)
        lost = 1 - len(call.portal.call("GET", "/admin/calls")["items"])
        yield Figure("calls_lost", lost, "calls", "limit", 0)
