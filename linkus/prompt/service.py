"""Manages the prompts that callers hear: the spoken ones, and recordings in their place."""

from __future__ import annotations

import asyncio

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.kit.errors import NotFound
from linkus.kit.fields import file_name
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.prompt import repository
from linkus.prompt.convert import MAX_UPLOAD_BYTES, Recording
from linkus.prompt.events import PromptChanged
from linkus.prompt.files import PromptFiles
from linkus.prompt.models import PromptUpload
from linkus.prompt.schemas import PromptInLanguage, PromptItem, PromptList, UploadView
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.audit.values import snapshot

TOPIC = "prompt.write"
MAX_PROMPT_SECONDS = 60  # as in sound.py, whose libraries are loaded only in its own process


async def all_prompts(db: AsyncSession, files: PromptFiles) -> PromptList:
    uploads = await repository.uploads(db)
    items = [
        PromptItem(name=name, recordings=[_recording(uploads, name, language, texts[language]) for language in texts])
        for name, texts in files.texts().items()
    ]
    return PromptList(items=items, max_megabytes=MAX_UPLOAD_BYTES // 1024 // 1024, max_seconds=MAX_PROMPT_SECONDS)


def _recording(
    uploads: dict[tuple[str, str], PromptUpload], name: str, language: Language, text: str
) -> PromptInLanguage:
    row = uploads.get((name, language))
    upload = None if row is None else UploadView.model_validate(row)
    return PromptInLanguage(language=language, text=text, upload=upload)


def require(files: PromptFiles, name: str) -> None:
    if name not in files.texts():
        raise NotFound("prompt_not_found")


async def store(work: UnitOfWork, name: str, language: Language, given: str | None, recording: Recording) -> UploadView:
    """Store a recording in place of the present one. Of two administrators, the later one wins."""
    row = PromptUpload(
        name=name,
        language=language,
        file_name=file_name(given),
        seconds=recording.seconds,
        audio=recording.wide,
        audio_narrow=recording.narrow,
        uploaded_at=now(),
    )
    present = await work.db.get(PromptUpload, (name, language))
    before = None if present is None else snapshot(present)
    row = await work.db.merge(row)
    await work.db.flush()
    _changed(work, name, language)
    action = AuditAction.CREATED if before is None else AuditAction.CHANGED
    after = {"file_name": row.file_name, "seconds": row.seconds}
    record(work.db, action, AuditObject.PROMPT, name=f"{name} {language}", before=before, after=after)
    return UploadView.model_validate(row)


async def back_to_spoken(work: UnitOfWork, name: str, language: Language) -> None:
    present = await work.db.get(PromptUpload, (name, language))
    before = None if present is None else snapshot(present)
    if await repository.remove(work.db, name, language):
        record(work.db, AuditAction.DELETED, AuditObject.PROMPT, name=f"{name} {language}", before=before)
        _changed(work, name, language)


def _changed(work: UnitOfWork, name: str, language: Language) -> None:
    work.enqueue(TOPIC, {"name": name, "language": language})
    work.publish([PORTAL], PromptChanged(name=name, language=language))


async def sound(db: AsyncSession, files: PromptFiles, name: str, language: Language) -> bytes:
    """Return the sound that is played now, as WAV."""
    row = await repository.with_sound(db, name, language)
    if row is not None:
        return row.audio
    spoken = await asyncio.to_thread(files.read_spoken, name, language)
    if spoken is None:
        raise NotFound("prompt_not_spoken_yet")
    return spoken


async def write(database: Database, files: PromptFiles, name: str, language: str) -> None:
    """Write the database's present prompt to where the core plays it from. The order of calls does not matter."""
    async with database.transaction(write=False) as db:
        row = await repository.with_sound(db, name, language)
    if row is not None:
        await asyncio.to_thread(files.play, name, language, row.audio_narrow, row.audio)
    else:
        await asyncio.to_thread(files.play_spoken, name, language)
