from __future__ import annotations

import uuid

from fastapi import APIRouter, Request

from linkus.kit.errors import Conflict, Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.http import request_language
from linkus.kit.services import AppKit, AppSeal
from linkus.kit.work import ReadSession, Work, unit_of_work
from linkus.mail import language, server
from linkus.mail.language import MailLanguageUpdate, MailLanguageView
from linkus.mail.schemas import MailServerTest, MailServerUpdate, MailServerView, MailTestAnswer
from linkus.mail.send_test import send_test_mail
from linkus.session.auth import AdminSession

router = APIRouter(tags=["mail"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/mail-server")
async def read_mail_server(_who: AdminSession, db: ReadSession, request: Request) -> MailServerView:
    """Read the mail server's settings.

    The password is never returned: `password_set` tells whether there is one."""
    return await server.view(db, request_language(request))


@router.put("/admin/mail-server", responses=responses(Conflict))
async def update_mail_server(
    body: MailServerUpdate, _who: AdminSession, work: Work, seal: AppSeal, request: Request
) -> MailServerView:
    """Change the mail server's settings."""
    return await server.update(work, seal, body, request_language(request))


@router.get("/admin/mail/language")
async def read_mail_language(_who: AdminSession, db: ReadSession) -> MailLanguageView:
    """Read the language of the system's mails.

    An extension's own mail language takes precedence."""
    return await language.view(db)


@router.put("/admin/mail/language", responses=responses(Conflict))
async def update_mail_language(body: MailLanguageUpdate, _who: AdminSession, work: Work) -> MailLanguageView:
    """Change the language of the system's mails."""
    return await language.update(work, body)


@router.post("/admin/mail-server/test")
async def try_mail_server(body: MailServerTest, _who: AdminSession, kit: AppKit, request: Request) -> MailTestAnswer:
    """Send a test mail.

    Uses the settings in the request, which need not be saved, and reports how far the mail got."""
    async with kit.database.transaction(write=False) as db:
        account = await server.account_to_test(db, kit.seal, body)
    answer = await send_test_mail(account, body.recipient, request_language(request), str(uuid.uuid4()))
    if answer.ok:
        async with unit_of_work(kit) as work:
            await server.record_success(work, kit.seal, account)
    return answer
