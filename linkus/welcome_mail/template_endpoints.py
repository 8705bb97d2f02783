from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, status

from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, TooManyRequests, responses
from linkus.kit.fields import PathId
from linkus.kit.http import request_language
from linkus.kit.messages import Language
from linkus.kit.services import AppSeal, AppSettings
from linkus.kit.work import ReadSession, Work
from linkus.mail.models import MailKind
from linkus.mail.queued_test import QueuedTest, QueuedTestStatus, status_of_test
from linkus.mail.template.schemas import DefaultTemplate, MailPreview, TemplateErrorBody
from linkus.session.access import EditLinkusServer, ViewLinkusServer
from linkus.session.services import AppMailTestLimits
from linkus.welcome_mail import template_preview, template_settings
from linkus.welcome_mail.template_schemas import (
    MailTemplateUpdate,
    MailTemplateView,
    TemplateDraft,
    TemplateTest,
)

_INVALID_RESPONSE: dict[int | str, dict[str, Any]] = {422: {"model": TemplateErrorBody}}
router = APIRouter(
    prefix="/admin/linkus-server/mail-template",
    tags=["linkus server"],
    responses={**responses(NotSignedIn, Forbidden), **_INVALID_RESPONSE},
)


@router.get("")
async def read_mail_template(request: Request, _who: ViewLinkusServer, db: ReadSession) -> MailTemplateView:
    """Read the template of the welcome mail."""
    return await template_settings.view(db, request_language(request))


@router.put("", responses=responses(Conflict))
async def update_mail_template(
    request: Request, body: MailTemplateUpdate, _who: EditLinkusServer, work: Work
) -> MailTemplateView:
    """Change the template of the welcome mail.

    Without `subject` and `body` the stored ones stay. 422 lists every wrong variable in `problems`; 409
    `version_conflict` has the present values in `current`."""
    return await template_settings.update(work, body, request_language(request))


@router.get("/default")
async def read_default_template(_who: ViewLinkusServer, language: Language = "zh-CN") -> DefaultTemplate:
    """Read the default template.

    Administrators start their own template from it."""
    return template_settings.default_template(language)


@router.post("/preview", responses=responses(NotFound))
async def preview_mail_template(
    request: Request, settings: AppSettings, body: TemplateDraft, _who: ViewLinkusServer, db: ReadSession
) -> MailPreview:
    """Preview the welcome mail.

    Renders the mail as it would be sent, for a sandboxed frame. Its links and codes do not sign in."""
    return await template_preview.preview(db, settings, body, request_language(request))


@router.post("/test", status_code=status.HTTP_202_ACCEPTED, responses=responses(NotFound, Conflict, TooManyRequests))
async def try_mail_template(
    request: Request, seal: AppSeal, body: TemplateTest, who: EditLinkusServer, work: Work, limits: AppMailTestLimits
) -> QueuedTest:
    """Send a test of the welcome mail.

    Queues a mail to `recipient`. The event `mail.changed` and GET `/test/{mail_id}` report its outcome.
    429 `test_mails_too_many` after 30 test mails within ten minutes."""
    limits.hit(who.administrator_id)
    return QueuedTest(mail_id=await template_preview.send_test(work, seal, body, request_language(request)))


@router.get("/test/{mail_id}", responses=responses(NotFound))
async def read_template_test(
    request: Request, mail_id: PathId, _who: ViewLinkusServer, db: ReadSession
) -> QueuedTestStatus:
    """Read the outcome of a test mail."""
    return await status_of_test(db, mail_id, MailKind.TEMPLATE_TEST, request_language(request))
