from __future__ import annotations

from fastapi import APIRouter, Request, status
from fastapi.responses import FileResponse

from linkus.kit.database import ReadSession
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.pages import PagingQuery
from linkus.kit.work import Work
from linkus.session.auth import ClientSession
from linkus.voicemail import service
from linkus.voicemail.schemas import VoicemailPage, VoicemailUpdate, VoicemailView

router = APIRouter(tags=["voicemail"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/client/voicemail")
async def list_voicemail(who: ClientSession, db: ReadSession, paging: PagingQuery) -> VoicemailPage:
    """Return the user's messages, newest first."""
    return await service.page(db, who.extension_id, paging)


@router.get("/client/voicemail/{message_id}/audio", response_class=FileResponse, responses=responses(NotFound))
async def read_voicemail_audio(
    message_id: PathId, who: ClientSession, db: ReadSession, request: Request
) -> FileResponse:
    """Return the sound of a message: WAV, 8 kHz. Listening alone marks nothing as heard."""
    path = await service.audio(db, request.app.state.voicemail_files, who.extension_id, message_id)
    return FileResponse(path, media_type="audio/wav", headers={"Cache-Control": "private, no-store"})


@router.put("/client/voicemail/{message_id}", max_body_size=MAX_CLIENT_BODY_BYTES, responses=responses(NotFound))
async def mark_voicemail(message_id: PathId, given: VoicemailUpdate, who: ClientSession, work: Work) -> VoicemailView:
    return await service.mark(work, who.extension_id, message_id, given.heard)


@router.delete("/client/voicemail/{message_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_voicemail(message_id: PathId, who: ClientSession, work: Work, request: Request) -> None:
    await service.delete(work, request.app.state.voicemail_files, who.extension_id, message_id)
