"""All tables"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "administrator",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=63), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("language", sa.String(length=15), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_administrator")),
        sa.UniqueConstraint("username", name=op.f("uq_administrator_username")),
    )
    op.create_table(
        "extension",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=8), nullable=False),
        sa.Column("first_name", sa.String(length=63), nullable=False),
        sa.Column("last_name", sa.String(length=63), nullable=False),
        sa.Column("display_name", sa.String(length=127), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=True),
        sa.Column("email_key", sa.String(length=255), nullable=True),
        sa.Column("mobile_number", sa.String(length=31), nullable=False),
        sa.Column("caller_id", sa.String(length=31), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=True),
        sa.Column("password_set_by", sa.String(length=15), nullable=False),
        sa.Column("language", sa.String(length=15), nullable=False),
        sa.Column("email_language", sa.String(length=15), nullable=False),
        sa.Column("registration_name", sa.String(length=63), nullable=False),
        sa.Column("registration_ha1", sa.String(length=32), nullable=False),
        sa.Column("phone_max_contacts", sa.Integer(), nullable=False),
        sa.Column("emergency_caller_id", sa.String(length=31), nullable=False),
        sa.Column("voicemail_enabled", sa.Boolean(), nullable=False),
        sa.Column("voicemail_pin_sealed", sa.String(length=255), nullable=False),
        sa.Column("linkus_enabled", sa.Boolean(), nullable=False),
        sa.Column("search_key", sa.String(length=600), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("first_name <> '' OR last_name <> ''", name=op.f("ck_extension_named")),
        sa.CheckConstraint("phone_max_contacts BETWEEN 1 AND 10", name=op.f("ck_extension_phone_max_contacts")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension")),
        sa.UniqueConstraint("email_key", name=op.f("uq_extension_email_key")),
        sa.UniqueConstraint("number", name=op.f("uq_extension_number")),
    )
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_extension_created_at"), ["created_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_extension_display_name"), ["display_name"], unique=False)
        batch_op.create_index(batch_op.f("ix_extension_linkus_enabled"), ["linkus_enabled"], unique=False)

    op.create_table(
        "extension_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=15), nullable=False),
        sa.Column("reason", sa.String(length=63), nullable=True),
        sa.Column("file_name", sa.String(length=255), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_import")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic", sa.String(length=40), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_due", ["topic", "due_at"], unique=False)

    op.create_table(
        "setting",
        sa.Column("key", sa.String(length=63), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_setting")),
    )
    op.create_table(
        "setup_token",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_setup_token")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_setup_token_token_hash")),
    )
    op.create_table(
        "sip_revocation",
        sa.Column("aor", sa.String(length=40), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("aor", name=op.f("pk_sip_revocation")),
    )
    op.create_table(
        "call_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(length=64), nullable=False),
        sa.Column("from_extension_id", sa.Integer(), nullable=True),
        sa.Column("from_number", sa.String(length=64), nullable=False),
        sa.Column("from_name", sa.String(length=130), nullable=False),
        sa.Column("from_kind", sa.String(length=10), nullable=False),
        sa.Column("to_extension_id", sa.Integer(), nullable=True),
        sa.Column("to_number", sa.String(length=64), nullable=False),
        sa.Column("to_name", sa.String(length=130), nullable=False),
        sa.Column("to_kind", sa.String(length=10), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("result", sa.String(length=12), nullable=False),
        sa.Column("cause", sa.Integer(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("hidden_from_caller", sa.Boolean(), nullable=False),
        sa.Column("hidden_from_callee", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["from_extension_id"],
            ["extension.id"],
            name=op.f("fk_call_record_from_extension_id_extension"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["to_extension_id"],
            ["extension.id"],
            name=op.f("fk_call_record_to_extension_id_extension"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_record")),
    )
    with op.batch_alter_table("call_record", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_record_call_id"), ["call_id"], unique=False)
        batch_op.create_index("ix_call_record_from", ["from_extension_id", "started_at"], unique=False)
        batch_op.create_index("ix_call_record_started_at", ["started_at"], unique=False)
        batch_op.create_index("ix_call_record_to", ["to_extension_id", "started_at"], unique=False)

    op.create_table(
        "extension_import_error",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("import_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=127), nullable=False),
        sa.Column("code", sa.String(length=63), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["import_id"],
            ["extension_import.id"],
            name=op.f("fk_extension_import_error_import_id_extension_import"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extension_import_error")),
    )
    with op.batch_alter_table("extension_import_error", schema=None) as batch_op:
        batch_op.create_index("ix_extension_import_error_place", ["import_id", "row"], unique=False)

    op.create_table(
        "mail_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("message_id", sa.String(length=36), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_attempt_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("server_answer", sa.Text(), nullable=False),
        sa.Column("error", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sealed_tokens", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["extension_id"], ["extension.id"], name=op.f("fk_mail_message_extension_id_extension"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail_message")),
        sa.UniqueConstraint("message_id", name=op.f("uq_mail_message_message_id")),
    )
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.create_index("ix_mail_message_created_at_id", ["created_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_mail_message_extension_id"), ["extension_id"], unique=False)

    op.create_table(
        "session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("administrator_id", sa.Integer(), nullable=True),
        sa.Column("extension_id", sa.Integer(), nullable=True),
        sa.Column("client_kind", sa.String(length=15), nullable=False),
        sa.Column("device_name", sa.String(length=127), nullable=False),
        sa.Column("user_agent", sa.String(length=255), nullable=False),
        sa.Column("address", sa.String(length=63), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("end_reason", sa.String(length=63), nullable=True),
        sa.CheckConstraint("(administrator_id IS NULL) <> (extension_id IS NULL)", name=op.f("ck_session_one_owner")),
        sa.ForeignKeyConstraint(
            ["administrator_id"],
            ["administrator.id"],
            name=op.f("fk_session_administrator_id_administrator"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["extension_id"], ["extension.id"], name=op.f("fk_session_extension_id_extension"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_session_token_hash")),
    )
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_session_administrator_id"), ["administrator_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_expires_at"), ["expires_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_session_extension_id"), ["extension_id"], unique=False)

    op.create_table(
        "credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("extension_id", sa.Integer(), nullable=False),
        sa.Column("client_kind", sa.String(length=10), nullable=False),
        sa.Column("mail_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("used_address", sa.String(length=64), nullable=True),
        sa.Column("used_user_agent", sa.String(length=255), nullable=True),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["extension_id"], ["extension.id"], name=op.f("fk_credential_extension_id_extension"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["mail_id"], ["mail_message.id"], name=op.f("fk_credential_mail_id_mail_message"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_credential")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_credential_token_hash")),
    )
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_credential_extension_id"), ["extension_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_credential_mail_id"), ["mail_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("credential", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_credential_mail_id"))
        batch_op.drop_index(batch_op.f("ix_credential_extension_id"))

    op.drop_table("credential")
    with op.batch_alter_table("session", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_session_extension_id"))
        batch_op.drop_index(batch_op.f("ix_session_expires_at"))
        batch_op.drop_index(batch_op.f("ix_session_administrator_id"))

    op.drop_table("session")
    with op.batch_alter_table("mail_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mail_message_extension_id"))
        batch_op.drop_index("ix_mail_message_created_at_id")

    op.drop_table("mail_message")
    with op.batch_alter_table("extension_import_error", schema=None) as batch_op:
        batch_op.drop_index("ix_extension_import_error_place")

    op.drop_table("extension_import_error")
    with op.batch_alter_table("call_record", schema=None) as batch_op:
        batch_op.drop_index("ix_call_record_to")
        batch_op.drop_index("ix_call_record_started_at")
        batch_op.drop_index("ix_call_record_from")
        batch_op.drop_index(batch_op.f("ix_call_record_call_id"))

    op.drop_table("call_record")
    op.drop_table("sip_revocation")
    op.drop_table("setup_token")
    op.drop_table("setting")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_due")

    op.drop_table("outbox")
    op.drop_table("extension_import")
    with op.batch_alter_table("extension", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_extension_linkus_enabled"))
        batch_op.drop_index(batch_op.f("ix_extension_display_name"))
        batch_op.drop_index(batch_op.f("ix_extension_created_at"))

    op.drop_table("extension")
    op.drop_table("administrator")
