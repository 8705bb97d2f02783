"""Puts a deleted department or group back, with what went with it."""

from __future__ import annotations

from linkus.kit.errors import Conflict, NotFound
from linkus.kit.work import UnitOfWork
from linkus.organization import membership, repository
from linkus.organization.departments import place_errors, view
from linkus.organization.groups import name_taken, told
from linkus.organization.models import Department, DepartmentMember, ExtensionGroup, ExtensionGroupMember
from linkus.organization.naming import COMPANY_ID, name_key
from linkus.organization.removal import RecentRemovals, RemovedDepartment, restore_all
from linkus.organization.schemas import DepartmentView
from linkus.organization.tree import Tree
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record


async def restore_department(work: UnitOfWork, recent: RecentRemovals, department_id: int) -> DepartmentView:
    """Put a department back where it was, with what moved up from it and is still there. Refuses if its place or its
    name is taken by now."""
    removed = recent.departments.find(department_id)
    node = removed.node
    await repository.lock(work.db)
    tree = await repository.tree(work.db)
    if department_id in tree:
        raise NotFound("removal_undo_over")
    children = [child for child in removed.children if _parent(tree, child) == node.parent_id]
    rest = Tree(one for one in tree.in_order() if one.id not in children)  # the children go back below it
    errors = place_errors(rest, node.parent_id, node.name)
    for error in errors.values():
        raise Conflict(error.code, **error.params)
    await _insert(work, tree, removed, children)
    changed = await _members_back(work, removed)
    await membership.publish(work, changed)
    restored = await view(work.db, department_id)
    path = "/".join(restored.path)
    after = {**restored.model_dump(mode="json"), "members": await repository.numbers(work.db, removed.members)}
    record(work.db, AuditAction.UNDONE, AuditObject.DEPARTMENT, department_id, path, after=after)
    await restore_all(work, removed.rules)
    recent.departments.forget(department_id)
    return restored


def _parent(tree: Tree, department_id: int) -> int | None:
    node = tree.get(department_id)
    return None if node is None else node.parent_id


async def _insert(work: UnitOfWork, tree: Tree, removed: RemovedDepartment, children: list[int]) -> None:
    node = removed.node
    # the name comes last: until they have moved, a child of the same name holds it
    department = Department(
        id=node.id, parent_id=node.parent_id or None, name=node.name, name_key="", position=0, version=node.version + 1
    )
    work.db.add(department)
    await work.db.flush()
    if children:
        await repository.place_below(work.db, children, node.id)
    department.name_key = name_key(node.name)
    await work.db.flush()
    siblings = [sibling.id for sibling in tree.children(node.parent_id) if sibling.id not in children]
    at = min(removed.place, len(siblings))
    await repository.set_positions(work.db, [*siblings[:at], node.id, *siblings[at:]])
    if children:
        await repository.set_positions(work.db, children)


async def _members_back(work: UnitOfWork, removed: RemovedDepartment) -> set[int]:
    existing = await repository.existing_extensions(work.db, removed.members)
    node = removed.node
    await repository.add(work.db, DepartmentMember, {(one, node.id) for one in existing})
    if node.parent_id != COMPANY_ID:
        await repository.remove(work.db, DepartmentMember, {(one, node.parent_id) for one in removed.moved_up})
    return existing


async def restore_group(work: UnitOfWork, recent: RecentRemovals, group_id: int) -> None:
    """Put a group back, with its members. Refuses if its name is taken by now."""
    removed = recent.groups.find(group_id)
    await repository.lock(work.db)
    if await work.db.get(ExtensionGroup, group_id) is not None:
        raise NotFound("removal_undo_over")
    if await name_taken(work.db, removed.name):
        raise Conflict("extension_group_name_taken", name=removed.name)
    group = ExtensionGroup(id=group_id, name=removed.name, name_key=name_key(removed.name), version=1)
    work.db.add(group)
    await work.db.flush()
    existing = await repository.existing_extensions(work.db, removed.members)
    await repository.add(work.db, ExtensionGroupMember, {(one, group_id) for one in existing})
    await membership.publish(work, existing)
    record(
        work.db,
        AuditAction.UNDONE,
        AuditObject.EXTENSION_GROUP,
        group_id,
        removed.name,
        after=await told(work.db, group),
    )
    await restore_all(work, removed.rules)
    recent.groups.forget(group_id)
