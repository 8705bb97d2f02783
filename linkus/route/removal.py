"""Records the routes that are deleted or changed with what they name: an extension, a paging group, a trunk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.work import UnitOfWork
from linkus.organization.impact import Change, RuleImpact
from linkus.organization.removal import NamingRules, Removal
from linkus.organization.schemas import ConcernedObject
from linkus.route import inbound, ordering, outbound
from linkus.route.schemas import InboundRouteView, OutboundRouteView
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record


async def routes_naming(db: AsyncSession, removal: Removal) -> NamingRules:
    outbound_routes = []
    if removal.trunks:
        views = await outbound.views(db)
        outbound_routes = [view for view in views if any(trunk.id in removal.trunks for trunk in view.trunks)]
    return _LostRoutes(await _inbound_naming(db, removal), outbound_routes)


async def _inbound_naming(db: AsyncSession, removal: Removal) -> list[InboundRouteView]:
    if not (removal.extensions or removal.paging_groups or removal.trunks):
        return []
    return [
        view
        for view in await inbound.views(db)
        if view.extension_id in removal.extensions
        or view.paging_group_id in removal.paging_groups
        or view.trunk_id in removal.trunks
    ]


@dataclass(frozen=True)
class _LostRoutes:
    """Holds inbound routes that are deleted, and outbound routes that lose a trunk, as they were."""

    inbound: Sequence[InboundRouteView]
    outbound: Sequence[OutboundRouteView]

    async def record_removal(self, work: UnitOfWork) -> None:
        for gone in self.inbound:
            record(work.db, AuditAction.DELETED, AuditObject.INBOUND_ROUTE, gone.id, gone.name, before=gone)
        after = {view.id: view for view in await outbound.views(work.db)} if self.outbound else {}
        for before in self.outbound:
            values = {"before": before, "after": after[before.id]}
            record(work.db, AuditAction.CHANGED, AuditObject.OUTBOUND_ROUTE, before.id, before.name, **values)
        if self.inbound or self.outbound:
            ordering.changed(work)

    async def restore(self, work: UnitOfWork) -> None:
        """Do nothing: only the deletion of departments and groups is undone, and routes name neither."""


async def impact(db: AsyncSession, change: Change) -> RuleImpact:
    """Return the inbound routes that are deleted together with extensions."""
    gone = await _inbound_naming(db, change.removed)
    return RuleImpact(objects=[ConcernedObject(kind="inbound_route", id=route.id, name=route.name) for route in gone])
