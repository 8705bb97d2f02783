"""The migrations create exactly the tables that the models describe, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect

from linkus.features import load_models
from linkus.kit.database import Base, Database
from linkus.kit.settings import Settings
from linkus.runtime.migrate import alembic_config, is_at_head, upgrade
from tests.support.api import Server
from tests.support.postgres import create_database


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

    async with database.engine.begin() as connection:
        await connection.run_sync(run)
        tables = await connection.run_sync(lambda one: set(inspect(one).get_table_names()))
    await database.close()
    assert {"extension", "session", "outbox", "setting"} <= tables
