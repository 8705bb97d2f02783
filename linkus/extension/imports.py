"""Imports a CSV file: adds or changes extensions by number."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field

from linkus.extension import csv_rows, notify, repository, service
from linkus.extension.csv_columns import SHEET
from linkus.extension.models import Extension
from linkus.extension.numbers import lock_numbers, numbers_of_groups
from linkus.extension.schemas import ExtensionValues
from linkus.extension.secret_values import UserPassword
from linkus.importing.schemas import ImportKind
from linkus.importing.service import Tally
from linkus.kit.csv_file import Row, RowError
from linkus.kit.database import Database
from linkus.kit.errors import FieldError
from linkus.kit.secrets import Seal, hash_password
from linkus.kit.work import UnitOfWork
from linkus.organization import membership
from linkus.organization.csv_places import DEPARTMENTS, FIELDS, GROUPS, Places, places
from linkus.organization.notify import organization_changed
from linkus.organization.repository import lock as lock_organization


@dataclass(frozen=True)
class _Known:
    """Holds the rows of the database to which a chunk of the file refers."""

    present: dict[str, Extension]  # by number
    owners: dict[str, str]  # number by e-mail address
    groups: set[str]  # numbers of paging groups
    places: Places | None  # departments and extension groups, if the file has a column of them


@dataclass
class _Taken:
    """Collects what the rows of a chunk have changed."""

    changed: list[Extension] = field(default_factory=list)
    departments: list[tuple[Extension, set[int]]] = field(default_factory=list)
    groups: list[tuple[Extension, set[int]]] = field(default_factory=list)


class ExtensionImporter:
    kind = ImportKind.EXTENSIONS
    sheet = SHEET
    chunk_rows = 50

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database, self._seal = database, seal
        self._hashes: dict[str, str] = {}  # by password: a password that many rows share is hashed once

    def file_errors(self, rows: Sequence[Row]) -> list[RowError]:
        return csv_rows.duplicates(rows)

    async def prepare(self, rows: Sequence[Row]) -> None:
        """Hash the passwords that the rules accept."""
        async with self._database.transaction(write=False) as db:
            present = await repository.by_numbers(db, _numbers(rows))
        passwords = set()
        for row in rows:
            values, errors = csv_rows.values_of(row, present.get(row.cells.get("number", "")))
            if values is not None and not errors and values.user_password:
                passwords.add(values.user_password)
        fresh = sorted(passwords - self._hashes.keys())
        self._hashes.update(
            zip(fresh, await asyncio.gather(*(hash_password(password) for password in fresh)), strict=True)
        )

    async def take(self, work: UnitOfWork, rows: Sequence[Row]) -> Tally:
        known = await _known(work, rows)
        tally, taken_values = Tally(), _Taken()
        for row in rows:
            tally.errors += await self._take_row(work, row, known, tally, taken_values)
        tally.updated = len(taken_values.changed)
        await work.db.flush()
        departments = {extension.id: ids for extension, ids in taken_values.departments}
        groups = {extension.id: ids for extension, ids in taken_values.groups}
        if await membership.set_many(work.db, departments, groups):
            organization_changed(work)
        notify.extensions_changed(work, taken_values.changed)
        if tally.created:
            notify.many_changed(work)
        if tally.created or taken_values.changed:
            notify.colleagues_changed(work)
        return tally

    async def _take_row(
        self, work: UnitOfWork, row: Row, known: _Known, tally: Tally, taken_values: _Taken
    ) -> list[RowError]:
        extension = known.present.get(row.cells.get("number", ""))
        values, errors = csv_rows.values_of(row, extension)
        departments, groups = _places(row, known.places, errors)
        if values is None or errors:
            return [RowError(row.number, name, error) for name, error in errors.items()]
        if (taken_by := _taken_error(row, values, known)) is not None:
            return [taken_by]
        password = UserPassword(self._hashes.get(values.user_password) if values.user_password else None)
        if extension is None:
            extension = service.add(work, self._seal, values, password).extension
            tally.created += 1
        else:
            await service.change(work, self._seal, extension, values, password)
            taken_values.changed.append(extension)
        if departments is not None:
            taken_values.departments.append((extension, departments))
        if groups is not None:
            taken_values.groups.append((extension, groups))
        return []


async def _known(work: UnitOfWork, rows: Sequence[Row]) -> _Known:
    has_places = any(name in row.cells for row in rows for name in FIELDS)
    if has_places:
        await lock_organization(work.db)
    await lock_numbers(work.db)
    return _Known(
        present=await repository.by_numbers(work.db, _numbers(rows)),
        owners=await repository.email_owners(work.db, [row.cells.get("email", "")[:300] for row in rows]),
        groups=await numbers_of_groups(work.db, _numbers(rows)),
        places=await places(work.db) if has_places else None,
    )


def _places(row: Row, known: Places | None, errors: dict[str, FieldError]) -> tuple[set[int] | None, set[int] | None]:
    """Return the departments and groups that a row names; None without a column of them. Adds to `errors`."""
    ids_by_field: dict[str, set[int]] = {}
    for name, cell in row.cells.items():
        if known is None or name not in FIELDS:
            continue
        read = known.departments(cell) if name == DEPARTMENTS else known.groups_of(cell)
        if isinstance(read, FieldError):
            errors[name] = read
        else:
            ids_by_field[name] = read
    return ids_by_field.get(DEPARTMENTS), ids_by_field.get(GROUPS)


def _taken_error(row: Row, values: ExtensionValues, known: _Known) -> RowError | None:
    if values.number in known.groups:
        return RowError(row.number, "number", FieldError("extension_number_is_group", {"number": values.number}))
    owner = known.owners.get(values.email.lower())
    if owner is not None and owner != values.number:
        return RowError(row.number, "email", FieldError("email_taken", {"email": values.email, "number": owner}))
    return None


def _numbers(rows: Sequence[Row]) -> list[str]:
    return [row.cells.get("number", "")[:100] for row in rows]
