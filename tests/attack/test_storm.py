"""A storm of bad messages: afterwards nothing has restarted or grown, and no real call has failed."""

from __future__ import annotations

import asyncio
import os
import secrets

import pytest

from tests.attack.health import Health
from tests.attack.memory import count_leftovers, forget_sources, measure, measure_pools, wait_settled
from tests.attack.real_calls import RealCalls
from tests.attack.storm import Storm
from tests.attack.transports import OpenTransport
from tests.calls.conftest import MakeClient, MakePhone, MakeRtp
from tests.calls.engine import Engine
from tests.calls.fake_brain import FakeBrain

FIXED_SEED = 4475
# `make fuzz MINUTES=60` sets these. `make test` sends for less than half a minute.
SECONDS = float(os.environ.get("LINKUS_FUZZ_MINUTES", "0")) * 60 or 20.0
SEED = int(os.environ.get("LINKUS_FUZZ_SEED", "0")) or secrets.randbelow(1_000_000)
IS_LONG = "LINKUS_FUZZ_MINUTES" in os.environ
# The relay fills shards of 16 MB to their ends before it uses them again (its lib/bufferpool.c): that takes thousands
# of calls, and before it is done, memory grows without a leak.
WARM_UP_SECONDS = SECONDS / 3 if IS_LONG else 6.0
MEASURED_SECONDS = SECONDS - WARM_UP_SECONDS if IS_LONG else SECONDS
# Within an hour, growth by a twentieth is a leak. In half a minute allocators have not reached their size, and the
# relay keeps unanswered calls for 200 s, so only Kamailio's pools are checked.
MAX_GROWTH = 1.05 if IS_LONG else 1.5
SETTLE_SECONDS = 300.0 if IS_LONG else 60.0
PARTS_OF_STORM = 4 if IS_LONG else 2


@pytest.mark.timeout(WARM_UP_SECONDS + MEASURED_SECONDS + 2 * SETTLE_SECONDS + 240)
async def test_edge_serves_valid_requests_during_a_storm(
    engine: Engine,
    brain: FakeBrain,
    attacker: OpenTransport,
    make_phone: MakePhone,
    make_client: MakeClient,
    rtp: MakeRtp,
    number: str,
    another: str,
) -> None:
    """Run with a fixed seed, and with a random one in each run. `LINKUS_FUZZ_SEED` repeats a run."""
    calls = RealCalls(engine, await make_phone(number), await make_phone(another), await rtp(), await rtp())

    async def rage(seed: int, seconds: float) -> None:
        storm = Storm(engine, brain, attacker, calls, seed, make_client)
        health = Health(engine)
        report = await storm.run(seconds)
        message = f"storm: seed {seed}, {report.sent} messages, {report.calls} calls, {report.probes} valid requests"
        print(message)  # noqa: T201 pytest shows it when the test fails: the seed repeats the run
        assert report.failed_calls == [], report
        assert report.unanswered == 0, report
        assert report.calls > 0
        assert report.sent > seconds
        health.check(report.sent)
        if IS_LONG:  # whether memory grows all the time, or has found its size
            print(f"under load: {await measure(engine)}, {await count_leftovers(engine)}")  # noqa: T201

    pools = await measure_pools(engine)
    # Allocators and caches reach their size with the first messages. Growth after that is a leak.
    await rage(FIXED_SEED, WARM_UP_SECONDS)
    if IS_LONG:
        await asyncio.sleep(SETTLE_SECONDS)
        await forget_sources(engine)
    before = (await measure(engine) if IS_LONG else {}) | pools
    print(f"before: {before}, {await count_leftovers(engine)}")  # noqa: T201
    for part in range(PARTS_OF_STORM):
        await rage(SEED + part if part else FIXED_SEED + 1, MEASURED_SECONDS / PARTS_OF_STORM)
    # Wait for timers (RFC 3261 17: 32 s) and for calls that were never ended.
    await forget_sources(engine)
    grown = await wait_settled(engine, before, MAX_GROWTH, SETTLE_SECONDS)
    print(f"after: {await measure(engine)}, {await count_leftovers(engine)}")  # noqa: T201
    assert grown == {}
