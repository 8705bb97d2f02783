"""Rules for what client users see and change"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "permission_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=7), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("is_allowing", sa.Boolean(), nullable=False),
        sa.Column("targets", sa.JSON(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permission_rule")),
    )
    op.create_index(op.f("ix_permission_rule_kind"), "permission_rule", ["kind"])
    op.create_table(
        "permission_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.Column("group_id", sa.Integer(), nullable=True),
        sa.Column("department_id", sa.Integer(), nullable=True),
        *(
            sa.ForeignKeyConstraint(
                [f"{column}"],
                [f"{table}.id"],
                name=op.f(f"fk_permission_subject_{column}_{table}"),
                ondelete="CASCADE",
            )
            for column, table in (
                ("rule_id", "permission_rule"),
                ("extension_id", "extension"),
                ("group_id", "extension_group"),
                ("department_id", "department"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_permission_subject")),
    )
    for column in ("rule_id", "extension_id", "group_id", "department_id"):
        op.create_index(op.f(f"ix_permission_subject_{column}"), "permission_subject", [column])


def downgrade() -> None:
    op.drop_table("permission_subject")
    op.drop_table("permission_rule")
