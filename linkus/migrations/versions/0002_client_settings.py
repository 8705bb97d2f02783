"""Client settings; the way of a sign-in; what a credential is for"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "client_setting",
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("client_kind", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("codec", sa.String(length=10), nullable=False),
        sa.Column("only_this_codec", sa.Boolean(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_client_setting_extension_id_extension"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("extension_id", "client_kind", name=op.f("pk_client_setting")),
    )
    op.create_index("ix_client_setting_client_kind", "client_setting", ["client_kind"])
    op.add_column("session", sa.Column("signed_in_by", sa.String(length=15), nullable=True))
    op.add_column("credential", sa.Column("purpose", sa.String(length=20), server_default="sign_in", nullable=False))


def downgrade() -> None:
    op.drop_column("credential", "purpose")
    op.drop_column("session", "signed_in_by")
    op.drop_table("client_setting")
