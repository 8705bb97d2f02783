"""The history of server settings says which changes restored a past value"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "server_setting_history", sa.Column("source", sa.String(length=7), server_default="form", nullable=False)
    )


def downgrade() -> None:
    with op.batch_alter_table("server_setting_history") as table:
        table.drop_column("source")
