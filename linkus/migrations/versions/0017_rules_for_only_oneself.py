"""Visibility rules say themselves that their subjects see no colleague

Until now a rule without targets said so, also one whose last target was deleted. Present rules keep their effect.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_RULE = sa.table("visibility_rule", sa.column("id", sa.Integer()), sa.column("only_self", sa.Boolean()))
_ITEM = sa.table("visibility_rule_item", sa.column("rule_id", sa.Integer()), sa.column("side", sa.String()))


def upgrade() -> None:
    op.add_column("visibility_rule", sa.Column("only_self", sa.Boolean(), server_default=sa.false(), nullable=False))
    with_targets = sa.select(_ITEM.c.rule_id).where(_ITEM.c.side == "target")
    op.execute(_RULE.update().where(_RULE.c.id.not_in(with_targets)).values(only_self=True))


def downgrade() -> None:
    with op.batch_alter_table("visibility_rule") as table:
        table.drop_column("only_self")
