"""Imports a CSV file: adds or changes extensions by number."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from linkus.administrator.roles import guard
from linkus.extension import csv_rows, repository, service
from linkus.extension.csv_columns import SHEET
from linkus.extension.login_values import changed_login
from linkus.extension.numbers import lock_numbers, numbers_of_groups
from linkus.extension.schemas import ExtensionValues
from linkus.extension.secret_values import UserPassword
from linkus.importing.schemas import ImportKind
from linkus.importing.service import Tally
from linkus.kit.csv_file import Row, RowError
from linkus.kit.database import Database
from linkus.kit.errors import FieldError, Forbidden
from linkus.kit.secrets import Seal, hash_password
from linkus.kit.work import UnitOfWork
from linkus.organization import membership
from linkus.organization.csv_places import DEPARTMENTS, FIELDS, GROUPS, Places, places
from linkus.organization.notify import organization_changed
from linkus.organization.repository import lock as lock_organization
from linkus.shared import extension_notify
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import numbers_of_many, record
from linkus.shared.models.extension import Extension
from linkus.shared.roles.catalogue import Role
from linkus.shared.roles.holders import holder
from linkus.shared.roles.rules import allows

_Placed = tuple[set[tuple[int, int]], set[tuple[int, int]]]  # (extension, department), (extension, group)


@dataclass(frozen=True)
class _Known:
    """Holds the rows of the database to which a chunk of the file refers."""

    present: dict[str, Extension]  # by number
    owners: dict[str, str]  # number by email address
    groups: set[str]  # numbers of paging groups
    places: Places | None  # departments and extension groups, if the file has a column of them
    protected: Collection[int]  # extensions whose login the importing administrator may not change
    placed: _Placed | None  # where the extensions are, if the importing administrator may not change that


@dataclass
class _Taken:
    """Collects what the rows of a chunk have changed."""

    created: list[str] = field(default_factory=list)  # their numbers
    changed: list[Extension] = field(default_factory=list)
    departments: list[tuple[Extension, set[int]]] = field(default_factory=list)
    groups: list[tuple[Extension, set[int]]] = field(default_factory=list)


class ExtensionImporter:
    kind = ImportKind.EXTENSIONS
    sheet = SHEET
    chunk_rows = 50

    def __init__(self, database: Database, seal: Seal, administrator_id: int) -> None:
        self._database, self._seal, self._administrator_id = database, seal, administrator_id
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
        known = await _known(work, rows, await self._role(work))
        tally, taken_values = Tally(), _Taken()
        for row in rows:
            tally.errors += await self._take_row(work, row, known, tally, taken_values)
        tally.updated = len(taken_values.changed)
        await work.db.flush()
        departments = {extension.id: ids for extension, ids in taken_values.departments}
        groups = {extension.id: ids for extension, ids in taken_values.groups}
        placed = departments.keys() | groups.keys()
        before = await membership.places_of(work.db, placed)
        if await membership.set_many(work.db, departments, groups):
            organization_changed(work)
            await _record_places(work, before)
        extension_notify.extensions_changed(work, taken_values.changed)
        if taken_values.created:
            numbers = numbers_of_many(taken_values.created)
            record(work.db, AuditAction.IMPORTED, AuditObject.EXTENSIONS, after=numbers)
        if tally.created:
            extension_notify.many_changed(work)
        if tally.created or taken_values.changed:
            extension_notify.colleagues_changed(work)
        return tally

    async def _role(self, work: UnitOfWork) -> Role:
        """Return the role that the importing administrator has now: a file takes minutes, in which it may be taken
        away."""
        found = await holder(work.db, self._administrator_id)
        if found is None or found.administrator.disabled or not allows(found.role, "extensions", "edit"):
            raise Forbidden("import_not_allowed")
        return found.role

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
        if extension is not None and extension.id in known.protected:
            field_name = changed_login(extension, values)
            if field_name is not None:
                return [RowError(row.number, field_name, FieldError("extension_login_protected"))]
        if known.placed is not None and (field_name := _moved(extension, departments, groups, known.placed)):
            return [RowError(row.number, field_name, FieldError("extension_places_forbidden"))]
        password = UserPassword(self._hashes.get(values.user_password) if values.user_password else None)
        if extension is None:
            extension = service.add(work, self._seal, values, password).extension
            tally.created += 1
            taken_values.created.append(extension.number)
        else:
            await service.change(work, self._seal, extension, values, password)
            taken_values.changed.append(extension)
        if departments is not None:
            taken_values.departments.append((extension, departments))
        if groups is not None:
            taken_values.groups.append((extension, groups))
        return []


async def _record_places(work: UnitOfWork, before: Mapping[int, Mapping[str, list[str]]]) -> None:
    """Tell the audit log which extensions are in other departments and groups now."""
    after = await membership.places_of(work.db, before)
    for extension in await repository.by_ids(work.db, before):
        record(
            work.db,
            AuditAction.IMPORTED,
            AuditObject.EXTENSION,
            extension.id,
            service.audit_name(extension),
            before=before[extension.id],
            after=after[extension.id],
        )


async def _known(work: UnitOfWork, rows: Sequence[Row], actor: Role) -> _Known:
    has_places = any(name in row.cells for row in rows for name in FIELDS)
    if has_places:
        await lock_organization(work.db)
    await lock_numbers(work.db)
    present = await repository.by_numbers(work.db, _numbers(rows))
    ids = [extension.id for extension in present.values()]
    may_place = not has_places or allows(actor, "organization", "edit")
    return _Known(
        placed=None if may_place else await membership.present_places(work.db, ids),
        present=present,
        owners=await repository.email_owners(work.db, [row.cells.get("email", "")[:300] for row in rows]),
        groups=await numbers_of_groups(work.db, _numbers(rows)),
        places=await places(work.db) if has_places else None,
        protected=await guard.protected(work.db, actor, ids),
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


def _moved(
    extension: Extension | None, departments: set[int] | None, groups: set[int] | None, placed: _Placed
) -> str | None:
    """Return the first column that would change where an extension is."""
    for name, wanted, present in ((DEPARTMENTS, departments, placed[0]), (GROUPS, groups, placed[1])):
        now_in = {owner for member, owner in present if extension is not None and member == extension.id}
        if wanted is not None and wanted != now_in:
            return name
    return None


def _taken_error(row: Row, values: ExtensionValues, known: _Known) -> RowError | None:
    if values.number in known.groups:
        return RowError(row.number, "number", FieldError("extension_number_is_group", {"number": values.number}))
    owner = known.owners.get(values.email.lower())
    if owner is not None and owner != values.number:
        return RowError(row.number, "email", FieldError("email_taken", {"email": values.email, "number": owner}))
    return None


def _numbers(rows: Sequence[Row]) -> list[str]:
    return [row.cells.get("number", "")[:100] for row in rows]
