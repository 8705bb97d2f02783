"""The tree of departments in memory: paths, depths, and what is below what. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from linkus.organization.naming import COMPANY_ID, name_key

MAX_DEPTH = 16  # levels of departments below the company


@dataclass(frozen=True, slots=True)
class Node:
    """Describes a department. `parent_id` is COMPANY_ID for one directly below the company."""

    id: int
    parent_id: int
    name: str
    position: int = 0
    version: int = 1


class Tree:
    """Holds all departments. Built from rows that form no cycle."""

    def __init__(self, nodes: Iterable[Node]) -> None:
        self._nodes: dict[int, Node] = {}
        self._children: dict[int, list[Node]] = {}
        for node in sorted(nodes, key=lambda node: (node.position, node.id)):
            self._nodes[node.id] = node
            self._children.setdefault(node.parent_id, []).append(node)

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, department_id: int) -> bool:
        return department_id in self._nodes

    def get(self, department_id: int) -> Node | None:
        return self._nodes.get(department_id)

    def children(self, parent_id: int) -> Sequence[Node]:
        return self._children.get(parent_id, ())

    def in_order(self, top_id: int = COMPANY_ID) -> Iterator[Node]:
        """Yield what is below `top_id`, each department before its own, as an open tree shows them."""
        for node in self.children(top_id):
            yield node
            yield from self.in_order(node.id)

    def up(self, department_id: int) -> Iterator[Node]:
        """Yield the department, its parent, and so on up to the company, which is not yielded."""
        node = self._nodes.get(department_id)
        while node is not None:
            yield node
            node = self._nodes.get(node.parent_id)

    def up_ids(self, department_ids: Iterable[int]) -> frozenset[int]:
        """Return the departments themselves and all that they are below of."""
        return frozenset(node.id for department_id in department_ids for node in self.up(department_id))

    def below(self, department_id: int) -> frozenset[int]:
        """Return the department and everything below it."""
        own = () if department_id == COMPANY_ID else (department_id,)
        return frozenset((*own, *(node.id for node in self.in_order(department_id))))

    def depth(self, department_id: int) -> int:
        """Return the number of levels from the company down to the department; 0 for the company."""
        return sum(1 for _node in self.up(department_id))

    def height(self, department_id: int) -> int:
        """Return the number of levels that the department and everything below it take up."""
        return 1 + max((self.height(node.id) for node in self.children(department_id)), default=0)

    def path(self, department_id: int) -> list[str]:
        """Return the names from the top down, without the company's."""
        return [node.name for node in self.up(department_id)][::-1]

    def child_named(self, parent_id: int, name: str) -> Node | None:
        key = name_key(name)
        return next((node for node in self.children(parent_id) if name_key(node.name) == key), None)

    def find(self, path: Iterable[str]) -> int | None:
        """Return the department at a path of names; COMPANY_ID for an empty path, None if there is none."""
        found = COMPANY_ID
        for name in path:
            child = self.child_named(found, name)
            if child is None:
                return None
            found = child.id
        return found
