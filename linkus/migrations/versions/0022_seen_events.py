"""Seen events: the newest one of each administrator"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("administrator", sa.Column("seen_event_id", sa.Integer(), server_default="0", nullable=False))
    # what happened before the upgrade is no news
    op.execute("UPDATE administrator SET seen_event_id = (SELECT coalesce(max(id), 0) FROM event_record)")


def downgrade() -> None:
    op.drop_column("administrator", "seen_event_id")
