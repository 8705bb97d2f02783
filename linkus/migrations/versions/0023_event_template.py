"""Mail templates of the kinds of events"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "event_template",
        sa.Column("kind", sa.String(40), nullable=False),
        sa.Column("language", sa.String(10), nullable=False),
        sa.Column("template_mode", sa.String(10), nullable=False),
        sa.Column("template_subject", sa.String(255), nullable=False),
        sa.Column("template_body", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "language", name=op.f("pk_event_template")),
    )


def downgrade() -> None:
    op.drop_table("event_template")
