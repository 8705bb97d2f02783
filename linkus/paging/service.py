"""Adds, changes and removes paging groups."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.numbers import lock_numbers, numbers_of_groups
from linkus.extension.repository import taken_numbers
from linkus.extension.rules import MAX_NAME_CHARACTERS, MAX_NUMBER_DIGITS, number_error
from linkus.kit.bus import PORTAL
from linkus.kit.errors import FieldError, NotFound, ValidationFailed, VersionConflict
from linkus.kit.pages import Page, Paging
from linkus.kit.unique_values import taken_values
from linkus.kit.work import UnitOfWork
from linkus.organization.removal import Removal, RemovalSource, record_all, rules_naming
from linkus.paging import repository
from linkus.paging.events import PagingGroupChanged
from linkus.paging.schemas import (
    PagingCallers,
    PagingGroupItem,
    PagingGroupSort,
    PagingGroupUpdate,
    PagingGroupValues,
    PagingGroupView,
    PagingMode,
    RouteToGroup,
)
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.extension_schemas import NamedExtension
from linkus.shared.models.paging import PagingGroup, PagingGroupCaller, PagingGroupMember


def group_errors(values: PagingGroupValues) -> dict[str, FieldError]:
    """Return the errors that the values alone show. Pure."""
    errors: dict[str, FieldError] = {}
    if (wrong := number_error(values.number)) is not None:
        errors["number"] = (
            FieldError("paging_number_invalid", {"max": MAX_NUMBER_DIGITS})
            if wrong.code == "extension_number_invalid"
            else wrong
        )
    if not values.name:
        errors["name"] = FieldError("field_required")
    elif len(values.name) > MAX_NAME_CHARACTERS:
        errors["name"] = FieldError("field_too_long", {"max": MAX_NAME_CHARACTERS})
    if values.callers is PagingCallers.CHOSEN and not values.caller_ids:
        errors["caller_ids"] = FieldError("paging_callers_empty")
    return errors


async def _check(db: AsyncSession, values: PagingGroupValues, own_number: str | None) -> None:
    errors = group_errors(values)
    if "number" not in errors and values.number != own_number:
        await lock_numbers(db)
        if await taken_numbers(db, [values.number]):
            errors["number"] = FieldError("paging_number_is_extension", {"number": values.number})
        elif await numbers_of_groups(db, [values.number]):
            errors["number"] = FieldError("paging_number_taken", {"number": values.number})
    if errors:
        raise ValidationFailed(fields=errors)


async def create(work: UnitOfWork, values: PagingGroupValues) -> PagingGroupView:
    await _check(work.db, values, None)
    group = PagingGroup(version=1)
    work.db.add(group)
    return await _write(work, group, values, None)


async def update(work: UnitOfWork, group_id: int, values: PagingGroupUpdate) -> PagingGroupView:
    group = await work.db.get(PagingGroup, group_id, with_for_update=True)
    if group is None:
        raise NotFound("paging_group_not_found")
    if group.version != values.version:
        raise VersionConflict(await view(work.db, group))
    await _check(work.db, values, group.number)
    before = await view(work.db, group)
    group.version += 1
    return await _write(work, group, values, before)


async def _write(
    work: UnitOfWork, group: PagingGroup, values: PagingGroupValues, before: PagingGroupView | None
) -> PagingGroupView:
    group.number, group.name = values.number, values.name
    group.mode, group.callers = values.mode.value, values.callers.value
    number_taken = FieldError("paging_number_taken", {"number": values.number})
    with taken_values("paging_group", {"number": ("number", number_taken)}):
        await work.db.flush()
    await repository.set_extensions(work.db, PagingGroupMember, group.id, values.member_ids)
    await repository.set_extensions(work.db, PagingGroupCaller, group.id, values.caller_ids)
    return await record_change(work, group, before)


async def record_change(work: UnitOfWork, group: PagingGroup, before: PagingGroupView | None) -> PagingGroupView:
    """Tell open pages and the audit log what a group is now. Without `before` it is new."""
    _publish(work, group)
    after = await view(work.db, group)
    action = AuditAction.CREATED if before is None else AuditAction.CHANGED
    record(work.db, action, AuditObject.PAGING_GROUP, group.id, _name(group), before=before, after=after)
    return after


def _name(group: PagingGroup) -> str:
    return f"{group.number} {group.name}"


async def remove(work: UnitOfWork, group_id: int, sources: Sequence[RemovalSource]) -> None:
    """Delete a group and the inbound routes that lead to it. Its members are left as they are."""
    group = await work.db.get(PagingGroup, group_id, with_for_update=True)
    if group is None:
        raise NotFound("paging_group_not_found")
    routes = await rules_naming(work.db, sources, Removal(paging_groups=frozenset({group_id})))
    before = await view(work.db, group)
    record(work.db, AuditAction.DELETED, AuditObject.PAGING_GROUP, group.id, _name(group), before=before)
    await work.db.delete(group)
    await work.db.flush()
    _publish(work, group)
    await record_all(work, routes)


def _publish(work: UnitOfWork, group: PagingGroup) -> None:
    work.publish([PORTAL], PagingGroupChanged(id=group.id, number=group.number))


async def page(
    db: AsyncSession, search: str, mode: PagingMode | None, sort: PagingGroupSort, paging: Paging
) -> Page[PagingGroupItem]:
    groups = await repository.page(db, search, mode, sort, paging)
    ids = [group.id for group in groups.rows]
    members = await repository.counts(db, PagingGroupMember, ids)
    callers = await repository.counts(db, PagingGroupCaller, ids)
    return groups.page(
        lambda group: PagingGroupItem(
            id=group.id,
            number=group.number,
            name=group.name,
            mode=PagingMode(group.mode),
            callers=PagingCallers(group.callers),
            member_count=members.get(group.id, 0),
            caller_count=callers.get(group.id, 0),
            version=group.version,
        )
    )


async def get(db: AsyncSession, group_id: int) -> PagingGroupView:
    group = await db.get(PagingGroup, group_id)
    if group is None:
        raise NotFound("paging_group_not_found")
    return await view(db, group)


async def view(db: AsyncSession, group: PagingGroup) -> PagingGroupView:
    members = await repository.extensions(db, PagingGroupMember, group.id)
    callers = await repository.extensions(db, PagingGroupCaller, group.id)
    routes = await repository.inbound_routes(db, group.id)
    return PagingGroupView(
        id=group.id,
        number=group.number,
        name=group.name,
        mode=PagingMode(group.mode),
        callers=PagingCallers(group.callers),
        member_ids=[extension.id for extension in members],
        caller_ids=[extension.id for extension in callers],
        members=[NamedExtension.model_validate(extension) for extension in members],
        chosen=[NamedExtension.model_validate(extension) for extension in callers],
        inbound_routes=[RouteToGroup(id=route.id, name=route.name) for route in routes],
        version=group.version,
    )
