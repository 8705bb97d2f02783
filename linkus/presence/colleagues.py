"""Lists the extensions that a user may see."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.visibility.directory import Directory
from linkus.client_permission.visibility.repository import covers
from linkus.extension.models import Extension
from linkus.kit.pages import Page, Paging, by_value, fetch_page, like_pattern
from linkus.presence.schemas import Colleague
from linkus.presence.service import Presence
from linkus.session.auth import ExtensionPrincipal


async def page(
    db: AsyncSession, presence: Presence, directory: Directory, who: ExtensionPrincipal, paging: Paging, search: str
) -> Page[Colleague]:
    """Return the other extensions that the user may see, by number. Shorter numbers come first: 20 before 1001."""
    scope = directory.scope(who.extension_id)
    query = select(Extension).where(Extension.id != who.extension_id)
    if scope is not None:
        query = query.where(covers(scope))
    if search:
        pattern = like_pattern(search.lower())
        name = func.lower(Extension.display_name).like(pattern, escape="\\")
        query = query.where(or_(Extension.number.like(pattern, escape="\\"), name))
    found = await fetch_page(db, query.order_by(*by_value(Extension.number)), paging)
    return found.page(
        lambda row: Colleague(
            number=row.number,
            display_name=row.display_name,
            online=any(presence.online(row.number).model_dump().values()),
            on_call=presence.on_call(row.number),
        )
    )
