"""Imports the rows of a file in the background, one chunk per transaction. The importer defines the meaning of a
row."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

import structlog
from fastapi import UploadFile
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from tenacity import stop_after_attempt

from linkus.importing import repository
from linkus.importing.events import ImportProgressed
from linkus.importing.models import CsvImport, CsvImportError
from linkus.importing.schemas import ImportErrorView, ImportKind, ImportProgress, ImportState, ImportView
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.csv_file import Column, File, Row, RowError, Sheet
from linkus.kit.csv_records import HEADING_ROW, MAX_FILE_BYTES
from linkus.kit.database import Database
from linkus.kit.errors import FieldError, Forbidden, NotFound
from linkus.kit.fields import file_name
from linkus.kit.messages import Language, text
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.services import KitServices
from linkus.kit.work import UnitOfWork, unit_of_work
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record

log = structlog.get_logger("importing")
MAX_SHOWN_ERRORS = 1000
MAX_IMPORT_AGE = timedelta(days=30)
MAX_CHUNK_ATTEMPTS = 3  # another request may take a number between check and write
MULTIPART_FRAME_BYTES = 64 * 1024
_parsing = asyncio.Semaphore(2)  # limits the memory and the threads that concurrent files take
MAX_BODY_BYTES = MAX_FILE_BYTES + MULTIPART_FRAME_BYTES
REPORT_SHEET = Sheet(
    (Column("row", "Row", "行"), Column("column", "Column", "列"), Column("problem", "Problem", "问题")),
    needed="row",
    missing="csv_not_readable",
)


@dataclass
class Tally:
    """Sums up the outcome of some rows."""

    created: int = 0
    updated: int = 0
    errors: list[RowError] = field(default_factory=list)


class Importer(Protocol):
    """Adds and changes objects of one kind from the rows of a file."""

    kind: ImportKind
    sheet: Sheet
    chunk_rows: int  # per transaction; between transactions others can write

    def file_errors(self, rows: Sequence[Row]) -> list[RowError]:
        """Return the errors that the file alone shows, such as a number that occurs twice."""
        ...

    async def prepare(self, rows: Sequence[Row]) -> None:
        """Do slow work before the transaction."""
        ...

    async def take(self, work: UnitOfWork, rows: Sequence[Row]) -> Tally:
        """Import rows within the transaction. May be called again for the same rows."""
        ...


@dataclass
class _Run:
    """Holds the state of one running import."""

    kit: KitServices
    importer: Importer
    id: int
    file: File
    wrong: dict[int, list[RowError]]  # errors that the file alone shows, by row


async def start(kit: KitServices, importer: Importer, upload: UploadFile, language: Language) -> ImportView:
    """Check the file as a whole and start the import. The rows are processed in the background."""
    async with _parsing:
        data = await upload.read(MAX_FILE_BYTES + 1)
        file = await asyncio.to_thread(importer.sheet.read, data)
    async with unit_of_work(kit) as work:
        db, name = work.db, file_name(upload.filename)
        row = CsvImport(kind=importer.kind, state=ImportState.RUNNING, file_name=name, total=len(file.rows))
        db.add(row)
        await db.flush()
        unknown = [RowError(HEADING_ROW, heading, FieldError("csv_column_unknown")) for heading in file.unknown]
        db.add_all(_error_row(row.id, file, error) for error in unknown)
        what = {"kind": importer.kind.value, "rows": len(file.rows)}
        record(db, AuditAction.IMPORTED, AuditObject.IMPORT, row.id, name, after=what)
        view = _view(row, [], 0, language)
    kit.background.start(_run(kit, importer, view.id, file), f"import {view.id}")
    return view


async def read(database: Database, import_id: int, language: Language) -> ImportView:
    async with database.transaction(write=False) as db:
        row = await _get(db, import_id)
        errors = await repository.errors(db, import_id, MAX_SHOWN_ERRORS)
        count = len(errors) if len(errors) < MAX_SHOWN_ERRORS else await repository.count_errors(db, import_id)
        return _view(row, errors, count, language)


async def kind_of(database: Database, import_id: int) -> ImportKind:
    """Return the kind of an import. Raise NotFound before anything of it is sent."""
    async with database.transaction(write=False) as db:
        return ImportKind((await _get(db, import_id)).kind)


async def _get(db: AsyncSession, import_id: int) -> CsvImport:
    row = await db.get(CsvImport, import_id)
    if row is None:
        raise NotFound("import_not_found")
    return row


async def report(database: Database, import_id: int, language: Language) -> AsyncIterator[bytes]:
    """Return all errors as a CSV file."""
    async with database.transaction(write=False) as db:
        errors = repository.stream_errors(db, import_id)
        records = ([error.row, error.column, text(language, error.code, **error.params)] async for error in errors)
        async for piece in REPORT_SHEET.write(language, records):
            yield piece


async def _run(kit: KitServices, importer: Importer, import_id: int, file: File) -> None:
    run = _Run(kit, importer, import_id, file, {})
    for error in await asyncio.to_thread(importer.file_errors, file.rows):
        run.wrong.setdefault(error.row, []).append(error)
    try:
        for begin in range(0, len(file.rows), importer.chunk_rows):
            await _try_chunk(run, file.rows[begin : begin + importer.chunk_rows])
            await publish(kit, import_id)
    except Forbidden as error:
        await _finish(kit, import_id, ImportState.FAILED, error.code)
        return
    except DATABASE_ERRORS as error:
        log.error("import_failed", import_id=import_id, exc_info=error)
        await _finish(kit, import_id, ImportState.FAILED, "import_failed")
        return
    await _finish(kit, import_id, ImportState.DONE, None)


async def _try_chunk(run: _Run, rows: Sequence[Row]) -> None:
    good = [row for row in rows if row.number not in run.wrong]
    await run.importer.prepare(good)
    await retry(
        lambda: _import_chunk(run, rows, good),
        (IntegrityError,),
        lambda error: log.info("import_chunk_collided", import_id=run.id, error=str(error)[:500]),
        wait=0,
        stop=stop_after_attempt(MAX_CHUNK_ATTEMPTS),
    )


async def _import_chunk(run: _Run, rows: Sequence[Row], good: Sequence[Row]) -> None:
    async with unit_of_work(run.kit) as work:
        tally = await run.importer.take(work, good)
        errors = [*tally.errors, *(error for row in rows for error in run.wrong.get(row.number, ()))]
        work.db.add_all(_error_row(run.id, run.file, error) for error in errors)
        state = await work.db.get_one(CsvImport, run.id)
        state.done += len(rows)
        state.created += tally.created
        state.updated += tally.updated
        state.failed += len({error.row for error in errors})


def _error_row(import_id: int, file: File, error: RowError) -> CsvImportError:
    return CsvImportError(
        import_id=import_id,
        row=error.row,
        column=file.headings.get(error.field, error.field)[:127],
        code=error.error.code,
        params=error.error.params,
    )


async def _finish(kit: KitServices, import_id: int, state: ImportState, reason: str | None) -> None:
    async with kit.database.transaction() as db:
        row = await db.get_one(CsvImport, import_id)
        row.state, row.reason, row.finished_at = state, reason, now()
    await publish(kit, import_id)


async def publish(kit: KitServices, import_id: int) -> None:
    """Publish numbers only, because readers of every language receive the event. GET returns the texts."""
    async with kit.database.transaction(write=False) as db:
        count = await repository.count_errors(db, import_id)
        view = _view(await _get(db, import_id), [], count, "en")
    progress = {name: getattr(view, name) for name in ImportProgress.model_fields}
    kit.bus.publish([PORTAL], ImportProgressed(**progress))


async def fail_interrupted(database: Database) -> None:
    """Fail the imports that a stop of the server interrupted; runs at start. Their finished chunks stay."""
    async with database.transaction() as db:
        await repository.forget(db, now() - MAX_IMPORT_AGE)
        for row in await repository.running(db):
            row.state, row.reason, row.finished_at = ImportState.FAILED, "import_interrupted", now()


def _view(row: CsvImport, errors: Sequence[CsvImportError], error_count: int, language: Language) -> ImportView:
    return ImportView(
        id=row.id,
        kind=ImportKind(row.kind),
        state=ImportState(row.state),
        reason=row.reason,
        message=text(language, row.reason) if row.reason else None,
        file_name=row.file_name,
        total=row.total,
        done=row.done,
        created=row.created,
        updated=row.updated,
        failed=row.failed,
        errors=[
            ImportErrorView(
                row=error.row,
                column=error.column,
                code=error.code,
                message=text(language, error.code, **error.params),
            )
            for error in errors
        ],
        error_count=error_count,
        created_at=row.created_at,
        finished_at=row.finished_at,
    )
