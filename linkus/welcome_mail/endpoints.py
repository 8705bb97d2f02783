from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, status

from linkus.kit.errors import Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, Moment, SearchQuery
from linkus.kit.http import request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession, Work
from linkus.session.access import EditExtensions, SendMails, ViewExtensions, ViewMails
from linkus.welcome_mail import enqueue, mail_list, resend, template_endpoints
from linkus.welcome_mail.mail_list import MailFilter
from linkus.welcome_mail.schemas import (
    WelcomeCheck,
    WelcomeMailAnswer,
    WelcomeMailIds,
    WelcomeMailItem,
    WelcomeMailRequest,
    WelcomeMailsRevoked,
    WelcomeMailStatus,
    WelcomeProgress,
)

router = APIRouter(tags=["linkus server"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))
router.include_router(template_endpoints.router)


@router.post("/admin/welcome-mails", status_code=status.HTTP_202_ACCEPTED)
async def send_welcome_mails(
    body: WelcomeMailRequest, who: EditExtensions, work: Work, kit: AppKit, request: Request
) -> WelcomeMailAnswer:
    """Send welcome mails.

    Queues a welcome mail for each extension, and gives the reason for each extension that gets none. Without a mail
    server, and for at most 50 extensions, `links` has the login links and QR codes to show on the screen. New mails
    revoke the unused links of earlier ones. 403 `extension_holds_role` for links on the screen to the extension of an
    administrator with a greater role."""
    return await enqueue.queue(work, kit.settings, kit.seal, who.role, body.extension_ids, request_language(request))


@router.post("/admin/welcome-mails/check")
async def check_welcome_mails(
    body: WelcomeMailRequest, _who: ViewExtensions, db: ReadSession, kit: AppKit, request: Request
) -> WelcomeCheck:
    """Check which extensions would get no welcome mail.

    Gives the reason for each. Sends nothing."""
    return await resend.check(db, kit.settings, body.extension_ids, request_language(request))


@router.get("/admin/welcome-mails/progress")
async def read_welcome_progress(
    _who: ViewMails, db: ReadSession, queued_at: Annotated[list[Moment], Query(min_length=1, max_length=20)]
) -> WelcomeProgress:
    """Count the welcome mails that wait, were sent and failed.

    `queued_at` is the one of the response that queued the mails. It may be repeated."""
    return await mail_list.progress(db, queued_at)


@router.post("/admin/welcome-mails/revoke")
async def revoke_welcome_mails(body: WelcomeMailIds, _who: SendMails, work: Work) -> WelcomeMailsRevoked:
    """Revoke the links of welcome mails.

    Revokes the unused links and codes of these mails. Mails that are still queued are not sent."""
    return WelcomeMailsRevoked(revoked=await resend.revoke(work, body.ids))


@router.post("/admin/welcome-mails/send-again", status_code=status.HTTP_202_ACCEPTED)
async def send_welcome_mails_again(
    body: WelcomeMailIds, who: SendMails, work: Work, kit: AppKit, request: Request
) -> WelcomeMailAnswer:
    """Send welcome mails again.

    Queues new mails with new links for the extensions of these mails, and revokes the unused links of earlier ones."""
    return await resend.send_again(work, kit.settings, kit.seal, who.role, body.ids, request_language(request))


@router.get("/admin/welcome-mails")
async def list_welcome_mails(
    request: Request,
    _who: ViewMails,
    db: ReadSession,
    paging: PagingQuery,
    extension_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
    search: SearchQuery = "",
    statuses: Annotated[tuple[WelcomeMailStatus, ...], Query(alias="status", max_length=20)] = (),
    sending: Annotated[tuple[Moment, ...], Query(max_length=20)] = (),
) -> Page[WelcomeMailItem]:
    """List the welcome mails and their outcome, newest first.

    `status` filters by outcome. `sending` filters by request: it takes the `queued_at` of the response that queued the
    mails. Both may be repeated."""
    filters = MailFilter(extension_id, search, statuses, sending)
    return await mail_list.page(db, paging, filters, request_language(request))
