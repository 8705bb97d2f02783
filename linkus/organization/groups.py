"""Creates, changes and deletes extension groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import Conflict, FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.organization import membership, repository
from linkus.organization.models import ExtensionGroup, ExtensionGroupMember
from linkus.organization.naming import EVERYONE_ID, everyone_name, is_everyone, name_error, name_key
from linkus.organization.removal import (
    RecentRemovals,
    Removal,
    RemovalSource,
    RemovedGroup,
    record_all,
    rules_naming,
)
from linkus.organization.schemas import (
    MAX_GROUPS,
    ExtensionGroupCreate,
    ExtensionGroupItem,
    ExtensionGroups,
    ExtensionGroupUpdate,
    ExtensionGroupView,
)
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record


def _everyone(language: Language, count: int) -> ExtensionGroupItem:
    return ExtensionGroupItem(
        id=EVERYONE_ID, name=everyone_name(language), member_count=count, is_everyone=True, version=1
    )


async def items(db: AsyncSession, language: Language) -> ExtensionGroups:
    counts = await repository.group_counts(db)
    chosen = [
        ExtensionGroupItem(
            id=group.id,
            name=group.name,
            member_count=counts.get(group.id, 0),
            is_everyone=False,
            version=group.version,
        )
        for group in await repository.groups(db)
    ]
    return ExtensionGroups(items=[_everyone(language, await repository.count_extensions(db)), *chosen])


async def view(db: AsyncSession, group_id: int, language: Language) -> ExtensionGroupView:
    if group_id == EVERYONE_ID:
        everyone = _everyone(language, await repository.count_extensions(db))
        return ExtensionGroupView(**everyone.model_dump(), member_ids=[])
    group = await db.get(ExtensionGroup, group_id)
    if group is None:
        raise NotFound("extension_group_not_found")
    return await _view(db, group)


async def _view(db: AsyncSession, group: ExtensionGroup) -> ExtensionGroupView:
    member_ids = await repository.members(db, ExtensionGroupMember, group.id)
    return ExtensionGroupView(
        id=group.id,
        name=group.name,
        member_count=len(member_ids),
        is_everyone=False,
        version=group.version,
        member_ids=member_ids,
    )


async def _check_name(db: AsyncSession, name: str, own_id: int | None = None) -> None:
    error = name_error(name)
    if error is None and is_everyone(name):
        error = FieldError("extension_group_name_reserved", {"name": name})
    if error is None and await name_taken(db, name, own_id):
        error = FieldError("extension_group_name_taken", {"name": name})
    if error is None and own_id is None and len(await repository.groups(db)) >= MAX_GROUPS:
        error = FieldError("extension_group_too_many", {"max": MAX_GROUPS})
    if error is not None:
        raise ValidationFailed(fields={"name": error})


async def name_taken(db: AsyncSession, name: str, own_id: int | None = None) -> bool:
    return any(group.name_key == name_key(name) and group.id != own_id for group in await repository.groups(db))


async def create(work: UnitOfWork, body: ExtensionGroupCreate) -> ExtensionGroupView:
    await repository.lock(work.db)
    await _check_name(work.db, body.name)
    group = ExtensionGroup(name=body.name, name_key=name_key(body.name), version=1)
    work.db.add(group)
    await work.db.flush()
    await membership.publish(work, await membership.set_members(work.db, group.id, body.member_ids))
    record(
        work.db,
        AuditAction.CREATED,
        AuditObject.EXTENSION_GROUP,
        group.id,
        group.name,
        after=await told(work.db, group),
    )
    return await _view(work.db, group)


async def update(work: UnitOfWork, group_id: int, body: ExtensionGroupUpdate) -> ExtensionGroupView:
    group = await _open(work, group_id)
    if group.version != body.version:
        raise VersionConflict(await _view(work.db, group))
    await _check_name(work.db, body.name, group_id)
    before = await told(work.db, group)
    group.name, group.name_key = body.name, name_key(body.name)
    group.version += 1
    await work.db.flush()
    changed: set[int] = set()
    if body.member_ids is not None:
        changed = await membership.set_members(work.db, group_id, body.member_ids)
    await membership.publish(work, changed)
    record(
        work.db,
        AuditAction.CHANGED,
        AuditObject.EXTENSION_GROUP,
        group.id,
        group.name,
        before=before,
        after=await told(work.db, group),
    )
    return await _view(work.db, group)


async def remove(work: UnitOfWork, sources: Sequence[RemovalSource], recent: RecentRemovals, group_id: int) -> None:
    """Delete a group. Its members stay as they are."""
    group = await _open(work, group_id)
    rules = await rules_naming(work.db, sources, Removal(groups=frozenset({group_id})))
    removed_name = group.name
    changed = set(await repository.members(work.db, ExtensionGroupMember, group_id))
    record(
        work.db,
        AuditAction.DELETED,
        AuditObject.EXTENSION_GROUP,
        group.id,
        group.name,
        before=await told(work.db, group),
    )
    await work.db.delete(group)
    await work.db.flush()
    await membership.publish(work, changed)
    await record_all(work, rules)
    recent.groups.keep(group_id, RemovedGroup(group_id, removed_name, frozenset(changed), rules))


async def told(db: AsyncSession, group: ExtensionGroup) -> dict[str, Any]:
    """Return what the audit log tells of a group: its name, and its members by number."""
    member_ids = await repository.members(db, ExtensionGroupMember, group.id)
    return {"name": group.name, "members": await repository.numbers(db, member_ids)}


async def _open(work: UnitOfWork, group_id: int) -> ExtensionGroup:
    if group_id == EVERYONE_ID:
        raise Conflict("extension_group_everyone")
    await repository.lock(work.db)
    group = await work.db.get(ExtensionGroup, group_id)
    if group is None:
        raise NotFound("extension_group_not_found")
    return group
