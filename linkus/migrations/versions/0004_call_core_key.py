"""Call records: the core's own name of the call, so that none is written twice"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("call_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("core_key", sa.String(length=80), nullable=True))
        batch_op.create_unique_constraint(batch_op.f("uq_call_record_core_key"), ["core_key"])


def downgrade() -> None:
    with op.batch_alter_table("call_record", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("uq_call_record_core_key"), type_="unique")
        batch_op.drop_column("core_key")
