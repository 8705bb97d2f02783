"""Ids are never used again, on SQLite either

SQLite gives the id of the last row to the next one once the last row is deleted, unless its table has AUTOINCREMENT.
Call records of the core's journal, files of voicemail and SIP credentials name extensions and sessions by id.

Alembic does not see AUTOINCREMENT: a later migration that builds one of these tables anew must say
`table_kwargs={"sqlite_autoincrement": True}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_PLAIN = re.compile(r"(\n\t)id INTEGER NOT NULL,(.*),\s*(CONSTRAINT pk_\w+ PRIMARY KEY) \(id\)", re.S)
_AUTOMATIC = re.compile(r"(\n\t)id INTEGER NOT NULL (CONSTRAINT pk_\w+ PRIMARY KEY) AUTOINCREMENT,(.*)\n\)$", re.S)


def upgrade() -> None:
    _rebuild(lambda sql: _PLAIN.sub(r"\1id INTEGER NOT NULL \3 AUTOINCREMENT,\2", sql))


def downgrade() -> None:
    _rebuild(lambda sql: _AUTOMATIC.sub(r"\1id INTEGER NOT NULL,\3,\1\2 (id)\n)", sql))


def _rebuild(change: Callable[[str], str]) -> None:
    """Build those tables anew whose definition `change` changes. SQLite cannot change a primary key in place."""
    connection = op.get_bind()
    if connection.dialect.name != "sqlite":
        return
    if connection.exec_driver_sql("PRAGMA foreign_keys").scalar():
        raise RuntimeError("with foreign keys on, SQLite would delete the rows that refer to a table built anew")
    parts = sa.text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name")
    rows = [tuple(row) for row in connection.execute(parts)]
    for kind, name, _, sql in rows:
        changed = change(sql) if kind == "table" else sql
        if changed == sql:
            continue
        fresh = f"_new_{name}"
        connection.exec_driver_sql(re.sub(r'^CREATE TABLE "?\w+"?', f'CREATE TABLE "{fresh}"', changed))
        # the columns stand in the same order
        connection.exec_driver_sql(f'INSERT INTO "{fresh}" SELECT * FROM "{name}"')  # noqa: S608 - our own tables
        connection.exec_driver_sql(f'DROP TABLE "{name}"')
        connection.exec_driver_sql(f'ALTER TABLE "{fresh}" RENAME TO "{name}"')
        for part, _, table, text in rows:
            if part == "index" and table == name:
                connection.exec_driver_sql(text)
