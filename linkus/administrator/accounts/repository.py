from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.session.models import Session
from linkus.shared.models.administrator import NO_PASSWORD, Administrator
from linkus.shared.roles.builtin import SUPER


async def lock_supers(db: AsyncSession) -> list[int]:
    """Return the super administrators who can sign in with a login of their own. On PostgreSQL, hold them until the
    commit: of two who demote each other at the same time, the second waits and then sees that it would be the last.
    """
    query = select(Administrator).where(Administrator.role == SUPER).order_by(Administrator.id).with_for_update()
    rows = (await db.scalars(query.execution_options(populate_existing=True))).all()
    return [row.id for row in rows if _can_sign_in(row)]


def _can_sign_in(row: Administrator) -> bool:
    has_password = row.extension_id is None and row.password_hash != NO_PASSWORD
    return has_password and not row.disabled and row.role == SUPER


async def last_seen(db: AsyncSession) -> dict[int, datetime]:
    query = select(Session.administrator_id, func.max(Session.last_seen_at)).where(
        Session.administrator_id.is_not(None)
    )
    rows = (await db.execute(query.group_by(Session.administrator_id))).all()
    return {administrator_id: seen for administrator_id, seen in rows if administrator_id is not None}
