"""The gate's rules under a storm of mutated messages: each message that passes is sound, and is judged quickly."""

from __future__ import annotations

import time
from random import Random

import pytest

from tests.attack.corpus import RFC_4475, RFC_5118
from tests.attack.good_messages import any_message
from tests.attack.mutate import mutate
from tests.engine.edge_modules import message as gate

MESSAGES = 4000
MAX_SECONDS_OF_ONE = 0.5  # a regular expression that backtracks takes minutes


def judged(raw: bytes, *, may_grow: bool) -> None:
    begun = time.perf_counter()
    outcome = gate.inspect(raw, may_grow=may_grow)
    assert time.perf_counter() - begun < MAX_SECONDS_OF_ONE
    if outcome.message is None:
        assert outcome.reason
        return
    text = outcome.message
    text.decode("utf-8")
    head, end, body = text.partition(b"\r\n\r\n")
    assert end
    assert head.count(b"\r") == head.count(b"\n") == head.count(b"\r\n")
    assert b"\0" not in text
    assert b"\r\n " not in head
    assert b"\r\n\t" not in head
    names = [line.partition(b":")[0].strip().lower() for line in head.split(b"\r\n")[1:]]
    assert not any(name.startswith(b"x-linkus") for name in names)
    plain = [gate.COMPACT_NAMES.get(name, name) for name in names]
    assert all(plain.count(name) <= 1 for name in gate.SINGLE)
    assert outcome.status or len(body) >= 0
    # A message that has passed passes again unchanged, so the gate's own changes need no second judgement.
    again = gate.inspect(text, may_grow=may_grow)
    assert (again.message, again.status) == (text, 0)


@pytest.mark.parametrize("may_grow", [True, False])
@pytest.mark.parametrize("seed", range(4))
def test_gate_passes_mutated_messages_unambiguously(seed: int, may_grow: bool) -> None:
    rng = Random(seed)  # noqa: S311 the same seed makes the same messages
    for _ in range(MESSAGES // 8):
        judged(mutate(rng, any_message(rng, transport="udp", address="203.0.113.7")), may_grow=may_grow)


@pytest.mark.parametrize("case", [*RFC_4475, *RFC_5118], ids=lambda case: case.name)
def test_gate_passes_messages_of_the_rfcs_unambiguously(case: object) -> None:
    raw = case.octets  # type: ignore[attr-defined]
    for may_grow in (True, False):
        judged(raw, may_grow=may_grow)
