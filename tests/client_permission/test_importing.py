"""Plans of imports: every rule of the file and every present rule has one fate."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.client_permission.importing import ImportedRule, ImportPlan, carry_out, check_count, plan_import
from linkus.kit.errors import ValidationFailed


@dataclass(frozen=True, eq=False)
class Present:
    name: str
    value: int = 0
    id: int = 0


@dataclass(frozen=True)
class Wanted:
    name: str
    value: int = 0


Plan = ImportPlan[Present, Wanted]


def plan(rows: Sequence[Present], wanted: Sequence[Wanted], *, delete_others: bool = False) -> Plan:
    return plan_import(rows, wanted, lambda row, values: row.value == values.value, delete_others=delete_others)


class Writer:
    """Writes down what it is asked to write."""

    def __init__(self) -> None:
        self.calls: list[str] = []

    async def delete(self, rows: Sequence[Present]) -> None:
        self.calls += [f"delete {row.name}" for row in rows]

    async def change(self, row: Present, values: Wanted) -> None:
        self.calls.append(f"change {row.name} to {values.value}")

    async def add(self, values: Wanted) -> None:
        self.calls.append(f"add {values.name}")

    def publish(self) -> None:
        self.calls.append("publish")


def test_rules_of_one_name_are_matched_in_order() -> None:
    rows = [Present("a", 1), Present("a", 2), Present("a", 3)]
    made = plan(rows, [Wanted("a", 1), Wanted("a", 9)])
    assert made.changed == [(rows[1], Wanted("a", 9))]
    assert (made.added, made.deleted, made.unchanged) == ([], [], 2)


def test_others_are_deleted_only_on_request() -> None:
    rows = [Present("b"), Present("a"), Present("b")]
    assert plan(rows, [Wanted("b")]).unchanged == 3
    made = plan(rows, [Wanted("b")], delete_others=True)
    assert (made.deleted, made.unchanged) == ([rows[1], rows[2]], 1)


@given(
    st.lists(st.builds(Present, st.sampled_from("abc"), st.integers(0, 2))),
    st.lists(st.builds(Wanted, st.sampled_from("abc"), st.integers(0, 2))),
    st.booleans(),
)
def test_an_import_leaves_the_rules_of_the_file_and_perhaps_others(
    rows: list[Present], wanted: list[Wanted], delete_others: bool
) -> None:
    made = plan(rows, wanted, delete_others=delete_others)
    changed = {id(row): values.value for row, values in made.changed}
    kept = [row for row in rows if row not in made.deleted]
    after = Counter((row.name, changed.get(id(row), row.value)) for row in kept)
    after += Counter((values.name, values.value) for values in made.added)
    asked = Counter((values.name, values.value) for values in wanted)
    assert asked <= after
    assert not delete_others or asked == after
    assert len(made.changed) + len(made.deleted) + made.unchanged == len(rows)


def test_a_file_may_fill_the_rules_up_and_no_more() -> None:
    rows = [Present("a"), Present("b")]
    check_count(plan(rows, [Wanted("c")]), 2, 3, "too_many")
    check_count(plan(rows, [Wanted("c"), Wanted("d")], delete_others=True), 2, 2, "too_many")
    with pytest.raises(ValidationFailed) as caught:
        check_count(plan(rows, [Wanted("c"), Wanted("d")]), 2, 3, "too_many")
    assert caught.value.fields["document.rules"].code == "too_many"


async def test_a_plan_is_carried_out_and_published_once() -> None:
    rows = [Present("a", id=1), Present("b", id=2)]
    made = plan(rows, [Wanted("c"), Wanted("a", 1)], delete_others=True)
    writer = Writer()
    await carry_out(made, writer)
    assert writer.calls == ["delete b", "change a to 1", "add c", "publish"]
    assert made.told() == {
        "added": [ImportedRule(name="c")],
        "changed": [ImportedRule(id=1, name="a")],
        "deleted": [ImportedRule(id=2, name="b")],
        "unchanged": 0,
    }


async def test_nothing_is_published_when_nothing_changes() -> None:
    writer = Writer()
    await carry_out(plan([Present("a")], [Wanted("a")]), writer)
    assert writer.calls == []
