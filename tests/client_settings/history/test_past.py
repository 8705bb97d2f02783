"""Past values from the changes since, against a model that keeps every state."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from linkus.client_settings.history.past import values_at

START = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("call_waiting", "auto_answer", "auto_answer_delay")


@dataclass(frozen=True)
class Changed:
    changed_at: datetime
    before: dict[str, Any]


changes = st.lists(
    st.tuples(st.integers(1, 5), st.dictionaries(st.sampled_from(NAMES), st.integers(0, 3), min_size=1)), max_size=12
)


@given(changes, st.integers(-1, 70))
def test_values_at_any_moment_are_those_of_then(steps: list[tuple[int, dict[str, int]]], seconds: int) -> None:
    state: dict[str, int] = dict.fromkeys(NAMES, 0)
    states = [(START, dict(state))]
    recorded: list[Changed] = []
    at = START
    for wait, written in steps:
        at += timedelta(seconds=wait)
        recorded.insert(0, Changed(at, {name: state[name] for name in written}))
        state |= written
        states.append((at, dict(state)))
    moment = START + timedelta(seconds=seconds)
    then = next((values for since, values in reversed(states) if since <= moment), states[0][1])
    assert values_at(state, recorded, moment) == then
