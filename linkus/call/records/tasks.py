"""Writes the records of ended calls, as long as the server runs."""

from __future__ import annotations

import functools

import structlog

from linkus.call.call_state import Ended
from linkus.call.records import record_writer
from linkus.call.records.services import RecordServices
from linkus.kit.background import Task
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.work import unit_of_work

log = structlog.get_logger("call")
MAX_BATCH_RECORDS = 100
RETRY_SECONDS = 2.0


def tasks(services: RecordServices) -> list[Task]:
    return [functools.partial(keep_writing_records, services)]


async def keep_writing_records(services: RecordServices) -> None:
    """Write all calls that have ended meanwhile in one batch: SQLite writes fifty in the time of one."""
    ended = services.ended_calls
    while True:
        batch = [await ended.get()]
        while len(batch) < MAX_BATCH_RECORDS and not ended.empty():
            batch.append(ended.get_nowait())
        await retry(
            functools.partial(_write, services, batch),
            DATABASE_ERRORS,
            functools.partial(_log_failure, len(batch)),
            wait=RETRY_SECONDS,
        )
        for _ in batch:
            ended.task_done()


def _log_failure(count: int, error: BaseException) -> None:
    log.error("records_not_written", count=count, exc_info=error)


async def _write(services: RecordServices, batch: list[Ended]) -> None:
    async with unit_of_work(services) as work:
        await record_writer.write_records(work, batch, services.visibility.hides)
