"""Reads and changes the welcome mail's template for administrators (WM-3 to WM-6)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import FieldError, ValidationFailed, VersionConflict
from linkus.kit.messages import Language, text
from linkus.kit.work import UnitOfWork
from linkus.server_settings.schemas import VALIDITY_CHOICES, LinkusServerSettings, TemplateMode
from linkus.server_settings.service import KEY
from linkus.system.service import read_group, write_group
from linkus.welcome_mail.template import VARIABLES, Compiled, Problem, Use, compile_template
from linkus.welcome_mail.template_schemas import (
    DefaultTemplate,
    MailTemplateUpdate,
    MailTemplateView,
    TemplateField,
    TemplateProblem,
    TemplateVariable,
    TemplateWarning,
)

_SUBJECTS: dict[Language, str] = {
    "zh-CN": "{{.CompanyName}} 你的 Linkus 登录凭证（分机 {{.ExtensionNumber}}）",
    "en": "{{.CompanyName}} Your Linkus login credentials (extension {{.ExtensionNumber}})",
}


@lru_cache
def default_template(language: Language) -> DefaultTemplate:
    """Return the default template in the syntax of a custom one: the editor starts with it and can return to it."""
    body = files("linkus.welcome_mail") / "templates" / f"custom.{language}.html"
    return DefaultTemplate(subject=_SUBJECTS[language], body=body.read_text("utf-8"))


async def custom_template(db: AsyncSession) -> Compiled | None:
    """Return the template of welcome mails; None means the default. Fall back to the default if this version cannot
    read the stored one, because the credentials in the mail matter more than its wording."""
    values, _ = await read_group(db, KEY, LinkusServerSettings)
    if values.template_mode is TemplateMode.DEFAULT:
        return None
    compiled = compile_template(values.template_subject, values.template_body)
    return compiled if compiled.is_valid else None


async def view(db: AsyncSession, language: Language, removed: tuple[str, ...] = ()) -> MailTemplateView:
    values, version = await read_group(db, KEY, LinkusServerSettings)
    compiled = compile_template(values.template_subject, values.template_body)
    shown = values.template_mode is TemplateMode.CUSTOM
    return MailTemplateView(
        mode=values.template_mode,
        credential_validity_days=values.credential_validity_days,
        validity_choices=list(VALIDITY_CHOICES),
        subject=values.template_subject,
        body=values.template_body,
        warnings=warnings(compiled, language, removed) if shown else [],
        variables=variables(language),
        version=version,
    )


def variables(language: Language) -> list[TemplateVariable]:
    return [
        TemplateVariable(
            name=variable.name,
            placeholder="{{." + variable.name + "}}",
            use=variable.use,
            explanation=variable.explanation(language),
            in_subject=variable.use is Use.TEXT,
        )
        for variable in VARIABLES.values()
    ]


async def update(work: UnitOfWork, given: MailTemplateUpdate, language: Language) -> MailTemplateView:
    """Store the template. 409 goes before 422, because a stale page may complain of variables corrected meanwhile."""
    db = work.db
    stored, version = await read_group(db, KEY, LinkusServerSettings)
    if version != given.version:
        raise VersionConflict(await view(db, language))
    subject = stored.template_subject if given.subject is None else given.subject
    body = stored.template_body if given.body is None else given.body
    compiled = compile_template(subject, body)
    if given.mode is TemplateMode.CUSTOM or given.subject or given.body:
        check(compiled, language)
    values = LinkusServerSettings(
        credential_validity_days=given.credential_validity_days,
        template_mode=given.mode,
        template_subject=compiled.subject,
        template_body=compiled.body,
    )
    await write_group(work, KEY, values, given.version, lambda: view(db, language))
    return await view(db, language, compiled.removed)


def check(compiled: Compiled, language: Language) -> None:
    """Refuse a template that would spoil a mail, and name every wrong variable."""
    found = {TemplateField.SUBJECT: compiled.subject_problems, TemplateField.BODY: compiled.body_problems}
    errors = {field.value: FieldError(list_[0].code, list_[0].params) for field, list_ in found.items() if list_}
    if not compiled.subject.strip():
        errors["subject"] = FieldError("template_subject_empty")
    if not compiled.body.strip():
        errors["body"] = FieldError("template_body_empty")
    if errors:
        problems = [_problem(field, one, language) for field, list_ in found.items() for one in list_]
        raise ValidationFailed(fields=errors, extra={"problems": [one.model_dump(mode="json") for one in problems]})


def _problem(field: TemplateField, problem: Problem, language: Language) -> TemplateProblem:
    return TemplateProblem(
        field=field,
        code=problem.code,
        text=problem.text,
        line=problem.line,
        column=problem.column,
        suggestion=problem.suggestion,
        message=problem.message(language),
    )


def warnings(compiled: Compiled, language: Language, removed: tuple[str, ...] = ()) -> list[TemplateWarning]:
    found = []
    if gone := ", ".join(removed or compiled.removed):
        code = "template_content_removed"
        found.append(TemplateWarning(code=code, message=text(language, code, removed=gone)))
    if not compiled.has_credentials:
        code = "template_no_credentials"
        found.append(TemplateWarning(code=code, message=text(language, code)))
    return found
