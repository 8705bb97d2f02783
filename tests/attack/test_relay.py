"""The media relay, asked with bad SDP that the gate lets through: it answers, and it is still the same process."""

from __future__ import annotations

import os
import secrets
import time
from random import Random

import pytest

from tests.attack.relay import RelayCall
from tests.calls.engine import Engine

# A number of its own in each run: `LINKUS_FUZZ_SEED` runs one again.
SEEDS = (4477, int(os.environ.get("LINKUS_FUZZ_SEED", "0")) or secrets.randbelow(1_000_000))
SECONDS = float(os.environ.get("LINKUS_FUZZ_MINUTES", "0")) * 6 or 6.0


@pytest.mark.timeout(SECONDS + 60)
@pytest.mark.parametrize("seed", SEEDS)
async def test_bad_sdp_ends_no_relay(engine: Engine, seed: int) -> None:
    """With a clock rate of 800,080,008,000 it ended itself, and every call was without audio for a moment; its answer
    to 4,000 formats did not fit into a datagram, so that Kamailio took it for dead."""
    rng, calls, end = Random(seed), 0, time.monotonic() + SECONDS
    before = engine.status.part("rtpengine").pid
    while time.monotonic() < end:
        await RelayCall(engine.internal, rng).run()
        calls += 1
    assert calls > SECONDS
    part = engine.status.part("rtpengine")
    assert (part.pid, part.restarts) == (before, 0)
