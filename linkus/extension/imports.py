"""Imports a CSV file: adds or changes extensions by number."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from linkus.extension import csv_rows, notify, repository, service
from linkus.extension.csv_columns import SHEET
from linkus.extension.models import Extension
from linkus.extension.numbers import lock_numbers, numbers_of_groups
from linkus.extension.secret_values import UserPassword
from linkus.importing.schemas import ImportKind
from linkus.importing.service import Tally
from linkus.kit.csv_file import Row, RowError
from linkus.kit.database import Database
from linkus.kit.errors import FieldError
from linkus.kit.secrets import Seal, hash_password
from linkus.kit.work import UnitOfWork


@dataclass(frozen=True)
class _Known:
    """Holds the rows of the database to which a chunk of the file refers."""

    present: dict[str, Extension]  # by number
    owners: dict[str, str]  # number by e-mail address
    groups: set[str]  # numbers of paging groups


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
        self._hashes.update(zip(fresh, await asyncio.gather(*(hash_password(one) for one in fresh)), strict=True))

    async def take(self, work: UnitOfWork, rows: Sequence[Row]) -> Tally:
        await lock_numbers(work.db)
        known = _Known(
            present=await repository.by_numbers(work.db, _numbers(rows)),
            owners=await repository.email_owners(work.db, [row.cells.get("email", "")[:300] for row in rows]),
            groups=await numbers_of_groups(work.db, _numbers(rows)),
        )
        tally = Tally()
        changed: list[Extension] = []
        for row in rows:
            tally.errors += await self._take_row(work, row, known, tally, changed)
        tally.updated = len(changed)
        await work.db.flush()
        notify.extensions_changed(work, changed)
        if tally.created:
            notify.many_changed(work)
        if tally.created or changed:
            notify.colleagues_changed(work)
        return tally

    async def _take_row(
        self, work: UnitOfWork, row: Row, known: _Known, tally: Tally, changed: list[Extension]
    ) -> list[RowError]:
        extension = known.present.get(row.cells.get("number", ""))
        values, errors = csv_rows.values_of(row, extension)
        if values is None or errors:
            return [RowError(row.number, name, error) for name, error in errors.items()]
        if values.number in known.groups:
            error = FieldError("extension_number_is_group", {"number": values.number})
            return [RowError(row.number, "number", error)]
        owner = known.owners.get(values.email.lower())
        if owner is not None and owner != values.number:
            error = FieldError("email_taken", {"email": values.email, "number": owner})
            return [RowError(row.number, "email", error)]
        password = UserPassword(self._hashes.get(values.user_password) if values.user_password else None)
        if extension is None:
            service.add(work, self._seal, values, password)
            tally.created += 1
        else:
            await service.change(work, self._seal, extension, values, password)
            changed.append(extension)
        return []


def _numbers(rows: Sequence[Row]) -> list[str]:
    return [row.cells.get("number", "")[:100] for row in rows]
