"""Records which paging groups a deleted extension leaves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.work import UnitOfWork
from linkus.organization.impact import Change, RuleImpact
from linkus.organization.removal import NamingRules, Removal
from linkus.organization.schemas import ConcernedObject
from linkus.paging import repository, service
from linkus.paging.schemas import PagingGroupView
from linkus.shared.models.paging import PagingGroup


async def groups_naming(db: AsyncSession, removal: Removal) -> NamingRules:
    groups = await repository.naming(db, removal.extensions)
    return _LeftGroups(groups, [await service.view(db, group) for group in groups])


@dataclass(frozen=True)
class _LeftGroups:
    """Holds the groups that lose members or callers, and what they were before."""

    groups: Sequence[PagingGroup]
    before: Sequence[PagingGroupView]

    async def record_removal(self, work: UnitOfWork) -> None:
        for group, before in zip(self.groups, self.before, strict=True):
            await service.record_change(work, group, before)

    async def restore(self, work: UnitOfWork) -> None:
        """Do nothing: only the deletion of departments and groups is undone, and paging groups name neither."""


async def impact(db: AsyncSession, change: Change) -> RuleImpact:
    """Return the paging groups that deleted extensions leave."""
    left = await repository.naming(db, change.removed.extensions)
    names = [ConcernedObject(kind="paging_group", id=group.id, name=f"{group.number} {group.name}") for group in left]
    return RuleImpact(objects=names)
