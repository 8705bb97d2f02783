"""The event log is a page of its own

Until now it belonged to the page of the status, so custom roles with that page keep it.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_ROLE = sa.table("custom_role", sa.column("id", sa.Integer()), sa.column("permissions", sa.JSON()))


def upgrade() -> None:
    for role_id, permissions in _roles():
        if "status" in permissions:
            _write(role_id, {**permissions, "event_log": "view"})


def downgrade() -> None:
    for role_id, permissions in _roles():
        _write(role_id, {page: action for page, action in permissions.items() if page != "event_log"})


def _roles() -> list[tuple[int, dict[str, Any]]]:
    return [(row.id, dict(row.permissions)) for row in op.get_bind().execute(sa.select(_ROLE))]


def _write(role_id: int, permissions: dict[str, Any]) -> None:
    op.execute(_ROLE.update().where(_ROLE.c.id == role_id).values(permissions=permissions))
