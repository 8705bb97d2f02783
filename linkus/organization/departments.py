"""Creates, renames, moves and deletes departments."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import Conflict, FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.work import UnitOfWork
from linkus.organization import membership, notify, repository
from linkus.organization.models import Department, DepartmentMember
from linkus.organization.naming import COMPANY_ID, name_error, name_key
from linkus.organization.removal import (
    RecentRemovals,
    Removal,
    RemovalSource,
    RemovedDepartment,
    record_all,
    rules_naming,
)
from linkus.organization.schemas import (
    MAX_DEPARTMENTS,
    DepartmentCreate,
    DepartmentItem,
    DepartmentMove,
    DepartmentRename,
    DepartmentView,
    Organization,
)
from linkus.organization.tree import MAX_DEPTH, Node, Tree
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.general_settings import company_name


def _view(tree: Tree, node: Node) -> DepartmentView:
    path = tree.path(node.id)
    return DepartmentView(
        id=node.id,
        parent_id=node.parent_id,
        name=node.name,
        path=path,
        level=len(path),
        position=tree.children(node.parent_id).index(node),
        version=node.version,
    )


async def view(db: AsyncSession, department_id: int) -> DepartmentView:
    tree = await repository.tree(db)
    return _view(tree, known(tree, department_id))


async def organization(db: AsyncSession) -> Organization:
    tree = await repository.tree(db)
    direct, total = await repository.direct_counts(db), await repository.counts_with_below(db)
    everybody = await repository.count_extensions(db)
    placed = await repository.count_placed(db)
    return Organization(
        name=await company_name(db),
        member_count=everybody - placed,
        total_count=everybody,
        departments=[
            DepartmentItem(
                **_view(tree, node).model_dump(),
                member_count=direct.get(node.id, 0),
                total_count=total.get(node.id, 0),
            )
            for node in tree.in_order()
        ],
    )


def known(tree: Tree, department_id: int) -> Node:
    node = tree.get(department_id)
    if node is None:
        raise NotFound("department_not_found")
    return node


def place_errors(tree: Tree, parent_id: int, name: str, moved: Node | None = None) -> dict[str, FieldError]:
    """Return why no department of this name may stand below this parent: a new one, or `moved`. Pure."""
    if parent_id != COMPANY_ID and parent_id not in tree:
        return {"parent_id": FieldError("department_parent_unknown")}
    if (wrong := name_error(name)) is not None:
        return {"name": wrong}
    if moved is not None and parent_id in tree.below(moved.id):
        return {"parent_id": FieldError("department_below_itself")}
    if tree.depth(parent_id) + (1 if moved is None else tree.height(moved.id)) > MAX_DEPTH:
        return {"parent_id": FieldError("department_too_deep", {"max": MAX_DEPTH})}
    sibling = tree.child_named(parent_id, name)
    if sibling is not None and (moved is None or sibling.id != moved.id):
        return {"name": FieldError("department_name_taken", {"name": name})}
    return {}


async def create(work: UnitOfWork, body: DepartmentCreate) -> DepartmentView:
    await repository.lock(work.db)
    tree = await repository.tree(work.db)
    errors = place_errors(tree, body.parent_id, body.name)
    if len(tree) >= MAX_DEPARTMENTS:
        errors["name"] = FieldError("department_too_many", {"max": MAX_DEPARTMENTS})
    if errors:
        raise ValidationFailed(fields=errors)
    department = Department(
        parent_id=body.parent_id or None,
        name=body.name,
        name_key=name_key(body.name),
        position=max((node.position for node in tree.children(body.parent_id)), default=-1) + 1,
        version=1,
    )
    work.db.add(department)
    await work.db.flush()
    notify.organization_changed(work)
    after = await view(work.db, department.id)
    _record(work, AuditAction.CREATED, None, after)
    return after


async def rename(work: UnitOfWork, department_id: int, body: DepartmentRename) -> DepartmentView:
    tree, department = await _open(work.db, department_id, body.version)
    node = known(tree, department_id)
    if errors := place_errors(tree, node.parent_id, body.name, node):
        errors.pop("parent_id", None)
        raise ValidationFailed(fields=errors)
    department.name, department.name_key = body.name, name_key(body.name)
    department.version += 1
    await work.db.flush()
    notify.organization_changed(work)
    after = await view(work.db, department_id)
    _record(work, AuditAction.CHANGED, _view(tree, node), after)
    return after


async def move(work: UnitOfWork, department_id: int, body: DepartmentMove) -> DepartmentView:
    tree, department = await _open(work.db, department_id, body.version)
    node = known(tree, department_id)
    if errors := place_errors(tree, body.parent_id, node.name, node):
        if "name" in errors:  # a person who drags a department has typed no name
            errors = {"parent_id": errors["name"]}
        raise ValidationFailed(fields=errors)
    siblings = [sibling.id for sibling in tree.children(body.parent_id) if sibling.id != department_id]
    at = len(siblings) if body.position is None else min(body.position, len(siblings))
    department.parent_id = body.parent_id or None
    department.version += 1
    await work.db.flush()
    await repository.set_positions(work.db, [*siblings[:at], department_id, *siblings[at:]])
    notify.organization_changed(work)
    after = await view(work.db, department_id)
    _record(work, AuditAction.CHANGED, _view(tree, node), after)
    return after


def _record(work: UnitOfWork, action: AuditAction, before: DepartmentView | None, after: DepartmentView | None) -> None:
    """Tell of a department by its path, which says its name and its place."""
    told = after or before
    if told is not None:
        path = "/".join(told.path)
        record(work.db, action, AuditObject.DEPARTMENT, told.id, path, before=before, after=after)


async def _open(db: AsyncSession, department_id: int, version: int) -> tuple[Tree, Department]:
    """Read a department in order to change it. Raise 409 if somebody else has changed it meanwhile."""
    await repository.lock(db)
    tree = await repository.tree(db)
    node = known(tree, department_id)
    if node.version != version:
        raise VersionConflict(_view(tree, node))
    return tree, await db.get_one(Department, department_id)


async def remove(
    work: UnitOfWork, sources: Sequence[RemovalSource], recent: RecentRemovals, department_id: int
) -> None:
    """Delete a department. What is in it, departments and extensions, moves up into its parent, so that rules for the
    departments above still apply to it."""
    await repository.lock(work.db)
    tree = await repository.tree(work.db)
    node = known(tree, department_id)
    for child in tree.children(department_id):
        taken = tree.child_named(node.parent_id, child.name)
        if taken is not None and taken.id != department_id:
            raise Conflict("department_child_name_taken", name=child.name)
    department = await work.db.get_one(Department, department_id)
    rules = await rules_naming(work.db, sources, Removal(departments=frozenset({department_id})))
    changed = set(await repository.members(work.db, DepartmentMember, department_id))
    _record_removal(work, tree, node, await repository.numbers(work.db, changed))
    department.name_key = ""  # a child may have the same name, and takes it before the department is gone
    await work.db.flush()
    moved_up = await _move_up(work.db, tree, node, changed)
    await work.db.delete(department)
    await work.db.flush()
    await membership.publish(work, changed)
    await record_all(work, rules)
    removed = RemovedDepartment(
        node=node,
        place=tree.children(node.parent_id).index(node),
        children=[child.id for child in tree.children(department_id)],
        members=frozenset(changed),
        moved_up=frozenset(moved_up),
        rules=rules,
    )
    recent.departments.keep(department_id, removed)


def _record_removal(work: UnitOfWork, tree: Tree, node: Node, numbers: list[str]) -> None:
    """Tell of a deleted department what was in it, and where that is now."""
    view = _view(tree, node)
    was = {
        **view.model_dump(mode="json"),
        "members": numbers,
        "departments_below": [child.name for child in tree.children(node.id)],
    }
    moved = bool(numbers or tree.children(node.id))
    after = {"moved_to": "/".join(tree.path(node.parent_id)) or "department_all"} if moved else None
    path = "/".join(view.path)
    record(work.db, AuditAction.DELETED, AuditObject.DEPARTMENT, node.id, path, before=was, after=after)


async def _move_up(db: AsyncSession, tree: Tree, node: Node, members: set[int]) -> set[int]:
    """Put what is in a department into its parent. Return the members who were not there already."""
    new: set[int] = set()
    if node.parent_id != COMPANY_ID:
        new = members - set(await repository.members(db, DepartmentMember, node.parent_id))
        await repository.add(db, DepartmentMember, {(one, node.parent_id) for one in new})
    children = [child.id for child in tree.children(node.id)]
    if children:
        await repository.place_below(db, children, node.parent_id or None)
        siblings = [sibling.id for sibling in tree.children(node.parent_id)]
        at = siblings.index(node.id)  # the children take its place
        await repository.set_positions(db, [*siblings[:at], *children, *siblings[at + 1 :]])
    return new
