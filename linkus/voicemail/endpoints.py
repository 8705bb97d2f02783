from __future__ import annotations

from fastapi import APIRouter, status
from fastapi.responses import FileResponse

from linkus.call.services import AppCalls
from linkus.client_permission.rules.enforcement import VoicemailsMenu
from linkus.client_permission.visibility.services import AppDirectory
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.pages import PagingQuery
from linkus.kit.work import ReadSession, Work
from linkus.voicemail import service
from linkus.voicemail.schemas import VoicemailPage, VoicemailUpdate, VoicemailView
from linkus.voicemail.services import AppVoicemailFiles

router = APIRouter(tags=["voicemail"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/client/voicemail")
async def list_voicemail(
    who: VoicemailsMenu, db: ReadSession, paging: PagingQuery, directory: AppDirectory
) -> VoicemailPage:
    """List the user's voicemail messages, newest first.

    A mailbox holds 100 messages, and 60 minutes altogether: then it is `full`."""
    return await service.page(db, directory, who.extension_id, paging)


@router.get("/client/voicemail/{message_id}/audio", response_class=FileResponse, responses=responses(NotFound))
async def read_voicemail_audio(
    message_id: PathId, who: VoicemailsMenu, db: ReadSession, files: AppVoicemailFiles
) -> FileResponse:
    """Download the sound of a message.

    WAV, 8 kHz. Does not mark the message as heard."""
    path = await service.audio(db, files, who.extension_id, message_id)
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "private, no-store"})


@router.put("/client/voicemail/{message_id}", max_body_size=MAX_CLIENT_BODY_BYTES, responses=responses(NotFound))
async def mark_voicemail(
    message_id: PathId, body: VoicemailUpdate, who: VoicemailsMenu, work: Work, directory: AppDirectory
) -> VoicemailView:
    """Mark a message as heard or new."""
    return await service.mark(work, directory, who.extension_id, message_id, body.heard)


@router.delete("/client/voicemail/{message_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_voicemail(
    message_id: PathId, who: VoicemailsMenu, work: Work, files: AppVoicemailFiles, calls: AppCalls
) -> None:
    """Delete a message."""
    await service.delete(work, files, calls.full_mailboxes, who.extension_id, message_id)
