"""Event notification: contacts, and repeats of events

Roles that may change the mail server may choose who is notified by mail.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_ROLE = sa.table("custom_role", sa.column("id", sa.Integer()), sa.column("permissions", sa.JSON()))


def upgrade() -> None:
    op.create_table(
        "notification_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer()),
        sa.Column("name", sa.String(127), nullable=False),
        sa.Column("email", sa.String(255), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("levels", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification_contact")),
        sa.UniqueConstraint("extension_id", name=op.f("uq_notification_contact_extension_id")),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_notification_contact_extension_id_extension"),
            ondelete="SET NULL",
        ),
        sqlite_autoincrement=True,
    )
    op.add_column("event_record", sa.Column("bundle", sa.String(255), server_default="", nullable=False))
    op.add_column("event_record", sa.Column("repeats", sa.Integer(), server_default="0", nullable=False))
    op.add_column("event_record", sa.Column("last_at", sa.DateTime(timezone=True)))
    op.add_column("mail_message", sa.Column("event_id", sa.Integer()))
    for role_id, permissions in _roles():
        if "email" in permissions:
            _write(role_id, {**permissions, "event_notification": permissions["email"]})


def downgrade() -> None:
    for role_id, permissions in _roles():
        _write(role_id, {page: action for page, action in permissions.items() if page != "event_notification"})
    op.drop_column("mail_message", "event_id")
    for column in ("last_at", "repeats", "bundle"):
        op.drop_column("event_record", column)
    op.drop_table("notification_contact")


def _roles() -> list[tuple[int, dict[str, Any]]]:
    return [(row.id, dict(row.permissions)) for row in op.get_bind().execute(sa.select(_ROLE))]


def _write(role_id: int, permissions: dict[str, Any]) -> None:
    op.execute(_ROLE.update().where(_ROLE.c.id == role_id).values(permissions=permissions))
