from __future__ import annotations

import uuid

from fastapi import APIRouter, Request

from linkus.administrator.roles import guard
from linkus.kit.errors import Conflict, Forbidden, NotSignedIn, TooManyRequests, ValidationFailed, responses
from linkus.kit.http import request_language
from linkus.kit.services import AppKit, AppSeal
from linkus.kit.work import ReadSession, Work, unit_of_work
from linkus.mail import language, server
from linkus.mail.language import MailLanguageUpdate, MailLanguageView
from linkus.mail.schemas import MailServerTest, MailServerUpdate, MailServerView, MailTestAnswer
from linkus.mail.send_test import send_test_mail
from linkus.session.access import EditEmail, ViewEmail, ViewMails
from linkus.session.services import AppMailTestLimits
from linkus.shared.roles.rules import is_super

router = APIRouter(tags=["mail"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/mail-server")
async def read_mail_server(_who: ViewMails, db: ReadSession, request: Request) -> MailServerView:
    """Read the mail server's settings.

    The password is never returned: `password_set` tells whether there is one."""
    return await server.view(db, request_language(request))


@router.put("/admin/mail-server", responses=responses(Conflict))
async def update_mail_server(
    body: MailServerUpdate, who: EditEmail, work: Work, seal: AppSeal, request: Request
) -> MailServerView:
    """Change the mail server's settings.

    403 `mails_reach_role` if an extension's user is an administrator with a greater role: links to new passwords are
    mailed."""
    await guard.check_mails(work.db, who.role)
    return await server.update(work, seal, body, request_language(request))


@router.get("/admin/mail/language")
async def read_mail_language(_who: ViewEmail, db: ReadSession) -> MailLanguageView:
    """Read the language of the system's mails.

    An extension's own mail language takes precedence."""
    return await language.view(db)


@router.put("/admin/mail/language", responses=responses(Conflict))
async def update_mail_language(body: MailLanguageUpdate, _who: EditEmail, work: Work) -> MailLanguageView:
    """Change the language of the system's mails."""
    return await language.update(work, body)


@router.post("/admin/mail-server/test", responses=responses(TooManyRequests))
async def try_mail_server(
    body: MailServerTest, who: EditEmail, kit: AppKit, request: Request, limits: AppMailTestLimits
) -> MailTestAnswer:
    """Send a test mail.

    Uses the settings in the request, which need not be saved, and reports how far the mail got. Only super
    administrators learn the cause if no mail server answers, because it tells which ports are open. 429
    `test_mails_too_many` after 30 test mails within ten minutes."""
    limits.hit(who.administrator_id)
    async with kit.database.transaction(write=False) as db:
        account = await server.account_to_test(db, kit.seal, body)
    answer = await send_test_mail(
        account, body.recipient, request_language(request), str(uuid.uuid4()), exact=is_super(who.role)
    )
    if answer.ok:
        async with unit_of_work(kit) as work:
            await server.record_success(work, kit.seal, account)
    return answer
