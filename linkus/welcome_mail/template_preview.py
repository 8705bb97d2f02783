"""Previews a template on the screen, and sends it as a test mail. Neither contains a real credential."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import cast

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.extension.rules import required_email_error
from linkus.kit.clock import now
from linkus.kit.errors import NotFound, ValidationFailed
from linkus.kit.messages import Language
from linkus.kit.secrets import Seal
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.mail import queued_test
from linkus.mail.compose import Content, cid_url
from linkus.mail.message_builder import ContentBuilder, MailCancelled, Tokens
from linkus.mail.models import MailKind, MailMessage
from linkus.mail.queued import queued_mail
from linkus.mail.template import Compiled, compile_template
from linkus.mail.template.checks import check
from linkus.mail.template.schemas import MailPreview
from linkus.mail.transport import Account
from linkus.server_settings.schemas import TemplateMode
from linkus.server_settings.service import credential_validity
from linkus.session.login_mode import user_names
from linkus.shared.general_settings import general_settings, public_address
from linkus.shared.models.extension import Extension
from linkus.welcome_mail.content import CLIENT_KINDS, PictureUrl, Welcome, welcome_content
from linkus.welcome_mail.custom_content import custom_content
from linkus.welcome_mail.template_schemas import TemplateDraft, TemplateTest
from linkus.welcome_mail.template_settings import warnings
from linkus.welcome_mail.variables import WELCOME_VARIABLES

HIDDEN_PIN = "****"  # administrators set PINs but cannot read them
NO_TOKEN = "preview"  # noqa: S105 - no credential has this token, and the login page says so


def _compiled(draft: TemplateDraft, language: Language) -> Compiled | None:
    """Return the compiled draft; None for the default template."""
    if draft.mode is TemplateMode.DEFAULT:
        return None
    compiled = compile_template(draft.subject, draft.body, WELCOME_VARIABLES)
    check(compiled, language)
    return compiled


def _content(compiled: Compiled | None, welcome: Welcome, picture_url: PictureUrl) -> Content:
    if compiled is None:
        return welcome_content(welcome, picture_url)
    return custom_content(compiled, welcome, picture_url)


async def _welcome(db: AsyncSession, settings: Settings, extension_id: int | None, language: Language) -> Welcome:
    extension = _example() if extension_id is None else await db.get(Extension, extension_id)
    if extension is None:
        raise NotFound("extension_not_found")
    validity: timedelta = await credential_validity(db)
    return Welcome(
        company_name=(await general_settings(db)).company_name,
        display_name=extension.display_name,
        first_name=extension.first_name,
        last_name=extension.last_name,
        number=extension.number,
        email=extension.email or "",
        user_names=await user_names(db, extension),
        voicemail_pin=HIDDEN_PIN if extension.voicemail_enabled else "",
        public_address=await public_address(db, settings),
        validity_days=validity.days,
        expires_at=now() + validity,
        language=language,
        tokens=dict.fromkeys(CLIENT_KINDS, NO_TOKEN),
    )


def _example() -> Extension:
    return Extension(
        number="1001",
        first_name="伟",
        last_name="张",
        display_name="张伟",
        email="zhang.wei@example.com",
        voicemail_enabled=True,
    )


async def preview(db: AsyncSession, settings: Settings, draft: TemplateDraft, reader: Language) -> MailPreview:
    compiled = _compiled(draft, reader)
    content = _content(compiled, await _welcome(db, settings, draft.extension_id, draft.language), _embedded)
    html = content.html
    for cid, picture in content.pictures.items():
        html = html.replace(_embedded(cid), f"data:image/png;base64,{base64.b64encode(picture).decode()}")
    return MailPreview(
        subject=content.subject,
        html=html,
        text=content.plain,
        warnings=[] if compiled is None else warnings(compiled, reader),
    )


def _embedded(cid: str) -> str:
    return f"cid:{cid}@preview.invalid"


async def send_test(work: UnitOfWork, seal: Seal, test: TemplateTest, reader: Language) -> int:
    """Queue a test mail and return its id. It takes the path of every mail, and so shows how mails will arrive."""
    if (recipient_error := required_email_error(test.recipient)) is not None:
        raise ValidationFailed(fields={"recipient": recipient_error})
    _compiled(test, reader)
    if test.extension_id is not None and await work.db.get(Extension, test.extension_id) is None:
        raise NotFound("extension_not_found")
    draft = test.model_dump(mode="json", exclude={"recipient"})
    sealed = seal.seal(json.dumps({"draft": json.dumps(draft)}))
    return await queued_test.queue_test(
        work, queued_mail(MailKind.TEMPLATE_TEST, test.recipient, test.language, sealed_tokens=sealed)
    )


def content_builder(settings: Settings) -> ContentBuilder:
    async def build(db: AsyncSession, mail: MailMessage, tokens: Tokens, account: Account) -> Callable[[], Content]:
        draft = TemplateDraft.model_validate_json(tokens["draft"])
        language = cast(Language, mail.language)
        try:
            compiled = _compiled(draft, language)
            welcome = await _welcome(db, settings, draft.extension_id, language)
        except NotFound as error:
            raise MailCancelled("mail_extension_deleted") from error
        except ValidationFailed as error:  # a newer version has other variables
            raise MailCancelled("mail_template_invalid") from error
        return lambda: _content(compiled, welcome, lambda cid: cid_url(account, cid))

    return build
