"""Imports inbound routes: a row changes the route of its trunk and DID number, or adds one."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.repository import by_numbers
from linkus.importing.schemas import ImportKind
from linkus.importing.service import Tally
from linkus.kit.csv_file import Row, RowError
from linkus.kit.errors import FieldError
from linkus.kit.work import UnitOfWork
from linkus.route import ordering, repository, shadow
from linkus.route.csv_columns import SHEET
from linkus.route.csv_rows import Known, row_values
from linkus.route.inbound import set_values
from linkus.route.rules import plain_number
from linkus.route.schemas import MAX_ROUTES, InboundRouteValues
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.audit.values import snapshot
from linkus.shared.models.route import InboundRoute

Key = tuple[int | None, str]
_MAX_NAME_CHARACTERS = 100


class InboundImporter:
    kind = ImportKind.INBOUND_ROUTES
    sheet = SHEET
    chunk_rows = 200  # each chunk reads the whole order

    def file_errors(self, rows: Sequence[Row]) -> list[RowError]:
        """Reject two rows of one trunk and DID number: they would be one route."""
        errors = []
        first: dict[tuple[str, str], int] = {}
        for row in rows:
            key = (row.cells.get("trunk", "").lower(), plain_number(row.cells.get("did_number", "")))
            if first.setdefault(key, row.number) != row.number:
                errors.append(RowError(row.number, "did_number", FieldError("csv_did_twice", {"row": first[key]})))
        return errors

    async def prepare(self, rows: Sequence[Row]) -> None:
        """Prepare nothing: no step of this import is slow."""

    async def take(self, work: UnitOfWork, rows: Sequence[Row]) -> Tally:
        await repository.ids_for_update(work.db, InboundRoute)
        routes = [row.route for row in await repository.inbound(work.db)]
        order = shadow.InboundOrder(routes)  # pyright: ignore[reportArgumentType]  # it does not see through Mapped here
        known = await _known(work.db, rows)
        by_key: dict[Key, InboundRoute] = {}
        for route in order.routes:
            by_key.setdefault(_key(route), route)
        tally, added, changed = Tally(), [], False
        for row in rows:
            values, errors = row_values(row, known, by_key)
            if not errors and values is not None and (existing := by_key.get(_key(values))) is not None:
                before = snapshot(existing)
                set_values(existing, values)
                if work.db.is_modified(existing):
                    existing.version += 1
                    changed = True
                    record(
                        work.db,
                        AuditAction.IMPORTED,
                        AuditObject.INBOUND_ROUTE,
                        existing.id,
                        existing.name,
                        before=before,
                        after=existing,
                    )
                tally.updated += 1
                continue
            if not errors and len(order.routes) >= MAX_ROUTES:
                errors["did_number"] = FieldError("route_too_many", {"max": MAX_ROUTES})
            if errors or values is None:
                tally.errors += [RowError(row.number, field, error) for field, error in errors.items()]
                continue
            route = InboundRoute()
            set_values(route, values)
            by_key[_key(route)] = route
            order.insert(route)
            added.append(route)
        tally.created = len(added)
        await ordering.insert_many(work, InboundRoute, added, order.routes)
        for route in added:
            record(work.db, AuditAction.IMPORTED, AuditObject.INBOUND_ROUTE, route.id, route.name, after=route)
        if changed or added:
            ordering.changed(work)
        return tally


def _key(route: InboundRoute | InboundRouteValues) -> Key:
    return route.trunk_id, plain_number(route.did_number)


async def _known(db: AsyncSession, rows: Sequence[Row]) -> Known:
    numbers = {row.cells.get("destination_number", "")[:_MAX_NAME_CHARACTERS] for row in rows}
    return Known(
        trunks=await repository.trunks_by_name(
            db, {row.cells.get("trunk", "").lower()[:_MAX_NAME_CHARACTERS] for row in rows}
        ),
        extensions=await by_numbers(db, numbers),
        groups=await repository.paging_groups_by_number(db, numbers),
    )
