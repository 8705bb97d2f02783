"""History of settings, which also holds what the undo of a bulk edit restores"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_DATE = sa.DateTime(timezone=True)


def upgrade() -> None:
    write = op.create_table(
        "client_setting_write",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("client_kind", sa.String(length=10), nullable=False),
        sa.Column("changed_at", _DATE, nullable=False),
        sa.Column("actor_kind", sa.String(length=15), nullable=False),
        sa.Column("actor_name", sa.String(length=150), nullable=False),
        sa.Column("source", sa.String(length=15), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["client_settings_change.id"],
            name=op.f("fk_client_setting_write_change_id_client_settings_change"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_setting_write")),
    )
    op.create_index(op.f("ix_client_setting_write_changed_at"), "client_setting_write", ["changed_at"])
    op.create_index(op.f("ix_client_setting_write_change_id"), "client_setting_write", ["change_id"])
    history = op.create_table(
        "client_setting_history",
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("client_kind", sa.String(length=10), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.Column("write_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_client_setting_history_extension_id_extension"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["write_id"],
            ["client_setting_write.id"],
            name=op.f("fk_client_setting_history_write_id_client_setting_write"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("extension_id", "client_kind", "version_after", name=op.f("pk_client_setting_history")),
    )
    op.create_index(op.f("ix_client_setting_history_write_id"), "client_setting_history", ["write_id"])
    _take_over_previous_values(write, history)
    op.drop_table("client_settings_before")
    op.create_table(
        "server_setting_history",
        sa.Column("key", sa.String(length=63), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.Column("changed_at", _DATE, nullable=False),
        sa.Column("actor_kind", sa.String(length=15), nullable=False),
        sa.Column("actor_name", sa.String(length=150), nullable=False),
        sa.Column("before", sa.JSON(), nullable=False),
        sa.Column("after", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", "version_after", name=op.f("pk_server_setting_history")),
    )


def _take_over_previous_values(write: sa.Table, history: sa.Table) -> None:
    """Move what undos restore, with the administrator and the values of the bulk edit."""
    before = sa.table(
        "client_settings_before",
        *map(sa.column, ("change_id", "extension_id", "client_kind", "values", "version_after")),
    )
    change = sa.table(
        "client_settings_change",
        sa.column("id"),
        sa.column("administrator_id"),
        sa.column("changes", sa.JSON()),
        sa.column("created_at", _DATE),
    )
    administrator = sa.table("administrator", sa.column("id"), sa.column("username"))
    connection = op.get_bind()
    changes = connection.execute(
        sa.select(change.c.id, change.c.changes, change.c.created_at, administrator.c.username).join_from(
            change, administrator, administrator.c.id == change.c.administrator_id, isouter=True
        )
    ).all()
    for change_id, written, created_at, username in changes:
        for kind, values in written.items():
            row = {
                "client_kind": kind,
                "changed_at": created_at,
                "actor_kind": "administrator",
                "actor_name": username or "",
                "source": "bulk",
                "values": values,
                "change_id": change_id,
            }
            write_id = connection.execute(sa.insert(write).values(row).returning(write.c.id)).scalar_one()
            rows = sa.select(
                before.c.extension_id,
                before.c.client_kind,
                before.c.version_after,
                sa.literal(write_id),
                before.c["values"],
            ).where(before.c.change_id == change_id, before.c.client_kind == kind)
            names = ["extension_id", "client_kind", "version_after", "write_id", "before"]
            connection.execute(sa.insert(history).from_select(names, rows))


def downgrade() -> None:
    op.drop_table("server_setting_history")
    op.create_table(
        "client_settings_before",
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("client_kind", sa.String(length=10), nullable=False),
        sa.Column("values", sa.JSON(), nullable=False),
        sa.Column("version_after", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"],
            ["client_settings_change.id"],
            name=op.f("fk_client_settings_before_change_id_client_settings_change"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_client_settings_before_extension_id_extension"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("change_id", "extension_id", "client_kind", name=op.f("pk_client_settings_before")),
    )
    op.execute(
        sa.text(
            'INSERT INTO client_settings_before (change_id, extension_id, client_kind, "values", version_after)'
            " SELECT change_id, extension_id, history.client_kind, before, version_after"
            " FROM client_setting_history AS history JOIN client_setting_write AS one ON one.id = history.write_id"
            " WHERE change_id IS NOT NULL"
        )
    )
    op.drop_table("client_setting_history")
    op.drop_table("client_setting_write")
