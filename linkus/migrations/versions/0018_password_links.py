"""Links by which administrators choose their password"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "administrator_password_link",
        sa.Column("administrator_id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrator.id"],
            name=op.f("fk_administrator_password_link_administrator_id_administrator"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("administrator_id", name=op.f("pk_administrator_password_link")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_administrator_password_link_token_hash")),
    )


def downgrade() -> None:
    op.drop_table("administrator_password_link")
