"""Migrates the database to the present schema."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import linkus
from linkus.kit.settings import Settings


def upgrade(settings: Settings) -> None:
    settings.home.mkdir(parents=True, exist_ok=True)
    command.upgrade(alembic_config(settings), "head")


def alembic_config(settings: Settings) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(linkus.__file__).parent / "migrations"))
    # escape %, which is special in Alembic's configuration and occurs in URLs with passwords
    config.set_main_option("sqlalchemy.url", settings.database.replace("%", "%%"))
    return config


def is_empty(connection: Connection) -> bool:
    """Return whether the database has never been migrated, so that it is not one of ours."""
    return MigrationContext.configure(connection).get_current_revision() is None


def is_at_head(settings: Settings, connection: Connection) -> bool:
    present = MigrationContext.configure(connection).get_current_revision()
    return present == ScriptDirectory.from_config(alembic_config(settings)).get_current_head()
