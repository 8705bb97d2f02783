"""Reads and changes the mail template of each kind of event, in each language (OV-8)."""

from __future__ import annotations

from functools import lru_cache
from html import escape

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_notification.events import EventTemplateChanged
from linkus.event_notification.models import EventTemplate
from linkus.event_notification.schemas import EventTemplateDraft, EventTemplateUpdate, EventTemplateView
from linkus.event_notification.variables import vocabulary_of
from linkus.kit.bus import PORTAL
from linkus.kit.errors import VersionConflict
from linkus.kit.messages import Language, text
from linkus.kit.work import UnitOfWork
from linkus.mail.template import Compiled, compile_template
from linkus.mail.template.checks import accepted, check, described, removal_warnings
from linkus.mail.template.schemas import DefaultTemplate
from linkus.server_settings.schemas import TemplateMode
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.audit.values import snapshot
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.words import event_name
from linkus.shared.general_settings import general_settings

_ROWS = {
    "event_mail_event": "EventName",
    "event_mail_level": "EventLevel",
    "event_mail_time": "EventTime",
    "event_mail_text": "EventText",
}


@lru_cache
def default_template(language: Language, *, names_company: bool = True) -> DefaultTemplate:
    """Return the default template in the syntax of a custom one: the editor starts with it and can return to it."""
    company = "{{.CompanyName}}" if names_company else ""
    colon = text(language, "event_mail_colon")
    rows = "<br>\n".join(
        f'<span style="color:#6b7280">{escape(text(language, head))}{colon}</span>{{{{.{name}}}}}'
        for head, name in _ROWS.items()
    )
    after = escape(text(language, "event_mail_after", company="{{.CompanyName}}"))
    return DefaultTemplate(
        subject=text(
            language, "event_mail_subject", level="{{.EventLevel}}", name="{{.EventName}}", company=company
        ).rstrip(" -"),
        body=f"<p>{rows}</p>\n<p>{{{{.Repeats}}}}</p>\n"
        '<p><a href="{{.EventLogURL}}">{{.EventLogURL}}</a></p>\n'
        f'<p style="color:#6b7280">{after}</p>\n',
    )


async def template_of(db: AsyncSession, kind: EventKind, language: Language) -> Compiled:
    """Return the template of mails about a kind of event. Fall back to the default if this version cannot read the
    stored one, because the event matters more than the wording."""
    stored = await db.get(EventTemplate, (kind.value, language))
    if stored is not None and stored.template_mode == TemplateMode.CUSTOM:
        compiled = compile_template(stored.template_subject, stored.template_body, vocabulary_of(kind))
        if compiled.is_valid:
            return compiled
    return await _compiled_default(db, kind, language)


async def _compiled_default(db: AsyncSession, kind: EventKind, language: Language) -> Compiled:
    has_company = bool((await general_settings(db)).company_name)
    default = default_template(language, names_company=has_company)
    return compile_template(default.subject, default.body, vocabulary_of(kind))


async def compiled_draft(
    db: AsyncSession, draft: EventTemplateDraft, kind: EventKind, language: Language, reader: Language
) -> Compiled:
    """Return the contents of the editor as a template. Raise ValidationFailed with every wrong variable."""
    if draft.mode is TemplateMode.DEFAULT:
        return await _compiled_default(db, kind, language)
    compiled = compile_template(draft.subject, draft.body, vocabulary_of(kind))
    check(compiled, reader)
    return compiled


async def view(
    db: AsyncSession, kind: EventKind, language: Language, reader: Language, removed: tuple[str, ...] = ()
) -> EventTemplateView:
    stored = await db.get(EventTemplate, (kind.value, language)) or _unchanged(kind, language)
    compiled = compile_template(stored.template_subject, stored.template_body, vocabulary_of(kind))
    is_custom = stored.template_mode == TemplateMode.CUSTOM
    return EventTemplateView(
        kind=kind,
        name=event_name(reader, kind),
        language=language,
        mode=TemplateMode(stored.template_mode),
        subject=stored.template_subject,
        body=stored.template_body,
        default=default_template(language),
        warnings=removal_warnings(compiled, reader, removed) if is_custom else [],
        variables=described(vocabulary_of(kind), reader),
        version=stored.version,
    )


async def update(
    work: UnitOfWork, kind: EventKind, language: Language, body: EventTemplateUpdate, reader: Language
) -> EventTemplateView:
    """Store a template. Without `subject` and `body` the stored ones stay, also while the default is in use."""
    stored = await work.db.get(EventTemplate, (kind.value, language), with_for_update=True)
    if stored is None:
        stored = _unchanged(kind, language)
    if stored.version != body.version:
        raise VersionConflict(await view(work.db, kind, language, reader))
    before = snapshot(stored)
    compiled = accepted(body, stored.template_subject, stored.template_body, vocabulary_of(kind), reader)
    stored.template_mode = body.mode.value
    stored.template_subject, stored.template_body = compiled.subject, compiled.body
    stored.version += 1
    work.db.add(stored)
    await work.db.flush()
    record(
        work.db,
        AuditAction.CHANGED,
        AuditObject.EVENT_TEMPLATE,
        name=f"{kind.value} {language}",
        before=before,
        after=snapshot(stored),
    )
    work.publish([PORTAL], EventTemplateChanged(kind=kind, language=language))
    return await view(work.db, kind, language, reader, compiled.removed)


def _unchanged(kind: EventKind, language: Language) -> EventTemplate:
    return EventTemplate(
        kind=kind.value,
        language=language,
        template_mode=TemplateMode.DEFAULT.value,
        template_subject="",
        template_body="",
        version=1,
    )
