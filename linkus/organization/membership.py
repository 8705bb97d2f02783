"""Puts extensions into departments and groups."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import product
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.work import UnitOfWork
from linkus.organization import notify, repository
from linkus.organization.models import DepartmentMember, ExtensionGroupMember
from linkus.organization.repository import Membership
from linkus.organization.schemas import Assignment, AssignMode
from linkus.shared import extension_notify
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import numbers_of_many, record

Pairs = set[tuple[int, int]]  # (extension, department or group)


async def check_known(
    db: AsyncSession, department_ids: Collection[int] | None, group_ids: Collection[int] | None
) -> None:
    """Raise field errors for departments and groups that do not exist."""
    errors = {}
    if department_ids:
        tree = await repository.tree(db)
        if any(department_id not in tree for department_id in department_ids):
            errors["department_ids"] = FieldError("department_unknown")
    if group_ids and set(group_ids) - {group.id for group in await repository.groups(db)}:
        errors["group_ids"] = FieldError("extension_group_unknown")
    if errors:
        raise ValidationFailed(fields=errors)


async def assign(work: UnitOfWork, body: Assignment) -> int:
    """Change the departments and groups of many extensions. Return the number of extensions that were changed."""
    await repository.lock(work.db)
    await check_known(work.db, body.department_ids, body.group_ids)
    extension_ids = await repository.existing_extensions(work.db, set(body.extension_ids))
    changed = await _change(work.db, DepartmentMember, extension_ids, body.department_ids, body.mode)
    changed |= await _change(work.db, ExtensionGroupMember, extension_ids, body.group_ids, body.mode)
    if changed:
        await publish(work, changed)
        await _record(work.db, body.mode, changed, body.department_ids, body.group_ids)
    return len(changed)


async def _record(
    db: AsyncSession,
    mode: AssignMode,
    changed: Collection[int],
    department_ids: Collection[int] | None,
    group_ids: Collection[int] | None,
) -> None:
    """Tell the audit log of an assignment: what was named, and for whom it made a difference."""
    tree = await repository.tree(db)
    groups = {group.id: group.name for group in await repository.groups(db)}
    what: dict[str, Any] = {
        "mode": mode.value,
        "departments": ["/".join(tree.path(one)) for one in department_ids or ()],
        "groups": [groups[one] for one in group_ids or ()],
        **numbers_of_many(await repository.numbers(db, changed)),
    }
    record(db, AuditAction.CHANGED, AuditObject.EXTENSIONS, after=what)


async def publish(work: UnitOfWork, changed: Collection[int]) -> None:
    """Notify everybody of a changed department or group, and of the extensions that it has gained or lost."""
    notify.organization_changed(work)
    if not changed:
        return
    await repository.raise_versions(work.db, changed)
    if len(changed) > extension_notify.MAX_SINGLE_EVENTS:
        extension_notify.many_changed(work)
    else:
        for extension in await repository.extensions(work.db, changed):
            extension_notify.extension_changed(work, extension)


async def _change(
    db: AsyncSession,
    model: Membership,
    extension_ids: Collection[int],
    owner_ids: Collection[int] | None,
    mode: AssignMode,
) -> set[int]:
    if owner_ids is None:
        return set()
    present = await repository.memberships(db, model, extension_ids)
    named = set(product(extension_ids, owner_ids))
    wanted = {AssignMode.ADD: present | named, AssignMode.REMOVE: present - named, AssignMode.REPLACE: named}[mode]
    return await _write(db, model, present, wanted)


async def _write(db: AsyncSession, model: Membership, present: Pairs, wanted: Pairs) -> set[int]:
    """Write the difference. Return the extensions that it concerns."""
    await repository.remove(db, model, present - wanted)
    await repository.add(db, model, wanted - present)
    return {extension_id for extension_id, _owner in present ^ wanted}


async def prepare_places(
    db: AsyncSession, department_ids: Collection[int] | None, group_ids: Collection[int] | None
) -> None:
    """Check the departments and groups that an extension is about to get. Locks before any row is locked, in the order
    of all changes here."""
    if department_ids is not None or group_ids is not None:
        await repository.lock(db)
        await check_known(db, department_ids, group_ids)


async def present_places(db: AsyncSession, extension_ids: Collection[int]) -> tuple[Pairs, Pairs]:
    """Return the departments and the groups that extensions are in."""
    departments = await repository.memberships(db, DepartmentMember, extension_ids)
    return departments, await repository.memberships(db, ExtensionGroupMember, extension_ids)


async def would_move(
    db: AsyncSession, extension_id: int, department_ids: Collection[int] | None, group_ids: Collection[int] | None
) -> bool:
    """Return whether `set_places` would change anything."""
    for model, wanted in ((DepartmentMember, department_ids), (ExtensionGroupMember, group_ids)):
        if wanted is None:
            continue
        present = await repository.memberships(db, model, [extension_id])
        if {owner for _extension, owner in present} != set(wanted):
            return True
    return False


async def set_places(
    work: UnitOfWork,
    extension_id: int,
    department_ids: Collection[int] | None,
    group_ids: Collection[int] | None,
) -> None:
    """Put an extension into exactly these departments and groups. None leaves them as they are."""
    before = await places_of(work.db, [extension_id])
    departments = {} if department_ids is None else {extension_id: department_ids}
    groups = {} if group_ids is None else {extension_id: group_ids}
    if await set_many(work.db, departments, groups):
        notify.organization_changed(work)
        record(
            work.db,
            AuditAction.CHANGED,
            AuditObject.EXTENSION,
            extension_id,
            " ".join(await repository.numbers(work.db, [extension_id])),
            before=before[extension_id],
            after=(await places_of(work.db, [extension_id]))[extension_id],
        )


async def places_of(db: AsyncSession, extension_ids: Collection[int]) -> dict[int, dict[str, list[str]]]:
    """Return what the audit log tells of the departments and groups of extensions."""
    tree = await repository.tree(db)
    paths: dict[int, list[str]] = {}
    for extension_id, department_id in await repository.memberships(db, DepartmentMember, extension_ids):
        paths.setdefault(extension_id, []).append("/".join(tree.path(department_id)))
    groups = await repository.names_of_groups(db, extension_ids)
    return {
        extension_id: {
            "departments": sorted(paths.get(extension_id, ())),
            "groups": [group.name for group in groups.get(extension_id, ())],
        }
        for extension_id in extension_ids
    }


async def put_into(
    work: UnitOfWork,
    extension_ids: Collection[int],
    department_ids: Collection[int] | None,
    group_ids: Collection[int] | None,
) -> None:
    """Put extensions that were just created into departments and groups."""
    departments = set(product(extension_ids, department_ids or ()))
    groups = set(product(extension_ids, group_ids or ()))
    await repository.add(work.db, DepartmentMember, departments)
    await repository.add(work.db, ExtensionGroupMember, groups)
    if departments or groups:
        notify.organization_changed(work)
        await _record(work.db, AssignMode.ADD, extension_ids, department_ids, group_ids)


async def set_many(
    db: AsyncSession, departments: Mapping[int, Collection[int]], groups: Mapping[int, Collection[int]]
) -> set[int]:
    """Put extensions into exactly these departments and groups, by extension. Return the extensions that have
    changed."""
    changed = await _set(db, DepartmentMember, departments)
    return changed | await _set(db, ExtensionGroupMember, groups)


async def _set(db: AsyncSession, model: Membership, wanted: Mapping[int, Collection[int]]) -> set[int]:
    if not wanted:
        return set()
    present = await repository.memberships(db, model, list(wanted))
    return await _write(db, model, present, {(one, owner) for one, owners in wanted.items() for owner in owners})


async def set_members(db: AsyncSession, group_id: int, extension_ids: Iterable[int]) -> set[int]:
    """Set the members of a group to those of the extensions that exist. Return the extensions that have changed."""
    existing = await repository.existing_extensions(db, set(extension_ids))
    present = {(one, group_id) for one in await repository.members(db, ExtensionGroupMember, group_id)}
    return await _write(db, ExtensionGroupMember, present, {(one, group_id) for one in existing})
