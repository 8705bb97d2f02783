"""Reads and changes the user's own messages."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_permission.visibility.directory import Directory
from linkus.kit.bus import extension_topic
from linkus.kit.clock import now
from linkus.kit.database import after_commit
from linkus.kit.errors import NotFound
from linkus.kit.pages import Paging, fetch_page
from linkus.kit.work import UnitOfWork
from linkus.voicemail import repository
from linkus.voicemail.events import VoicemailChanged
from linkus.voicemail.files import MessageFiles, Recording
from linkus.voicemail.models import VoicemailMessage
from linkus.voicemail.schemas import VoicemailPage, VoicemailView


async def page(db: AsyncSession, directory: Directory, extension_id: int, paging: Paging) -> VoicemailPage:
    rows = await fetch_page(db, repository.newest_first(extension_id), paging)
    messages = rows.page(lambda row: view(row, directory))
    return VoicemailPage(
        **dict(messages),
        unheard=await repository.unheard(db, extension_id),
        full=await repository.is_full(db, extension_id),
    )


def view(row: VoicemailMessage, directory: Directory) -> VoicemailView:
    """Render a message, without the name of a caller whom the user may not see."""
    is_hidden = directory.hides_number(row.extension_id, row.from_number)
    return VoicemailView(
        id=row.id,
        from_number=row.from_number,
        from_name="" if is_hidden else row.from_name,
        seconds=row.seconds,
        created_at=row.created_at,
        heard=row.heard_at is not None,
    )


async def audio(db: AsyncSession, files: MessageFiles, extension_id: int, message_id: int) -> Path:
    path = files.place(extension_id, (await _find(db, extension_id, message_id)).file_name)
    if not path.is_file():
        raise NotFound
    return path


async def mark(
    work: UnitOfWork, directory: Directory, extension_id: int, message_id: int, heard: bool
) -> VoicemailView:
    row = await _find(work.db, extension_id, message_id)
    row.heard_at = (row.heard_at or now()) if heard else None
    await work.db.flush()
    await tell(work, extension_id)
    return view(row, directory)


async def delete(
    work: UnitOfWork, files: MessageFiles, full_mailboxes: set[int], extension_id: int, message_id: int
) -> None:
    row = await _find(work.db, extension_id, message_id)
    file_name = row.file_name
    await work.db.delete(row)
    await work.db.flush()
    # the row goes first: a message without its file could not be played
    after_commit(work.db, lambda: files.remove(extension_id, file_name))
    await note_full(work, full_mailboxes, extension_id)
    await tell(work, extension_id)


async def take_in(work: UnitOfWork, recording: Recording, extension_id: int, from_name: str) -> None:
    """Take in a message once: its file name is unique."""
    if await repository.is_known(work.db, recording.path.name):
        return
    work.db.add(
        VoicemailMessage(
            extension_id=extension_id,
            call_id=recording.call_id,
            from_number=recording.caller,
            from_name=from_name,
            file_name=recording.path.name,
            seconds=max(1, round(recording.seconds)),
            created_at=recording.left_at,
        )
    )
    await work.db.flush()
    await tell(work, extension_id)


async def note_full(work: UnitOfWork, full_mailboxes: set[int], extension_id: int) -> None:
    """Have the plans of calls know, after the commit, whether the mailbox is full."""
    change = full_mailboxes.add if await repository.is_full(work.db, extension_id) else full_mailboxes.discard
    after_commit(work.db, lambda: change(extension_id))


async def tell(work: UnitOfWork, extension_id: int) -> None:
    changed = VoicemailChanged(unheard=await repository.unheard(work.db, extension_id))
    work.publish([extension_topic(extension_id)], changed)


async def _find(db: AsyncSession, extension_id: int, message_id: int) -> VoicemailMessage:
    message = await repository.find(db, extension_id, message_id)
    if message is None:
        raise NotFound
    return message
