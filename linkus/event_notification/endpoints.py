"""Event types, their mail templates, and notification contacts (OV-8)."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, status

from linkus.event_notification import contacts, event_types, notify, template_preview, templates, webhook_delivery
from linkus.event_notification.schemas import (
    ContactList,
    ContactUpdate,
    ContactValues,
    ContactVersionConflictBody,
    ContactWritten,
    EventTemplateConflictBody,
    EventTemplateDraft,
    EventTemplateTest,
    EventTemplateUpdate,
    EventTemplateView,
    EventTypesUpdate,
    EventTypesView,
    WebhookOutcome,
)
from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, TooManyRequests, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import request_language
from linkus.kit.messages import Language
from linkus.kit.services import AppKit, AppSeal, AppSettings
from linkus.kit.work import ReadSession, Work
from linkus.mail.models import MailKind
from linkus.mail.queued_test import QueuedTest, QueuedTestStatus, status_of_test
from linkus.mail.template.schemas import MailPreview, TemplateErrorBody
from linkus.session.access import EditEventNotification, ViewEventNotification
from linkus.session.services import AppMailTestLimits
from linkus.shared.event_log.kinds import EventKind

_INVALID_TEMPLATE: dict[int | str, dict[str, Any]] = {422: {"model": TemplateErrorBody}}
router = APIRouter(tags=["event notification"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/event-types")
async def list_event_types(_who: ViewEventNotification, db: ReadSession, request: Request) -> EventTypesView:
    """List the kinds of events with their levels.

    `notified` says whether contacts are notified of a kind."""
    return await event_types.view(db, request_language(request))


@router.put("/admin/event-types", responses=responses(Conflict))
async def update_event_types(
    body: EventTypesUpdate, _who: EditEventNotification, work: Work, request: Request
) -> EventTypesView:
    """Change level and notification of kinds of events.

    Events that are logged from now on have the new level. 409 `version_conflict` has the present values in
    `current`."""
    return await event_types.update(work, body, request_language(request))


@router.get("/admin/event-types/{kind}/templates/{language}")
async def read_event_template(
    kind: EventKind, language: Language, _who: ViewEventNotification, db: ReadSession, request: Request
) -> EventTemplateView:
    """Read the mail template of a kind of event in a language."""
    return await templates.view(db, kind, language, request_language(request))


@router.put(
    "/admin/event-types/{kind}/templates/{language}",
    responses={**_INVALID_TEMPLATE, 409: {"model": EventTemplateConflictBody}},
)
async def update_event_template(
    kind: EventKind,
    language: Language,
    body: EventTemplateUpdate,
    _who: EditEventNotification,
    work: Work,
    request: Request,
) -> EventTemplateView:
    """Change the mail template of a kind of event in a language.

    Without `subject` and `body` the stored ones stay. 422 lists every wrong variable in `problems`; 409
    `version_conflict` has the present values in `current`."""
    return await templates.update(work, kind, language, body, request_language(request))


@router.post("/admin/event-types/{kind}/templates/{language}/preview", responses=_INVALID_TEMPLATE)
async def preview_event_template(
    kind: EventKind,
    language: Language,
    body: EventTemplateDraft,
    settings: AppSettings,
    _who: ViewEventNotification,
    db: ReadSession,
    request: Request,
) -> MailPreview:
    """Preview the mail about a kind of event.

    Renders the mail with an example event, for a sandboxed frame."""
    return await template_preview.preview(db, settings, kind, language, body, request_language(request))


@router.post(
    "/admin/event-types/{kind}/templates/{language}/test",
    status_code=status.HTTP_202_ACCEPTED,
    responses={**_INVALID_TEMPLATE, **responses(Conflict, TooManyRequests)},
)
async def try_event_template(
    kind: EventKind,
    language: Language,
    body: EventTemplateTest,
    seal: AppSeal,
    who: EditEventNotification,
    work: Work,
    limits: AppMailTestLimits,
    request: Request,
) -> QueuedTest:
    """Send a test of the mail about a kind of event.

    Queues a mail to `recipient` about an example event. The event `mail.changed` and GET
    `/admin/event-types/test/{mail_id}` report its outcome. 429 `test_mails_too_many` after 30 test mails within ten
    minutes."""
    limits.hit(who.administrator_id)
    reader = request_language(request)
    return QueuedTest(mail_id=await template_preview.send_test(work, seal, kind, language, body, reader))


@router.get("/admin/event-types/test/{mail_id}", responses=responses(NotFound))
async def read_event_template_test(
    mail_id: PathId, _who: ViewEventNotification, db: ReadSession, request: Request
) -> QueuedTestStatus:
    """Read the outcome of a test mail about an event."""
    return await status_of_test(db, mail_id, MailKind.EVENT_TEMPLATE_TEST, request_language(request))


@router.get("/admin/notification-contacts")
async def list_notification_contacts(_who: ViewEventNotification, db: ReadSession, request: Request) -> ContactList:
    """List the notification contacts."""
    return await contacts.list_all(db, request_language(request))


@router.post("/admin/notification-contacts", status_code=status.HTTP_201_CREATED, responses=responses(Conflict))
async def create_notification_contact(
    body: ContactValues, _who: EditEventNotification, work: Work, seal: AppSeal, request: Request
) -> ContactWritten:
    """Create a notification contact.

    With `extension_id`, name and address are those of the extension's user. With `webhook_url`, the answer tells the
    secret of the signature, once."""
    return await contacts.create(work, seal, body, request_language(request))


@router.put(
    "/admin/notification-contacts/{contact_id}",
    responses={**responses(NotFound), 409: {"model": ContactVersionConflictBody}},
)
async def update_notification_contact(
    contact_id: PathId, body: ContactUpdate, _who: EditEventNotification, work: Work, seal: AppSeal, request: Request
) -> ContactWritten:
    """Change a notification contact.

    409 `version_conflict` has the present values in `current`."""
    return await contacts.update(work, seal, contact_id, body, request_language(request))


@router.delete(
    "/admin/notification-contacts/{contact_id}",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(NotFound),
)
async def delete_notification_contact(
    contact_id: PathId, _who: EditEventNotification, work: Work, request: Request
) -> None:
    """Delete a notification contact."""
    await contacts.remove(work, contact_id, request_language(request))


@router.post(
    "/admin/notification-contacts/{contact_id}/test",
    status_code=status.HTTP_202_ACCEPTED,
    responses=responses(NotFound, Conflict, TooManyRequests),
)
async def try_notification_contact(
    contact_id: PathId, who: EditEventNotification, work: Work, limits: AppMailTestLimits
) -> QueuedTest:
    """Send an example to a notification contact.

    Queues a mail. The event `mail.changed` and GET `/test/{mail_id}` report its outcome. 429 `test_mails_too_many`
    after 30 test mails within ten minutes."""
    limits.hit(who.administrator_id)
    return QueuedTest(mail_id=await notify.queue_test(work, contact_id))


@router.post(
    "/admin/notification-contacts/{contact_id}/test-webhook", responses=responses(NotFound, Conflict, TooManyRequests)
)
async def try_webhook(
    contact_id: PathId, who: EditEventNotification, kit: AppKit, limits: AppMailTestLimits, request: Request
) -> WebhookOutcome:
    """Send an example to a webhook.

    Answers when the webhook has, or after ten seconds. 429 `test_mails_too_many` after 30 tests within ten minutes."""
    limits.hit(who.administrator_id)
    return await webhook_delivery.test(kit, contact_id, request_language(request))


@router.get("/admin/notification-contacts/test/{mail_id}", responses=responses(NotFound))
async def read_notification_test(
    mail_id: PathId, _who: ViewEventNotification, db: ReadSession, request: Request
) -> QueuedTestStatus:
    """Read the outcome of a test notification."""
    return await status_of_test(db, mail_id, MailKind.EVENT_TEST, request_language(request))
