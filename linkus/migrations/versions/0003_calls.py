"""Calls: settings, trunks, routes, paging groups, prompts, voicemail, events"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("taken", sa.Boolean(), server_default=sa.false(), nullable=False))

    op.create_table(
        "event_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("category", sa.String(length=15), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_event_record")),
    )
    with op.batch_alter_table("event_record", schema=None) as batch_op:
        batch_op.create_index("ix_event_record_created_at", ["created_at"], unique=False)
        batch_op.create_index("ix_event_record_kind_id", ["kind", "id"], unique=False)

    op.create_table(
        "outbound_route",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("pattern", sa.String(length=40), nullable=False),
        sa.Column("strip", sa.Integer(), nullable=False),
        sa.Column("prepend", sa.String(length=20), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbound_route")),
        sa.UniqueConstraint("name", name=op.f("uq_outbound_route_name")),
    )
    with op.batch_alter_table("outbound_route", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outbound_route_position"), ["position"], unique=False)

    op.create_table(
        "paging_group",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("callers", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_paging_group")),
        sa.UniqueConstraint("number", name=op.f("uq_paging_group_number")),
    )
    op.create_table(
        "prompt_upload",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("seconds", sa.Double(), nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=False),
        sa.Column("audio_narrow", sa.LargeBinary(), nullable=False),
        sa.Column("uploaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", "language", name=op.f("pk_prompt_upload")),
    )
    op.create_table(
        "trunk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("host", sa.String(length=255), nullable=False),
        sa.Column("port", sa.Integer(), nullable=False),
        sa.Column("transport", sa.String(length=5), nullable=False),
        sa.Column("domain", sa.String(length=255), nullable=False),
        sa.Column("username", sa.String(length=63), nullable=False),
        sa.Column("auth_name", sa.String(length=63), nullable=False),
        sa.Column("password_sealed", sa.String(length=400), nullable=False),
        sa.Column("codecs", sa.JSON(), nullable=False),
        sa.Column("caller_id", sa.String(length=31), nullable=False),
        sa.Column("caller_id_name", sa.String(length=63), nullable=False),
        sa.Column("caller_id_header", sa.String(length=5), nullable=False),
        sa.Column("max_calls", sa.Integer(), nullable=False),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trunk")),
        sa.UniqueConstraint("name", name=op.f("uq_trunk_name")),
    )
    op.create_table(
        "client_settings_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("administrator_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("extension_ids", sa.JSON(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("sessions_ended", sa.Integer(), nullable=False),
        sa.Column("restored", sa.Integer(), nullable=False),
        sa.Column("kept", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrator.id"],
            name=op.f("fk_client_settings_change_administrator_id_administrator"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_client_settings_change")),
    )
    op.create_table(
        "inbound_route",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=63), nullable=False),
        sa.Column("trunk_id", sa.Integer(), nullable=True),
        sa.Column("did_number", sa.String(length=40), nullable=False),
        sa.Column("did_name", sa.String(length=63), nullable=False),
        sa.Column("destination", sa.String(length=15), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.Column("paging_group_id", sa.Integer(), nullable=True),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extension_id"], ["extension.id"], name=op.f("fk_inbound_route_extension_id_extension"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["paging_group_id"],
            ["paging_group.id"],
            name=op.f("fk_inbound_route_paging_group_id_paging_group"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["trunk_id"], ["trunk.id"], name=op.f("fk_inbound_route_trunk_id_trunk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_route")),
    )
    with op.batch_alter_table("inbound_route", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_inbound_route_position"), ["position"], unique=False)

    op.create_table(
        "outbound_route_trunk",
        sa.Column("route_id", sa.Integer(), nullable=False),
        sa.Column("trunk_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["route_id"],
            ["outbound_route.id"],
            name=op.f("fk_outbound_route_trunk_route_id_outbound_route"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["trunk_id"], ["trunk.id"], name=op.f("fk_outbound_route_trunk_trunk_id_trunk"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("route_id", "trunk_id", name=op.f("pk_outbound_route_trunk")),
    )
    op.create_table(
        "paging_group_caller",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_paging_group_caller_extension_id_extension"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["paging_group.id"],
            name=op.f("fk_paging_group_caller_group_id_paging_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "extension_id", name=op.f("pk_paging_group_caller")),
    )
    with op.batch_alter_table("paging_group_caller", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paging_group_caller_extension_id"), ["extension_id"], unique=False)

    op.create_table(
        "paging_group_member",
        sa.Column("group_id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_paging_group_member_extension_id_extension"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["group_id"],
            ["paging_group.id"],
            name=op.f("fk_paging_group_member_group_id_paging_group"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("group_id", "extension_id", name=op.f("pk_paging_group_member")),
    )
    with op.batch_alter_table("paging_group_member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_paging_group_member_extension_id"), ["extension_id"], unique=False)

    op.create_table(
        "voicemail_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("from_number", sa.String(length=64), nullable=False),
        sa.Column("from_name", sa.String(length=130), nullable=False),
        sa.Column("file_name", sa.String(length=80), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("heard_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["extension_id"],
            ["extension.id"],
            name=op.f("fk_voicemail_message_extension_id_extension"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voicemail_message")),
        sa.UniqueConstraint("file_name", name=op.f("uq_voicemail_message_file_name")),
    )
    with op.batch_alter_table("voicemail_message", schema=None) as batch_op:
        batch_op.create_index("ix_voicemail_message_extension", ["extension_id", "created_at"], unique=False)

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
    with op.batch_alter_table("call_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("origin", sa.String(length=10), server_default="internal", nullable=False))
        batch_op.add_column(sa.Column("trunk_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("did_number", sa.String(length=40), server_default="", nullable=False))
        batch_op.add_column(sa.Column("did_name", sa.String(length=63), server_default="", nullable=False))
        batch_op.create_foreign_key(
            batch_op.f("fk_call_record_trunk_id_trunk"), "trunk", ["trunk_id"], ["id"], ondelete="SET NULL"
        )

    with op.batch_alter_table("client_setting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("call_waiting", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("auto_answer", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("auto_answer_delay", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("auto_answer_tone", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("paging_auto_answer", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("paging_preempt", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("paging_tone", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("screen_pop", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column("screen_pop_url", sa.String(length=2000), server_default="", nullable=False))
        batch_op.add_column(sa.Column("screen_pop_inbound", sa.Boolean(), server_default=sa.true(), nullable=False))
        batch_op.add_column(sa.Column("screen_pop_internal", sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(
            sa.Column("screen_pop_mode", sa.String(length=10), server_default="automatic", nullable=False)
        )
        batch_op.add_column(
            sa.Column("screen_pop_trigger", sa.String(length=10), server_default="ringing", nullable=False)
        )

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.add_column(sa.Column("privacy_version", sa.Integer(), server_default="0", nullable=False))

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("remark", sa.String(length=63), server_default="", nullable=False))
    with op.batch_alter_table("extension_import", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kind", sa.String(length=20), server_default="extensions", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("extension_import", schema=None) as batch_op:
        batch_op.drop_column("kind")

    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_column("remark")

    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_column("privacy_version")

    with op.batch_alter_table("client_setting", schema=None) as batch_op:
        batch_op.drop_column("screen_pop_trigger")
        batch_op.drop_column("screen_pop_mode")
        batch_op.drop_column("screen_pop_internal")
        batch_op.drop_column("screen_pop_inbound")
        batch_op.drop_column("screen_pop_url")
        batch_op.drop_column("screen_pop")
        batch_op.drop_column("paging_tone")
        batch_op.drop_column("paging_preempt")
        batch_op.drop_column("paging_auto_answer")
        batch_op.drop_column("auto_answer_tone")
        batch_op.drop_column("auto_answer_delay")
        batch_op.drop_column("auto_answer")
        batch_op.drop_column("call_waiting")

    with op.batch_alter_table("call_record", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_call_record_trunk_id_trunk"), type_="foreignkey")
        batch_op.drop_column("did_name")
        batch_op.drop_column("did_number")
        batch_op.drop_column("trunk_id")
        batch_op.drop_column("origin")

    op.drop_table("client_settings_before")
    with op.batch_alter_table("voicemail_message", schema=None) as batch_op:
        batch_op.drop_index("ix_voicemail_message_extension")

    op.drop_table("voicemail_message")
    with op.batch_alter_table("paging_group_member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paging_group_member_extension_id"))

    op.drop_table("paging_group_member")
    with op.batch_alter_table("paging_group_caller", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_paging_group_caller_extension_id"))

    op.drop_table("paging_group_caller")
    op.drop_table("outbound_route_trunk")
    with op.batch_alter_table("inbound_route", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_inbound_route_position"))

    op.drop_table("inbound_route")
    op.drop_table("client_settings_change")
    op.drop_table("trunk")
    op.drop_table("prompt_upload")
    op.drop_table("paging_group")
    with op.batch_alter_table("outbound_route", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outbound_route_position"))

    op.drop_table("outbound_route")
    with op.batch_alter_table("event_record", schema=None) as batch_op:
        batch_op.drop_index("ix_event_record_kind_id")
        batch_op.drop_index("ix_event_record_created_at")

    op.drop_table("event_record")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_column("taken")
