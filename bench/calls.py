"""Measures calls between desk phones: time to ringing, calls per second, and CPU time of each part per call."""

from collections.abc import Iterator
from pathlib import Path

from bench.asterisk import BareAsterisk
from bench.figures import Figure, percentile
from bench.instance import HOST, PARTS, PEERS, Instance
from bench.phones import CALLEE_PORT, CALLER_PORT, Phone
from bench.processes import cpu_ms
from bench.sipp import Outcome, Sipp, write_users

RINGING_LIMIT_MS = 60
RATE, DURATION_SECONDS, HOLD_MS = 40, 30, 3000
# Enough pairs that no phone is called during a call. Its caller would hear the waiting prompt and get no 180.
RINGING_PAIRS, RATE_PAIRS = 10, 200


def place_calls(
    folder: Path, target: str, scenario: str, pairs: list[tuple[Phone, str]], rate: int, count: int, hold_ms: int
) -> Outcome:
    """Let phones of one sipp call phones of another, which ring for 200 ms and answer."""
    users = write_users(folder / "users.csv", [[who.identity, who.digest, to] for who, to in pairs])
    callee = Sipp(folder / "callee", "callee.xml", PEERS, CALLEE_PORT, "-mi", "127.0.0.1", "-mp", "40000")
    try:
        return Sipp(
            folder / "caller", scenario, PEERS, CALLER_PORT, "-mi", "127.0.0.1", "-mp", "50000", "-inf", str(users),
            "-r", str(rate), "-m", str(count), "-l", "3000", "-d", str(hold_ms), "-timeout", "120", target,
        ).wait(150)  # fmt: skip
    finally:
        callee.stop()


def pairs_of(phones: list[Phone]) -> list[tuple[Phone, str]]:
    half = len(phones) // 2
    return [(caller, called.number) for caller, called in zip(phones[:half], phones[half:], strict=False)]


def ringing(instance: Instance, phones: list[Phone]) -> Iterator[Figure]:
    """Measure one call at a time on an idle machine: from the first INVITE, challenge included, to the caller's 180."""
    outcome = place_calls(
        instance.home / "bench" / "ringing",
        f"{HOST}:5060",
        "caller.xml",
        pairs_of(phones[: 2 * RINGING_PAIRS]),
        2,
        60,
        100,
    )
    if outcome.good != 60:
        raise RuntimeError(f"{60 - outcome.good} of 60 calls failed: the times say nothing")
    yield Figure("invite_to_ringing_p95", percentile(outcome.times_ms, 0.95), "ms", "limit", RINGING_LIMIT_MS)
    yield Figure("invite_to_ringing_p50", percentile(outcome.times_ms, 0.5), "ms", "limit", RINGING_LIMIT_MS)


def rate(instance: Instance, phones: list[Phone]) -> Iterator[Figure]:
    pids, count = instance.pids(), RATE * DURATION_SECONDS
    pairs = pairs_of(phones[: 2 * RATE_PAIRS])
    before = {part: cpu_ms(pids[part]) for part in PARTS}
    outcome = place_calls(instance.home / "bench" / "rate", f"{HOST}:5060", "caller.xml", pairs, RATE, count, HOLD_MS)
    spent = {part: (cpu_ms(pids[part]) - before[part]) / count for part in PARTS}
    with BareAsterisk(instance) as bare:
        start = cpu_ms(bare.pid)
        plain = place_calls(
            instance.home / "bench" / "bare",
            bare.address,
            "caller-plain.xml",
            pairs,
            RATE,
            count,
            HOLD_MS,
        )
        reference = (cpu_ms(bare.pid) - start) / count
    yield Figure(f"calls_failed_at_{RATE}_per_s", count - outcome.good, f"of_{count}", "allowed", 0)
    yield Figure("calls_retransmissions", outcome.retransmitted, "messages", "bare_asterisk", plain.retransmitted)
    for part in PARTS:
        yield Figure(f"call_cpu_{part}", spent[part], "ms", "bare_asterisk", reference)
    yield Figure("call_cpu_total", sum(spent.values()), "ms", "bare_asterisk", reference)
