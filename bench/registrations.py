"""Measures desk phones that all register together, as after a power cut."""

from collections.abc import Iterator

from bench.figures import Figure, percentile
from bench.instance import Instance
from bench.phones import Phone, register
from bench.processes import cpu_ms

RATE = 500


def registrations(instance: Instance, phones: list[Phone]) -> Iterator[Figure]:
    edge = instance.pids()["kamailio"]
    before = cpu_ms(edge)
    outcome = register(phones, instance.home / "bench" / "register", RATE)
    spent = (cpu_ms(edge) - before) / len(phones)
    yield Figure("registrations_failed", len(phones) - outcome.good, f"of_{len(phones)}", "allowed", 0)
    yield Figure("registrations_rate", outcome.good / outcome.seconds, "per_s", "offered", RATE)
    yield Figure("registration_p95", percentile(outcome.times_ms, 0.95), "ms", "sipp_retransmits_after", 500)
    yield Figure("registration_cpu_edge", spent, "ms", "trial_2026_11", 0.14)
