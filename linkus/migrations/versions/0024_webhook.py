"""Webhooks as notification contacts"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

TABLE = "notification_contact"


def upgrade() -> None:
    op.add_column(TABLE, sa.Column("webhook_url", sa.String(500), server_default="", nullable=False))
    op.add_column(TABLE, sa.Column("webhook_secret_sealed", sa.Text(), server_default="", nullable=False))
    op.add_column(TABLE, sa.Column("webhook_failure", sa.String(60), server_default="", nullable=False))
    op.add_column(TABLE, sa.Column("webhook_status", sa.Integer(), server_default="0", nullable=False))


def downgrade() -> None:
    for column in ("webhook_url", "webhook_secret_sealed", "webhook_failure", "webhook_status"):
        op.drop_column(TABLE, column)
