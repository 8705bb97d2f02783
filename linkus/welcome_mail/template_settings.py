"""Reads and changes the welcome mail's template for administrators (WM-3 to WM-6)."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import VersionConflict
from linkus.kit.messages import Language, text
from linkus.kit.work import UnitOfWork
from linkus.mail.template import Compiled, compile_template
from linkus.mail.template.checks import accepted, described, removal_warnings
from linkus.mail.template.schemas import DefaultTemplate, TemplateWarning
from linkus.server_settings.schemas import VALIDITY_CHOICES, LinkusServerSettings, TemplateMode
from linkus.server_settings.service import KEY
from linkus.shared.setting_groups import read_group, write_group
from linkus.welcome_mail.template_schemas import MailTemplateUpdate, MailTemplateView
from linkus.welcome_mail.variables import WELCOME_VARIABLES

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
    compiled = compile_template(values.template_subject, values.template_body, WELCOME_VARIABLES)
    return compiled if compiled.is_valid else None


async def view(db: AsyncSession, language: Language, removed: tuple[str, ...] = ()) -> MailTemplateView:
    values, version = await read_group(db, KEY, LinkusServerSettings)
    compiled = compile_template(values.template_subject, values.template_body, WELCOME_VARIABLES)
    is_custom = values.template_mode is TemplateMode.CUSTOM
    return MailTemplateView(
        mode=values.template_mode,
        credential_validity_days=values.credential_validity_days,
        validity_choices=list(VALIDITY_CHOICES),
        subject=values.template_subject,
        body=values.template_body,
        warnings=warnings(compiled, language, removed) if is_custom else [],
        variables=described(WELCOME_VARIABLES, language),
        version=version,
    )


async def update(work: UnitOfWork, body: MailTemplateUpdate, language: Language) -> MailTemplateView:
    """Store the template. 409 goes before 422, because a stale page may complain of variables corrected meanwhile."""
    db = work.db
    stored, version = await read_group(db, KEY, LinkusServerSettings)
    if version != body.version:
        raise VersionConflict(await view(db, language))
    compiled = accepted(body, stored.template_subject, stored.template_body, WELCOME_VARIABLES, language)
    values = LinkusServerSettings(
        credential_validity_days=body.credential_validity_days,
        template_mode=body.mode,
        template_subject=compiled.subject,
        template_body=compiled.body,
    )
    await write_group(work, KEY, values, body.version, lambda: view(db, language))
    return await view(db, language, compiled.removed)


def warnings(compiled: Compiled, language: Language, removed: tuple[str, ...] = ()) -> list[TemplateWarning]:
    template_warnings = removal_warnings(compiled, language, removed)
    if not compiled.has_credentials:
        code = "template_no_credentials"
        template_warnings.append(TemplateWarning(code=code, message=text(language, code)))
    return template_warnings
