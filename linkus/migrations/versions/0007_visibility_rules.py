"""Rules for which extensions a client shows"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OWNERS = {"extension_id": "extension", "group_id": "extension_group", "department_id": "department"}
_NAMES_ONE = " + ".join(f"CASE WHEN {column} IS NULL THEN 0 ELSE 1 END" for column in _OWNERS) + " <= 1"


def upgrade() -> None:
    op.create_table(
        "visibility_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visibility_rule")),
    )
    rule = op.f("fk_visibility_rule_item_rule_id_visibility_rule")
    op.create_table(
        "visibility_rule_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=7), nullable=False),
        *(sa.Column(column, sa.Integer(), nullable=True) for column in _OWNERS),
        sa.CheckConstraint(_NAMES_ONE, name=op.f("ck_visibility_rule_item_names_one")),
        sa.ForeignKeyConstraint(["rule_id"], ["visibility_rule.id"], name=rule, ondelete="CASCADE"),
        *(
            sa.ForeignKeyConstraint(
                [column],
                [f"{owner}.id"],
                name=op.f(f"fk_visibility_rule_item_{column}_{owner}"),
                ondelete="CASCADE",
            )
            for column, owner in _OWNERS.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visibility_rule_item")),
    )
    for column in ("rule_id", *_OWNERS):
        op.create_index(op.f(f"ix_visibility_rule_item_{column}"), "visibility_rule_item", [column])


def downgrade() -> None:
    op.drop_table("visibility_rule_item")
    op.drop_table("visibility_rule")
