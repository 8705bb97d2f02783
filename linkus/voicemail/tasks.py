"""Takes in what the core has recorded. The folder is the hand-over: a message is not lost while the brain is away."""

from __future__ import annotations

import asyncio
import functools

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError

from linkus.engine.layout import layout_of
from linkus.kit.background import Task
from linkus.kit.database import Database
from linkus.kit.settings import Settings
from linkus.kit.work import unit_of_work
from linkus.voicemail import repository, service
from linkus.voicemail.files import SHORTEST_SECONDS, MessageFiles, Recording

log = structlog.get_logger("voicemail")
LOOK_SECONDS = 2.0
# The record of the call, which knows the caller's name, is written at its end: a message that ended by itself is
# complete while its caller still hears that it was saved. Without one (the brain was away) it is nameless, not lost.
NAME_SECONDS = 15.0


def install(app: FastAPI) -> None:
    layout = layout_of(app.state.settings)
    app.state.voicemail_files = MessageFiles(layout.voicemail_box, layout.home / "voicemail")


def tasks(app: FastAPI) -> list[Task]:
    settings: Settings = app.state.settings
    return [] if settings.engine == "off" else [functools.partial(_follow, app)]


async def _follow(app: FastAPI) -> None:
    await _tidy(app)
    while True:
        try:
            await take_all(app)
        except (SQLAlchemyError, OSError) as error:
            log.error("voicemail_not_taken_in", exc_info=error)
        await asyncio.sleep(LOOK_SECONDS)


async def take_all(app: FastAPI) -> None:
    files: MessageFiles = app.state.voicemail_files
    for recording in files.complete():
        await _take(app, files, recording)


async def _take(app: FastAPI, files: MessageFiles, recording: Recording) -> None:
    """A caller who says nothing leaves no message; nor does one to whose mailbox nobody belongs any more."""
    async with unit_of_work(app) as work:
        name = await repository.caller_name(work.db, recording.call_id)
        if name is None and recording.quiet_seconds < NAME_SECONDS:
            return
        owner = await repository.mailbox(work.db, recording.mailbox)
        if owner is not None and recording.seconds >= SHORTEST_SECONDS:
            await asyncio.to_thread(files.keep, recording, owner.id)
            await service.take_in(work, recording, owner.id, name or "")
    recording.path.unlink(missing_ok=True)
    log.info("voicemail", call=recording.call_id, mailbox=recording.mailbox, seconds=round(recording.seconds))


async def _tidy(app: FastAPI) -> None:
    """What deleted extensions have left."""
    files: MessageFiles = app.state.voicemail_files
    database: Database = app.state.database
    owners = files.owners()
    async with database.transaction(write=False) as db:
        present = await repository.existing(db, owners)
    for owner in owners - present:
        files.forget_owner(owner)
