from __future__ import annotations

from fastapi import APIRouter, Request, status

from linkus.kit.errors import Conflict, Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.http import MAX_CLIENT_BODY_BYTES, request_language
from linkus.kit.work import ReadSession, Work
from linkus.session import privacy
from linkus.session.access import EditGeneral, ViewGeneral
from linkus.session.auth import ClientSessionBeforePrivacy, Public
from linkus.session.privacy import PrivacyConsent, PrivacyUpdate, PrivacyView, ReadersText

router = APIRouter(tags=["privacy"])
_SIGNED_IN = responses(NotSignedIn, Forbidden)


@router.get("/privacy-text", dependencies=[Public])
async def read_privacy_text(request: Request, db: ReadSession) -> ReadersText:
    """Read the privacy text.

    Returns the text in the reader's language, or in the other language if there is no other."""
    return await privacy.for_reader(db, request_language(request))


@router.post(
    "/client/privacy",
    max_body_size=MAX_CLIENT_BODY_BYTES,
    status_code=status.HTTP_204_NO_CONTENT,
    responses=_SIGNED_IN | responses(Conflict, ValidationFailed),
)
async def accept_privacy(body: PrivacyConsent, who: ClientSessionBeforePrivacy, work: Work) -> None:
    """Accept the privacy text.

    Until then a session that was opened since the text exists gets 403 `privacy_needed` from every other request. 409
    `privacy_changed` if the text has changed meanwhile: read it again."""
    await privacy.accept(work, who.extension_id, body.version)


@router.get("/admin/settings/privacy", responses=_SIGNED_IN)
async def read_privacy_settings(_who: ViewGeneral, db: ReadSession) -> PrivacyView:
    """Read the privacy text in both languages."""
    return await privacy.view(db)


@router.put("/admin/settings/privacy", responses=_SIGNED_IN | responses(Conflict, ValidationFailed))
async def update_privacy_settings(body: PrivacyUpdate, _who: EditGeneral, work: Work) -> PrivacyView:
    """Change the privacy text.

    Every user must accept a changed text again, unless it is a small correction."""
    return await privacy.update(work, body)
