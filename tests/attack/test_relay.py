"""Bad SDP that the gate lets through: the media relay answers, and its process survives."""

from __future__ import annotations

import os
import secrets
import time
from random import Random

import pytest

from tests.attack.relay import RelayCall
from tests.calls.engine import Engine

# A random seed in each run; `LINKUS_FUZZ_SEED` repeats a run.
SEEDS = (4477, int(os.environ.get("LINKUS_FUZZ_SEED", "0")) or secrets.randbelow(1_000_000))
SECONDS = float(os.environ.get("LINKUS_FUZZ_MINUTES", "0")) * 6 or 6.0


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("seed", SEEDS)
async def test_bad_sdp_ends_no_relay(engine: Engine, seed: int) -> None:
    """A clock rate of 800,080,008,000 made the relay exit, so that every call lost audio for a moment. Its answer to
    4,000 formats did not fit into a datagram, so that Kamailio regarded it as dead."""
    rng, calls, end = Random(seed), 0, time.monotonic() + SECONDS
    before = engine.status.part("rtpengine").pid
    while time.monotonic() < end:
        await RelayCall(engine.internal, rng).run()
        calls += 1
    assert calls > SECONDS
    part = engine.status.part("rtpengine")
    assert (part.pid, part.restarts) == (before, 0)
