"""The tree of departments and the cells of CSV files, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.organization.cells import read_names, read_paths, written_names, written_paths
from linkus.organization.departments import place_errors
from linkus.organization.naming import COMPANY_ID, is_everyone, name_key
from linkus.organization.tree import MAX_DEPTH, Node, Tree

NAMES = st.text(alphabet="ab/&\\ 销", min_size=1, max_size=6).map(str.strip).filter(bool)


@st.composite
def parents(draw: st.DrawFn) -> list[int]:
    """Draw the parents of departments 1, 2, 3, ...: each is one before it, or the company."""
    count = draw(st.integers(0, 12))
    return [draw(st.integers(0, number)) for number in range(count)]


def build(found: list[int]) -> Tree:
    return Tree(Node(number, parent, f"D{number}") for number, parent in enumerate(found, 1))


class TestCells:
    @given(st.lists(st.lists(NAMES, min_size=1, max_size=3), max_size=3))
    def test_a_written_path_is_read_as_it_was(self, paths: list[list[str]]) -> None:
        assert read_paths(written_paths(paths)) == paths

    @given(st.lists(NAMES, max_size=4))
    def test_a_written_name_is_read_as_it_was(self, names: list[str]) -> None:
        assert read_names(written_names(names)) == names

    @pytest.mark.parametrize(
        ("cell", "paths"),
        [
            ("", []),
            (" / & ", []),
            ("Acme/Sales", [["Acme", "Sales"]]),
            (" Acme / Sales /&Acme", [["Acme", "Sales"], ["Acme"]]),
            (r"Acme/R\&D", [["Acme", "R&D"]]),
            (r"24\/7 Desk", [["24/7 Desk"]]),
            (r"C:\Users", [[r"C:\Users"]]),
            ("a\\", [["a\\"]]),
        ],
    )
    def test_read(self, cell: str, paths: list[list[str]]) -> None:
        assert read_paths(cell) == paths


class TestTree:
    @given(parents())
    def test_what_is_below_agrees_with_what_is_above(self, found: list[int]) -> None:
        tree = build(found)
        for one in range(1, len(found) + 1):
            above = {node.id for node in tree.up(one)}
            assert {other for other in range(1, len(found) + 1) if one in tree.below(other)} == above
            assert tree.depth(one) == len(tree.path(one)) == len(above)
            assert tree.find(tree.path(one)) == one
        assert tree.below(COMPANY_ID) == set(range(1, len(found) + 1))
        assert sorted(node.id for node in tree.in_order()) == list(range(1, len(found) + 1))

    @given(parents(), st.integers(1, 12), st.integers(0, 12))
    def test_an_allowed_move_makes_no_cycle_and_no_tree_too_deep(
        self, found: list[int], moved: int, parent: int
    ) -> None:
        tree = build(found)
        node = tree.get(moved)
        if node is None:
            return
        allowed = not place_errors(tree, parent, node.name, node)
        assert allowed == (parent not in tree.below(moved) and (parent == COMPANY_ID or parent in tree))
        if allowed:
            after = build([parent if number == moved else old for number, old in enumerate(found, 1)])
            assert len(list(after.in_order())) == len(found)
            assert max((after.depth(one) for one in after.below(COMPANY_ID)), default=0) <= MAX_DEPTH

    def test_depth_is_bounded(self) -> None:
        chain = [*range(MAX_DEPTH)]
        tree = build([*chain, 0])
        top = tree.get(MAX_DEPTH + 1)
        assert place_errors(tree, MAX_DEPTH, "one more")["parent_id"].code == "department_too_deep"
        assert place_errors(tree, MAX_DEPTH - 1, "one more") == {}
        assert place_errors(tree, MAX_DEPTH, "D", top)["parent_id"].code == "department_too_deep"

    def test_names_are_compared_without_case(self) -> None:
        tree = Tree([Node(1, 0, "Straße")])
        assert tree.child_named(0, " STRASSE ") is not None
        assert name_key("ＡＢ") == "ａｂ"

    @pytest.mark.parametrize("name", ["Everyone", "EVERYONE", " 所有人 "])
    def test_nobody_is_called_everyone(self, name: str) -> None:
        assert is_everyone(name)
        assert not is_everyone(f"{name}2")
