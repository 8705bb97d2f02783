"""Lists the extensions that a user can call."""

from __future__ import annotations

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.models import Extension
from linkus.kit.pages import Page, Paging, by_value, fetch_page, like_pattern
from linkus.presence.schemas import Colleague
from linkus.presence.service import Presence
from linkus.session.auth import ExtensionPrincipal


async def page(
    db: AsyncSession, presence: Presence, who: ExtensionPrincipal, paging: Paging, search: str
) -> Page[Colleague]:
    """Return the other extensions by number, shorter numbers first, so that 20 comes before 1001."""
    query = select(Extension).where(Extension.id != who.extension_id)
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
