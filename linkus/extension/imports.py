"""Importing a CSV file: adds or changes extensions by number, a chunk of rows a transaction, in the background."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from linkus.extension import csv_file, notify, repository, service
from linkus.extension.csv_file import File, Row, RowError
from linkus.extension.import_view import import_view
from linkus.extension.models import Extension, ExtensionImport, ExtensionImportError
from linkus.extension.numbers import lock_numbers, numbers_of_groups
from linkus.extension.schemas import ImportState, ImportView
from linkus.extension.secret_values import UserPassword
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.errors import FieldError, NotFound
from linkus.kit.messages import Language
from linkus.kit.secrets import hash_password
from linkus.kit.work import UnitOfWork, unit_of_work

log = structlog.get_logger("extension.import")
CHUNK = 200
KEEP = timedelta(days=30)
TRIES = 3  # of a chunk, when another request takes a number between check and write


@dataclass
class _Import:
    """One import under way."""

    app: FastAPI
    id: int
    file: File
    wrong: dict[int, list[RowError]]  # what the file alone shows, by row
    hashes: dict[str, str] = field(default_factory=dict)  # by password: one that many rows share is hashed once


@dataclass(frozen=True)
class _Known:
    """What is in the database of what a chunk of rows names."""

    present: dict[str, Extension]  # by number
    owners: dict[str, str]  # number by e-mail address
    groups: set[str]  # numbers of paging groups


@dataclass
class _Chunk:
    """What came of one chunk of rows."""

    done: int = 0
    created: int = 0
    updated: list[Extension] = field(default_factory=list)
    failed: int = 0
    errors: list[RowError] = field(default_factory=list)


async def start_import(app: FastAPI, data: bytes, file_name: str, language: Language) -> ImportView:
    """Checks the file as a whole, and begins. The rows themselves are worked off in the background."""
    file = await asyncio.to_thread(csv_file.read_file, data)
    database: Database = app.state.database
    async with database.transaction() as db:
        row = ExtensionImport(state=ImportState.RUNNING, file_name=file_name[:255], total=len(file.rows))
        for field in ("done", "created", "updated", "failed"):
            setattr(row, field, 0)
        db.add(row)
        await db.flush()
        view = import_view(row, [], language)
    app.state.background.start(_run(app, view.id, file), f"import {view.id}")
    return view


async def read_import(database: Database, import_id: int, language: Language) -> ImportView:
    async with database.transaction(write=False) as db:
        row = await db.get(ExtensionImport, import_id)
        if row is None:
            raise NotFound("import_not_found")
        return import_view(row, await repository.import_errors(db, import_id, 1000), language)


async def _run(app: FastAPI, import_id: int, file: File) -> None:
    wrong: dict[int, list[RowError]] = {}
    for one in csv_file.duplicates(file.rows):
        wrong.setdefault(one.row, []).append(one)
    work = _Import(app, import_id, file, wrong)
    try:
        for begin in range(0, len(file.rows), CHUNK):
            await _try_chunk(work, file.rows[begin : begin + CHUNK])
            await publish(app, import_id)
    except (SQLAlchemyError, OSError) as error:
        log.error("import_failed", import_id=import_id, exc_info=error)
        await _finish(app, import_id, ImportState.FAILED, "import_failed")
        return
    await _finish(app, import_id, ImportState.DONE, None)


async def _try_chunk(this: _Import, rows: list[Row]) -> None:
    await _hash_passwords(this, rows)
    for attempt in range(1, TRIES + 1):
        try:
            await _import_chunk(this, rows)
            return
        except IntegrityError:
            if attempt == TRIES:
                raise


async def _hash_passwords(this: _Import, rows: list[Row]) -> None:
    """Before the transaction, and only of passwords that the rules let through."""
    async with this.app.state.database.transaction(write=False) as db:
        present = await repository.by_numbers(db, _numbers(rows))
    passwords = set()
    for row in rows:
        values, errors = csv_file.values_of(row, present.get(row.cells.get("number", "")))
        if values is not None and not errors and values.user_password:
            passwords.add(values.user_password)
    fresh = sorted(passwords - this.hashes.keys())
    this.hashes.update(zip(fresh, await asyncio.gather(*(hash_password(one) for one in fresh)), strict=True))


async def _import_chunk(this: _Import, rows: list[Row]) -> None:
    async with unit_of_work(this.app) as work:
        await lock_numbers(work.db)
        known = _Known(
            present=await repository.by_numbers(work.db, _numbers(rows)),
            owners=await repository.email_owners(work.db, [row.cells.get("email", "")[:300] for row in rows]),
            groups=await numbers_of_groups(work.db, _numbers(rows)),
        )
        chunk = _Chunk(done=len(rows))
        for row in rows:
            errors = this.wrong.get(row.number) or await _import_row(this, work, row, known, chunk)
            chunk.errors += errors
            chunk.failed += bool(errors)
        work.db.add_all(_error_row(this, error) for error in chunk.errors)
        await _add_progress(work, this.id, chunk)
        await work.db.flush()
        notify.extensions_changed(work, chunk.updated)
        if chunk.created:
            notify.many_changed(work)


def _numbers(rows: list[Row]) -> list[str]:
    return [row.cells.get("number", "")[:100] for row in rows]


async def _import_row(this: _Import, work: UnitOfWork, row: Row, known: _Known, chunk: _Chunk) -> list[RowError]:
    extension = known.present.get(row.cells.get("number", ""))
    values, errors = csv_file.values_of(row, extension)
    if values is None or errors:
        return [RowError(row.number, name, error) for name, error in errors.items()]
    if values.number in known.groups:
        error = FieldError("extension_number_is_group", {"number": values.number})
        return [RowError(row.number, "number", error)]
    owner = known.owners.get(values.email.lower())
    if owner is not None and owner != values.number:
        error = FieldError("email_taken", {"email": values.email, "number": owner})
        return [RowError(row.number, "email", error)]
    password = UserPassword(this.hashes.get(values.user_password) if values.user_password else None)
    if extension is None:
        service.add(work, this.app.state.seal, values, password)
        chunk.created += 1
    else:
        await service.change(work, this.app.state.seal, extension, values, password)
        chunk.updated.append(extension)
    return []


def _error_row(this: _Import, error: RowError) -> ExtensionImportError:
    return ExtensionImportError(
        import_id=this.id,
        row=error.row,
        column=this.file.headings.get(error.field, error.field)[:127],
        code=error.error.code,
        params=error.error.params,
    )


async def _add_progress(work: UnitOfWork, import_id: int, chunk: _Chunk) -> None:
    row = await work.db.get_one(ExtensionImport, import_id)
    row.done += chunk.done
    row.created += chunk.created
    row.updated += len(chunk.updated)
    row.failed += chunk.failed


async def _finish(app: FastAPI, import_id: int, state: ImportState, reason: str | None) -> None:
    async with app.state.database.transaction() as db:
        row = await db.get_one(ExtensionImport, import_id)
        row.state, row.reason, row.finished_at = state, reason, now()
    await publish(app, import_id)


async def publish(app: FastAPI, import_id: int) -> None:
    """Numbers only: an event goes to readers of every language; texts are in GET."""
    view = await read_import(app.state.database, import_id, "en")
    body = view.model_dump(mode="json", exclude={"errors", "message"})
    app.state.bus.publish([PORTAL], {"type": "import.progress", **body})


async def fail_interrupted(database: Database) -> None:
    """At start: what was running when the server ended is not going on any more. Its finished chunks stay."""
    async with database.transaction() as db:
        await repository.forget_imports(db, now() - KEEP)
        for row in await repository.running_imports(db):
            row.state, row.reason, row.finished_at = ImportState.FAILED, "import_interrupted", now()
