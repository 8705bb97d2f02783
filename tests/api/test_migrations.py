"""The migrations create exactly the tables that the models describe, on both databases."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sqlite3
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, bindparam, func, inspect, select, text

from linkus.features import load_models
from linkus.kit.clock import now
from linkus.kit.database import Base, Database, UTCDateTime
from linkus.kit.settings import Settings
from linkus.lockout.models import BlockedAddress
from linkus.runtime.migrate import alembic_config, is_at_head, upgrade
from linkus.session.models import Session
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.words import event_text
from linkus.shared.models.administrator import Administrator, CustomRole
from linkus.shared.models.event import EventRecord
from linkus.shared.models.extension import Extension
from linkus.shared.roles.catalogue import Action, Page
from tests.support.api import Server
from tests.support.postgres import create_database

MOMENT = "2026-01-01 00:00:00.000000"
EXTENSION = {
    "id": 7,
    "number": "1001",
    "display_name": "A",
    "first_name": "A",
    "last_name": "",
    "mobile_number": "",
    "caller_id": "1001",
    "password_set_by": "user",
    "language": "en",
    "email_language": "en",
    "registration_name": "r",
    "registration_ha1": "h",
    "phone_max_contacts": 1,
    "emergency_caller_id": "",
    "voicemail_enabled": 1,
    "voicemail_pin_sealed": "s",
    "linkus_enabled": 1,
    "search_key": "a",
    "version": 1,
    "created_at": MOMENT,
    "updated_at": MOMENT,
}
SESSION = {
    "id": 19,
    "token_hash": "t",
    "extension_id": 7,
    "client_kind": "web",
    "device_name": "d",
    "user_agent": "u",
    "address": "a",
    "created_at": MOMENT,
    "last_seen_at": MOMENT,
    "expires_at": MOMENT,
}
DEPARTMENT = {"id": 3, "name": "D", "name_key": "d", "position": 1, "version": 1}


async def test_models_and_migrations_agree(server: Server) -> None:
    load_models()

    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        return list(compare_metadata(context, Base.metadata))

    async with server.database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_names_of_constraints_and_indexes_agree(server: Server) -> None:
    """Autogenerate ignores some names, which a later migration needs."""

    def names(connection: Connection) -> set[str]:
        inspector, found = inspect(connection), set()
        for table in Base.metadata.tables:
            found |= {str(one["name"]) for one in inspector.get_unique_constraints(table)}
            found |= {str(one["name"]) for one in inspector.get_check_constraints(table)}
            found |= {str(one["name"]) for one in inspector.get_foreign_keys(table)}
            found |= {str(one["name"]) for one in inspector.get_indexes(table) if not one.get("duplicates_constraint")}
        return found

    async with server.database.engine.connect() as connection:
        present = await connection.run_sync(names)
    expected = {
        str(item.name)
        for table in Base.metadata.tables.values()
        for item in (*table.constraints, *table.indexes)
        if not str(item.name).startswith("pk_")
    }
    assert expected - present == set()


async def test_database_knows_its_revision(server: Server) -> None:
    settings: Settings = server.services.settings
    async with server.database.engine.connect() as connection:
        assert await connection.run_sync(lambda one: is_at_head(settings, one))


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_up_twice_and_down(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'empty.db'}"
    else:
        url = create_database(request.getfixturevalue("postgres"), "migrations")
    settings = Settings(home=tmp_path, database_url=url)
    upgrade(settings)
    upgrade(settings)
    command.downgrade(alembic_config(settings), "base")
    upgrade(settings)


async def test_an_open_connection_can_be_given(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    config = alembic_config(settings)
    database = Database(settings.database)

    def run(connection: Connection) -> None:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")

    async with database.engine.connect() as connection:  # as env.py does it
        driver = (await connection.get_raw_connection()).driver_connection
        assert driver is not None
        await driver.execute("PRAGMA foreign_keys=OFF")
        await connection.run_sync(run)
        tables = await connection.run_sync(lambda one: set(inspect(one).get_table_names()))
    await database.close()
    assert {"extension", "session", "outbox", "setting"} <= tables


async def test_id_of_a_deleted_row_is_not_given_to_the_next(server: Server) -> None:
    """Also after the last one was deleted: it may be named in files and credentials."""
    first = await server.make_extension()
    async with server.database.transaction() as db:
        await db.delete(await db.get_one(Extension, first.id))
    assert (await server.make_extension()).id > first.id


def test_every_table_of_sqlite_remembers_its_last_id(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    upgrade(settings)
    with contextlib.closing(sqlite3.connect(tmp_path / "linkus.db")) as connection:
        rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'").fetchall()
    load_models()
    names = {name for name, table in Base.metadata.tables.items() if list(table.primary_key.columns.keys()) == ["id"]}
    assert names == {name for name, sql in rows if "AUTOINCREMENT" in sql}
    assert {"extension", "session", "administrator"} <= names


def test_rows_stay_when_their_tables_are_built_anew(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    command.upgrade(alembic_config(settings), "0013")
    with contextlib.closing(sqlite3.connect(tmp_path / "linkus.db")) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        for table, one in (("extension", EXTENSION), ("session", SESSION), ("department", DEPARTMENT)):
            marks = ", ".join("?" * len(one))
            connection.execute(f"INSERT INTO {table} ({', '.join(one)}) VALUES ({marks})", [*one.values()])  # noqa: S608
        before = _content(connection)
        connection.commit()
    command.upgrade(alembic_config(settings), "0020")  # later ones add columns
    with contextlib.closing(sqlite3.connect(tmp_path / "linkus.db")) as connection:
        after = _content(connection)
        assert {name: after[name] for name in before} == before  # later migrations add tables
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute("DELETE FROM extension")
        assert connection.execute("SELECT count(*) FROM session").fetchone() == (0,)
        assert connection.execute("SELECT seq FROM sqlite_sequence WHERE name = 'extension'").fetchone() == (7,)


def _content(connection: sqlite3.Connection) -> dict[str, object]:
    """Return all rows, and the indexes."""
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    rows = {
        name: connection.execute(f'SELECT * FROM "{name}"').fetchall()  # noqa: S608
        for name in names
        if name not in ("alembic_version", "sqlite_sequence")
    }
    indexes = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'index' ORDER BY name").fetchall()
    return {**rows, "indexes": [row for row in indexes if row[1]]}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_administrators_become_super_and_stay_signed_in(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        url = create_database(request.getfixturevalue("postgres"), "old_administrators")
    settings = Settings(home=tmp_path, database_url=url)
    command.upgrade(alembic_config(settings), "0009")

    async def fill() -> None:
        database = Database(settings.database)
        async with database.transaction() as db:
            await db.execute(
                text(
                    "INSERT INTO administrator (username, password_hash, language, created_at) "
                    "VALUES ('boss', 'h', 'en', CURRENT_TIMESTAMP)"
                )
            )
            await db.execute(
                text(
                    "INSERT INTO session (token_hash, administrator_id, client_kind, device_name, remark, user_agent, "
                    "address, created_at, last_seen_at, expires_at) VALUES ('t', 1, 'portal', '', '', '', '', "
                    "CURRENT_TIMESTAMP, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP)"
                )
            )
        await database.close()

    async def read() -> tuple[Administrator, int]:
        database = Database(settings.database)
        async with database.transaction(write=False) as db:
            boss = (await db.scalars(select(Administrator))).one()
            sessions = await db.scalar(select(func.count()).select_from(Session)) or 0
        await database.close()
        return boss, sessions

    asyncio.run(fill())
    upgrade(settings)
    boss, sessions = asyncio.run(read())
    assert (boss.role, boss.custom_role_id, boss.extension_id, boss.disabled) == ("super", None, None, False)
    assert sessions == 1


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("release", "page", "log"), [("0014", "administrators", "audit_log"), ("0015", "status", "event_log")]
)
def test_roles_that_could_read_a_log_still_can(
    kind: str, release: str, page: str, log: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        url = create_database(request.getfixturevalue("postgres"), f"old_roles_{release}")
    settings = Settings(home=tmp_path, database_url=url)
    command.upgrade(alembic_config(settings), release)

    async def fill() -> None:
        database = Database(settings.database)
        async with database.transaction() as db:
            for name, held in (("readers", f'{{"{page}": "view"}}'), ("others", '{"trunks": "view"}')):
                await db.execute(
                    text(
                        "INSERT INTO custom_role (name, name_key, note, permissions, version) "
                        "VALUES (:name, :name, '', :held, 1)"
                    ),
                    {"name": name, "held": held},
                )
        await database.close()

    async def read() -> dict[str, dict[Page, Action]]:
        database = Database(settings.database)
        async with database.transaction(write=False) as db:
            found = {role.name: role.permissions for role in await db.scalars(select(CustomRole))}
        await database.close()
        return found

    asyncio.run(fill())
    upgrade(settings)
    assert asyncio.run(read()) == {
        "readers": {page: "view", log: "view"},
        "others": {"trunks": "view"},
    }
    command.downgrade(alembic_config(settings), release)
    assert asyncio.run(read()) == {"readers": {page: "view"}, "others": {"trunks": "view"}}


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_sessions_get_their_network_and_events_of_locks_their_words(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    if kind == "sqlite":
        url = f"sqlite:///{tmp_path / 'old.db'}"
    else:
        url = create_database(request.getfixturevalue("postgres"), "old_locks")
    settings = Settings(home=tmp_path, database_url=url)
    command.upgrade(alembic_config(settings), "0020")
    moment = bindparam("now", now(), type_=UTCDateTime)
    locked = {"username": "boss", "address": "192.0.2.1", "minutes": 10}

    async def fill() -> None:
        database = Database(settings.database)
        async with database.transaction() as db:
            await db.execute(
                text(
                    "INSERT INTO administrator (id, username, password_hash, role, disabled, language, created_at)"
                    " VALUES (1, 'boss', 'x', 'super', :off, 'en', :now)"
                ).bindparams(moment),
                {"off": False},
            )
            for number, address in enumerate(("192.0.2.1", "2001:db8::1:2:3:4", "")):
                await db.execute(
                    text(
                        "INSERT INTO session (token_hash, administrator_id, client_kind, device_name, remark,"
                        " user_agent, address, created_at, last_seen_at, expires_at)"
                        " VALUES (:hash, 1, 'portal', '', '', '', :address, :now, :now, :now)"
                    ).bindparams(moment),
                    {"hash": str(number), "address": address},
                )
            await db.execute(
                text(
                    "INSERT INTO event_record (kind, category, level, params, words, created_at)"
                    " VALUES ('administrator_locked', 'security', 'alert', :params, '', :now)"
                ).bindparams(moment),
                {"params": json.dumps(locked)},
            )
            await db.execute(
                text(
                    "INSERT INTO blocked_address (address, reason, failures, identity, blocked_at)"
                    " VALUES ('192.0.2.9', 'sip_authentication', 10, '', :now)"
                ).bindparams(moment),
            )
        await database.close()

    async def read() -> tuple[list[str], str, bool]:
        database = Database(settings.database)
        async with database.transaction(write=False) as db:
            networks = list(await db.scalars(select(Session.network).order_by(Session.id)))
            event = (await db.scalars(select(EventRecord))).one()
            block = (await db.scalars(select(BlockedAddress))).one()
        await database.close()
        told = event_text("en", EventKind(event.kind), event.params)
        return networks, told, block.first_at == block.blocked_at

    asyncio.run(fill())
    upgrade(settings)
    networks, told, is_same = asyncio.run(read())
    assert networks == ["192.0.2.1", "2001:db8::/64", ""]
    assert told == "Many sign-ins to the portal from 192.0.2.1 have failed: no sign-in as “boss” for 10 minutes."
    assert is_same
    command.downgrade(alembic_config(settings), "0020")
    upgrade(settings)
