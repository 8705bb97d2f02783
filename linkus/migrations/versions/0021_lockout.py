"""Lock-out: failures, known devices, allowed addresses, and more about each block

Events of locks and blocks say by a code how long they last.
"""

from __future__ import annotations

import ipaddress
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

_EVENT = sa.table(
    "event_record", sa.column("id", sa.Integer()), sa.column("kind", sa.String()), sa.column("params", sa.JSON())
)
_SESSION = sa.table("session", sa.column("address", sa.String()), sa.column("network", sa.String()))
_LOCK_CODES = {
    "address_blocked": "event_block_minutes",
    "administrator_locked": "event_lock_paused",
    "linkus_user_locked": "event_lock_paused",
    "web_user_locked": "event_lock_paused",
}


def upgrade() -> None:
    op.create_table(
        "failure_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(15), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("account", sa.String(255), nullable=False),
        sa.Column("failures", sa.JSON(), nullable=False),
        sa.Column("pauses", sa.JSON(), nullable=False),
        sa.Column("paused_until", sa.Double(), nullable=False),
        sa.Column("last_account", sa.String(64), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failure_record")),
        sa.UniqueConstraint("scope", "place", "account", name=op.f("uq_failure_record_scope_place_account")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_failure_record_last_at"), "failure_record", ["last_at"])
    op.create_table(
        "known_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("owner_kind", sa.String(15), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_known_device")),
        sa.UniqueConstraint(
            "token_hash", "owner_kind", "owner_id", name=op.f("uq_known_device_token_hash_owner_kind_owner_id")
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_known_device_last_used_at"), "known_device", ["last_used_at"])
    op.create_table(
        "allowed_address",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("network", sa.String(49), nullable=False),
        sa.Column("note", sa.String(255), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allowed_address")),
        sa.UniqueConstraint("network", name=op.f("uq_allowed_address_network")),
        sqlite_autoincrement=True,
    )
    op.add_column("blocked_address", sa.Column("protocol", sa.String(15), server_default="sip", nullable=False))
    op.add_column("blocked_address", sa.Column("blocks", sa.Integer(), server_default="1", nullable=False))
    # SQLite adds a column without a default only where it may be empty
    first_at = sa.Column("first_at", sa.DateTime(timezone=True), server_default="1970-01-01 00:00:00", nullable=False)
    op.add_column("blocked_address", first_at)
    op.execute("UPDATE blocked_address SET first_at = blocked_at")
    op.add_column("session", sa.Column("network", sa.String(63), server_default="", nullable=False))
    op.create_index(op.f("ix_session_network"), "session", ["network"])
    for (address,) in op.get_bind().execute(sa.select(_SESSION.c.address).distinct()).all():
        op.execute(_SESSION.update().where(_SESSION.c.address == address).values(network=_network_of(address)))
    for event_id, kind, params in _events():
        _write(event_id, {**params, "lock_code": _LOCK_CODES[kind]})


def downgrade() -> None:
    for event_id, _kind, params in _events():
        _write(event_id, {"minutes": 0} | {name: value for name, value in params.items() if name != "lock_code"})
    op.drop_index(op.f("ix_session_network"), "session")
    op.drop_column("session", "network")
    for column in ("first_at", "blocks", "protocol"):
        op.drop_column("blocked_address", column)
    op.drop_table("allowed_address")
    op.drop_index(op.f("ix_known_device_last_used_at"), "known_device")
    op.drop_table("known_device")
    op.drop_index(op.f("ix_failure_record_last_at"), "failure_record")
    op.drop_table("failure_record")


def _network_of(address: str) -> str:
    """Return what `linkus.kit.addresses.network_of` returned when this migration was written."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return address
    if found.ipv4_mapped:
        return found.ipv4_mapped.compressed
    return str(ipaddress.ip_network((int(found), 64), strict=False))


def _events() -> list[tuple[int, str, dict[str, Any]]]:
    query = sa.select(_EVENT.c.id, _EVENT.c.kind, _EVENT.c.params).where(_EVENT.c.kind.in_(_LOCK_CODES))
    return [(row[0], row[1], dict(row[2])) for row in op.get_bind().execute(query).all()]


def _write(event_id: int, params: dict[str, Any]) -> None:
    op.execute(_EVENT.update().where(_EVENT.c.id == event_id).values(params=params))
