"""Addresses that the edge does not answer"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "blocked_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=45), nullable=False),
        sa.Column("reason", sa.String(length=31), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("identity", sa.String(length=127), nullable=False),
        sa.Column("blocked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("blocked_until", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_address")),
        sa.UniqueConstraint("address", name=op.f("uq_blocked_address_address")),
    )
    op.create_index(op.f("ix_blocked_address_blocked_until"), "blocked_address", ["blocked_until"])


def downgrade() -> None:
    op.drop_index(op.f("ix_blocked_address_blocked_until"), table_name="blocked_address")
    op.drop_table("blocked_address")
