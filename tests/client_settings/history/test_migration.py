"""The undo of a bulk edit made by an earlier release still works: what it restores moves into the history."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from cryptography.fernet import Fernet
from sqlalchemy import Connection, MetaData

from linkus.client_settings.bulk_change import runner
from linkus.client_settings.history.service import history
from linkus.kit.database import Database
from linkus.kit.secrets import Seal
from linkus.kit.services import KitServices
from linkus.kit.settings import Settings
from linkus.runtime.migrate import alembic_config, upgrade
from tests.support.postgres import create_database

NOW = datetime(2026, 11, 1, tzinfo=UTC)
ADMINISTRATOR = {"id": 1, "username": "boss", "password_hash": "h", "language": "en", "created_at": NOW}
EXTENSION = {
    "id": 7, "number": "1001", "first_name": "A", "last_name": "", "display_name": "A", "mobile_number": "",
    "caller_id": "1001", "password_set_by": "system", "language": "en", "email_language": "en",
    "registration_name": "r", "registration_ha1": "h", "phone_max_contacts": 1, "emergency_caller_id": "",
    "voicemail_enabled": True, "voicemail_pin_sealed": "s", "linkus_enabled": True, "privacy_version": 0,
    "search_key": "", "version": 1, "created_at": NOW, "updated_at": NOW,
}  # fmt: skip
SETTING = {
    "extension_id": 7, "client_kind": "web", "version": 2, "call_waiting": True, "auto_answer": True,
    "auto_answer_delay": 0, "auto_answer_tone": False, "paging_auto_answer": False, "paging_preempt": False,
    "paging_tone": False, "screen_pop": False, "screen_pop_url": "", "screen_pop_inbound": True,
    "screen_pop_internal": False, "screen_pop_mode": "automatic", "screen_pop_trigger": "ringing", "codec": "opus",
    "only_this_codec": False, "updated_at": NOW,
}  # fmt: skip
CHANGE = {
    "id": 3, "administrator_id": 1, "state": "done", "changes": {"web": {"auto_answer": True}}, "extension_ids": [7],
    "total": 1, "done": 1, "changed": 1, "rows": 1, "sessions_ended": 0, "restored": 0, "kept": 0, "created_at": NOW,
}  # fmt: skip
BEFORE = {
    "change_id": 3, "extension_id": 7, "client_kind": "web", "values": {"auto_answer": False}, "version_after": 2,
}  # fmt: skip


async def _fill(database: Database) -> None:
    """Insert what an earlier release had: an administrator, an extension, and a bulk edit that is done."""

    def insert(connection: Connection) -> None:
        tables = MetaData()
        tables.reflect(connection)
        rows: list[tuple[str, dict[str, Any]]] = [
            ("administrator", ADMINISTRATOR),
            ("extension", EXTENSION),
            ("client_setting", SETTING),
            ("client_settings_change", CHANGE),
            ("client_settings_before", BEFORE),
        ]
        for name, row in rows:
            connection.execute(tables.tables[name].insert(), row)

    async with database.engine.begin() as connection:
        await connection.run_sync(insert)


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
async def test_previous_values_are_taken_over(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        url = create_database(request.getfixturevalue("postgres"), "history")
    settings = Settings(home=tmp_path, database_url=url, engine="off")
    await asyncio.to_thread(command.upgrade, alembic_config(settings), "0012")
    database = Database(settings.database)
    await _fill(database)
    await asyncio.to_thread(upgrade, settings)
    kit = KitServices(
        settings=settings, database=database, seal=Seal(Fernet.generate_key()), internal_key="", sip_key="",
        metrics_key="",
    )  # fmt: skip
    try:
        async with database.transaction(write=False) as db:
            (change,) = (await history(db, 7, "web", None)).items
        assert (change.actor_name, change.source, change.before, change.after) == ("boss", "bulk", False, True)
        await runner.undo(kit, 3)
        await kit.background.idle()
        async with database.transaction(write=False) as db:
            view = await runner.read(db, 3)
        assert (view.state, view.restored) == ("undone", 1)
    finally:
        await kit.background.close()
        await database.close()
