"""Departments and extension groups"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_TOP = sa.text("parent_id IS NULL")


def upgrade() -> None:
    op.create_table(
        "department",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("name_key", sa.String(length=63), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["parent_id"], ["department.id"], name=op.f("fk_department_parent_id_department")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_department")),
        sa.UniqueConstraint("parent_id", "name_key", name=op.f("uq_department_parent_id_name_key")),
    )
    op.create_index(
        "uq_department_top_name_key",
        "department",
        ["name_key"],
        unique=True,
        sqlite_where=_TOP,
        postgresql_where=_TOP,
    )
    op.create_table(
        "extension_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("name_key", sa.String(length=63), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_group")),
        sa.UniqueConstraint("name_key", name=op.f("uq_extension_group_name_key")),
    )
    _create_members("department_member", "department_id", "department")
    _create_members("extension_group_member", "group_id", "extension_group")


def _create_members(table: str, column: str, owner: str) -> None:
    owned = op.f(f"fk_{table}_{column}_{owner}")
    extension = op.f(f"fk_{table}_extension_id_extension")
    op.create_table(
        table,
        sa.Column(column, sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint([column], [f"{owner}.id"], name=owned, ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["extension_id"], ["extension.id"], name=extension, ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(column, "extension_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_extension_id"), table, ["extension_id"])


def downgrade() -> None:
    for table in ("extension_group_member", "department_member", "extension_group", "department"):
        op.drop_table(table)
