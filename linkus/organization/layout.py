"""Places of all extensions, now and after a change that is not made yet. Pure, except for the reading."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.organization import repository
from linkus.organization.models import DepartmentMember, ExtensionGroupMember
from linkus.organization.naming import COMPANY_ID
from linkus.organization.tree import Tree

Pairs = frozenset[tuple[int, int]]  # (extension, department or group)


@dataclass(frozen=True)
class Layout:
    tree: Tree
    departments: Pairs
    groups: Pairs

    def moved(self, department_id: int, parent_id: int) -> Layout:
        """Return the layout with the department below another parent."""
        nodes = self.tree.in_order()
        return replace(
            self, tree=Tree(replace(node, parent_id=parent_id) if node.id == department_id else node for node in nodes)
        )

    def without_department(self, department_id: int) -> Layout:
        """Return the layout as the deletion leaves it: what is in the department moves up into its parent."""
        gone = self.tree.get(department_id)
        parent_id = COMPANY_ID if gone is None else gone.parent_id
        nodes = [node for node in self.tree.in_order() if node.id != department_id]
        tree = Tree(replace(node, parent_id=parent_id) if node.parent_id == department_id else node for node in nodes)
        moved = {(extension, parent_id if owner == department_id else owner) for extension, owner in self.departments}
        return replace(self, tree=tree, departments=frozenset(pair for pair in moved if pair[1] != COMPANY_ID))

    def without_group(self, group_id: int) -> Layout:
        return replace(self, groups=frozenset(pair for pair in self.groups if pair[1] != group_id))


async def read_layout(db: AsyncSession) -> Layout:
    return Layout(
        await repository.tree(db),
        frozenset(await repository.all_memberships(db, DepartmentMember)),
        frozenset(await repository.all_memberships(db, ExtensionGroupMember)),
    )
