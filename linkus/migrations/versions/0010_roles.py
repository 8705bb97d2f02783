"""Roles of administrators"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "custom_role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("name_key", sa.String(length=63), nullable=False),
        sa.Column("note", sa.String(length=500), nullable=False),
        sa.Column("permissions", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_custom_role")),
        sa.UniqueConstraint("name_key", name=op.f("uq_custom_role_name_key")),
    )
    with _keeping_references(), op.batch_alter_table("administrator") as table:
        # Whoever is an administrator now could do everything, and still can.
        table.add_column(sa.Column("role", sa.String(length=31), nullable=False, server_default="super"))
        table.add_column(sa.Column("disabled", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("extension_id", sa.Integer(), nullable=True))
        table.add_column(sa.Column("custom_role_id", sa.Integer(), nullable=True))
        table.create_foreign_key(
            op.f("fk_administrator_extension_id_extension"), "extension", ["extension_id"], ["id"], ondelete="CASCADE"
        )
        table.create_foreign_key(
            op.f("fk_administrator_custom_role_id_custom_role"), "custom_role", ["custom_role_id"], ["id"]
        )
    op.create_index(op.f("ix_administrator_extension_id"), "administrator", ["extension_id"], unique=True)
    op.create_index(op.f("ix_administrator_custom_role_id"), "administrator", ["custom_role_id"])


@contextlib.contextmanager
def _keeping_references() -> Iterator[None]:
    """Keep administrators signed in, and what is known of their bulk changes. To change its constraints, Alembic copies
    and drops a table of SQLite. With foreign keys on (env.py switches them off) this deletes or empties what refers to
    its rows."""
    if op.get_bind().dialect.name != "sqlite":
        yield
        return
    op.execute("CREATE TEMPORARY TABLE kept_session AS SELECT * FROM session WHERE administrator_id IS NOT NULL")
    op.execute("CREATE TEMPORARY TABLE kept_change AS SELECT id, administrator_id FROM client_settings_change")
    yield
    op.execute(
        "UPDATE client_settings_change SET administrator_id = "
        "(SELECT administrator_id FROM kept_change WHERE kept_change.id = client_settings_change.id)"
    )
    op.execute("DROP TABLE kept_change")
    op.execute("INSERT OR IGNORE INTO session SELECT * FROM kept_session")
    op.execute("DROP TABLE kept_session")


def downgrade() -> None:
    op.execute("DELETE FROM administrator WHERE extension_id IS NOT NULL")
    op.drop_index(op.f("ix_administrator_custom_role_id"), table_name="administrator")
    op.drop_index(op.f("ix_administrator_extension_id"), table_name="administrator")
    with _keeping_references(), op.batch_alter_table("administrator") as table:
        table.drop_constraint(op.f("fk_administrator_custom_role_id_custom_role"), type_="foreignkey")
        table.drop_constraint(op.f("fk_administrator_extension_id_extension"), type_="foreignkey")
        for column in ("custom_role_id", "extension_id", "disabled", "role"):
            table.drop_column(column)
    op.drop_table("custom_role")
