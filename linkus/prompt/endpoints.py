from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response, UploadFile, status

from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.messages import Language
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession, Work, unit_of_work
from linkus.prompt import service
from linkus.prompt.convert import MAX_UPLOAD_BYTES, convert
from linkus.prompt.schemas import PromptList, UploadView
from linkus.prompt.services import AppPromptFiles
from linkus.session.access import EditPrompts, ViewPrompts

router = APIRouter(
    prefix="/admin/prompts", tags=["prompts"], responses=responses(ValidationFailed, NotSignedIn, Forbidden)
)
MULTIPART_FRAME_BYTES = 64 * 1024
PromptName = Annotated[str, Path(pattern="^[a-z0-9-]{1,40}$")]
_WAV: dict[int | str, dict[str, Any]] = {
    200: {"content": {"audio/wav": {"schema": {"type": "string", "format": "binary"}}}}
}


@router.get("")
async def list_prompts(files: AppPromptFiles, _who: ViewPrompts, db: ReadSession) -> PromptList:
    """List the prompts and their recordings."""
    return await service.all_prompts(db, files)


@router.put("/{name}/{language}", responses=responses(NotFound), max_body_size=MAX_UPLOAD_BYTES + MULTIPART_FRAME_BYTES)
async def upload_prompt(
    kit: AppKit,
    files: AppPromptFiles,
    name: PromptName,
    language: Language,
    file: UploadFile,
    _who: EditPrompts,
) -> UploadView:
    """Upload a recording of a prompt.

    Takes a WAV or MP3 file. Callers hear it in place of the spoken prompt from the next call on."""
    service.require(files, name)
    recording = await convert(await file.read(MAX_UPLOAD_BYTES + 1))
    async with unit_of_work(kit) as work:
        return await service.store(work, name, language, file.filename, recording)


@router.delete("/{name}/{language}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def remove_prompt_upload(
    files: AppPromptFiles, name: PromptName, language: Language, _who: EditPrompts, work: Work
) -> None:
    """Remove the recording of a prompt.

    Callers hear the spoken prompt again."""
    service.require(files, name)
    await service.back_to_spoken(work, name, language)


@router.get("/{name}/{language}/audio", response_class=Response, responses={**responses(NotFound), **_WAV})
async def read_prompt_audio(
    files: AppPromptFiles, name: PromptName, language: Language, _who: ViewPrompts, db: ReadSession
) -> Response:
    """Download the sound of a prompt.

    Returns what callers hear now: the recording, or the spoken prompt."""
    service.require(files, name)
    headers = {"Content-Disposition": f'inline; filename="{name}-{language}.wav"', "Cache-Control": "no-cache"}
    return Response(await service.sound(db, files, name, language), media_type="audio/wav", headers=headers)
