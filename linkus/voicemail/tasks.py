"""Takes in what the core has recorded. The folder serves as the queue, so that no message is lost while the control
server is away."""

from __future__ import annotations

import asyncio
import functools
from typing import Any

import structlog

from linkus.kit.background import Task
from linkus.kit.outbox_worker import Worker
from linkus.kit.retry import DATABASE_ERRORS
from linkus.kit.work import unit_of_work
from linkus.shared.extension_notify import TOPIC_FORGET
from linkus.voicemail import repository, service
from linkus.voicemail.files import MIN_MESSAGE_SECONDS, MessageFiles, Recording
from linkus.voicemail.services import VoicemailServices

log = structlog.get_logger("voicemail")
SCAN_INTERVAL_SECONDS = 2.0
MAX_CONCURRENT_FOLDERS = 4
# The call's record, which has the caller's name, is written at the end of the call. A message that ends before its call
# is complete while its caller still hears that it was saved. Without a record (the control server was away), the
# message has no name, but is not lost.
MAX_WAIT_FOR_NAME_SECONDS = 15.0


def tasks(services: VoicemailServices) -> list[Task]:
    forget = functools.partial(forget_owner, services)
    worker = Worker(services.database, services.outbox, TOPIC_FORGET, forget, concurrency=MAX_CONCURRENT_FOLDERS).run
    return [worker] if services.settings.engine == "off" else [worker, functools.partial(_follow, services)]


async def forget_owner(services: VoicemailServices, payload: dict[str, Any]) -> None:
    """Delete the files of a deleted extension."""
    await asyncio.to_thread(services.voicemail_files.forget_owner, int(payload["extension_id"]))


async def learn_full(services: VoicemailServices) -> None:
    """Read which mailboxes are full, as changes keep it from then on."""
    async with services.database.transaction(write=False) as db:
        services.calls.full_mailboxes |= await repository.all_full(db)


async def _follow(services: VoicemailServices) -> None:
    await _tidy(services)
    await learn_full(services)
    while True:
        try:
            await take_all(services)
        except DATABASE_ERRORS as error:
            log.error("voicemail_not_taken_in", exc_info=error)
        await asyncio.sleep(SCAN_INTERVAL_SECONDS)


async def take_all(services: VoicemailServices) -> None:
    files = services.voicemail_files
    for recording in files.complete():
        await _take(services, files, recording)


async def _take(services: VoicemailServices, files: MessageFiles, recording: Recording) -> None:
    """Take in a recording. Drop it if the caller said nothing, or if its mailbox belongs to nobody any more or is full:
    calls that were answered before it was full may leave more messages than fit."""
    async with unit_of_work(services) as work:
        name = await repository.caller_name(work.db, recording.call_id)
        if name is None and recording.quiet_seconds < MAX_WAIT_FOR_NAME_SECONDS:
            return
        owner = await repository.mailbox(work.db, recording.mailbox)
        if owner is not None and await repository.is_full(work.db, owner.id):
            log.warning("mailbox_full", call=recording.call_id, mailbox=recording.mailbox)
        elif owner is not None and recording.seconds >= MIN_MESSAGE_SECONDS:
            await asyncio.to_thread(files.keep, recording, owner.id)
            await service.take_in(work, recording, owner.id, name or "")
            await service.note_full(work, services.calls.full_mailboxes, owner.id)
    recording.path.unlink(missing_ok=True)
    log.info("voicemail", call=recording.call_id, mailbox=recording.mailbox, seconds=round(recording.seconds))


async def _tidy(services: VoicemailServices) -> None:
    """Delete the files of extensions that no longer exist: a recording may have been taken in while its extension was
    deleted."""
    files = services.voicemail_files
    owners = files.owners()
    async with services.database.transaction(write=False) as db:
        present = await repository.existing(db, owners)
    for owner in owners - present:
        files.forget_owner(owner)
