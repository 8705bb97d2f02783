"""Lists the extensions that a user may see, alone and by department."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.visibility.directory import Directory
from linkus.client_permission.visibility.repository import covers
from linkus.kit.pages import Page, Paging, by_value, fetch_page, like_pattern
from linkus.organization import repository as organization
from linkus.organization.models import DepartmentMember
from linkus.organization.naming import COMPANY_ID
from linkus.organization.queries import directly_in_department
from linkus.presence.schemas import ClientDepartment, ClientOrganization, Colleague
from linkus.presence.service import Presence
from linkus.session.auth import ExtensionPrincipal
from linkus.shared.general_settings import company_name
from linkus.shared.models.extension import Extension


def _visible(directory: Directory, who: ExtensionPrincipal) -> ColumnElement[bool]:
    """Match the other extensions that the user may see."""
    scope = directory.scope(who.extension_id)
    return and_(Extension.id != who.extension_id, true() if scope is None else covers(scope))


async def page(
    db: AsyncSession,
    presence: Presence,
    directory: Directory,
    who: ExtensionPrincipal,
    paging: Paging,
    search: str,
    department_id: int | None = None,
) -> Page[Colleague]:
    """Return the colleagues that the user may see, by number: of everybody, or those directly in a department. Shorter
    numbers come first: 20 before 1001."""
    query = select(Extension).where(_visible(directory, who))
    if department_id is not None:
        query = query.where(directly_in_department(Extension.id, department_id))
    if search:
        pattern = like_pattern(search.lower())
        name = func.lower(Extension.display_name).like(pattern, escape="\\")
        query = query.where(or_(Extension.number.like(pattern, escape="\\"), name))
    found = await fetch_page(db, query.order_by(*by_value(Extension.number)), paging)
    departments = await _departments_of(db, [row.id for row in found.rows])
    return found.page(
        lambda row: Colleague(
            number=row.number,
            display_name=row.display_name,
            online=any(presence.online(row.number).model_dump().values()),
            on_call=presence.on_call(row.number),
            department_ids=sorted(departments.get(row.id, ())),
        )
    )


async def _departments_of(db: AsyncSession, extension_ids: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for extension_id, department_id in await organization.memberships(db, DepartmentMember, extension_ids):
        found.setdefault(extension_id, []).append(department_id)
    return found


async def _counts(db: AsyncSession, who: ExtensionPrincipal) -> tuple[int, dict[int, int]]:
    """Count all colleagues in no department, and directly in each department that has any. Thousands of clients ask
    this at once, so nobody is looked at one by one: it is the count of all extensions, without the user."""
    counts = await organization.direct_counts(db)
    unplaced = await organization.count_extensions(db) - await organization.count_placed(db)
    own = await organization.memberships(db, DepartmentMember, [who.extension_id])
    for _extension_id, department_id in own:
        counts[department_id] = counts.get(department_id, 1) - 1  # others may have changed it since it was counted
    return max(0, unplaced - (0 if own else 1)), {one: count for one, count in counts.items() if count > 0}


async def _visible_counts(db: AsyncSession, visible: ColumnElement[bool]) -> tuple[int, dict[int, int]]:
    """Count the same of the colleagues that a rule lets the user see."""
    unplaced = select(func.count(Extension.id)).where(visible, directly_in_department(Extension.id, COMPANY_ID))
    return await db.scalar(unplaced) or 0, await organization.direct_counts(db, visible)


async def visible_organization(db: AsyncSession, directory: Directory, who: ExtensionPrincipal) -> ClientOrganization:
    """Return the departments in which, or below which, the user sees a colleague. Others stay unknown to the user."""
    sees_everybody = directory.scope(who.extension_id) is None
    unplaced, counts = await (_counts(db, who) if sees_everybody else _visible_counts(db, _visible(directory, who)))
    tree = await organization.tree(db)
    known = tree.up_ids(counts)
    return ClientOrganization(
        name=await company_name(db),
        is_restricted=not sees_everybody,
        colleague_count=unplaced,
        departments=[
            ClientDepartment(
                id=node.id, parent_id=node.parent_id, name=node.name, colleague_count=counts.get(node.id, 0)
            )
            for node in tree.in_order()
            if node.id in known
        ],
    )
