"""Values that an undo restores in one row, over any values. It keeps later choices, and the row stays valid."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from linkus.client_settings.rules import setting_errors, values_back

Values = dict[str, Any]
URLS = ["", "https://crm.example/", "ftp://crm.example/"]
rows = st.fixed_dictionaries(
    {
        "call_waiting": st.booleans(),
        "auto_answer_delay": st.integers(0, 2),
        "screen_pop": st.booleans(),
        "screen_pop_url": st.sampled_from(URLS),
        "screen_pop_inbound": st.booleans(),
        "screen_pop_internal": st.booleans(),
    }
).filter(lambda row: not setting_errors(row))
NAMES = [
    "auto_answer_delay", "call_waiting", "screen_pop", "screen_pop_inbound", "screen_pop_internal", "screen_pop_url",
]  # fmt: skip
names = st.sets(st.sampled_from(NAMES), min_size=1)


@given(before=rows, changed=rows, present=rows, ticked=names)
def test_only_what_is_still_as_the_change_made_it_goes_back(
    before: Values, changed: Values, present: Values, ticked: set[str]
) -> None:
    wanted = {name: changed[name] for name in ticked}
    back = values_back({name: before[name] for name in ticked}, wanted, present)
    merged = {**present, **(back or {})}
    assert not setting_errors(merged)
    for name in before:
        if name not in ticked or present[name] != wanted[name]:
            assert merged[name] == present[name]
        elif back is not None:
            assert merged[name] == before[name]


@given(before=rows, changed=rows)
def test_untouched_since_all_is_as_before(before: Values, changed: Values) -> None:
    assert {**changed, **(values_back(before, changed, changed) or {})} == before
