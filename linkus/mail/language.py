"""Language of the system's mails (WM-2). An extension's own mail language takes precedence."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.fields import Body, Version
from linkus.kit.messages import Language
from linkus.kit.work import UnitOfWork
from linkus.shared.general_settings import general_settings
from linkus.shared.setting_groups import read_group, write_group

KEY = "mail_language"
MailLanguage = Literal["follow_system", "zh-CN", "en"]


class MailLanguageSettings(BaseModel):
    language: MailLanguage = "follow_system"


class MailLanguageView(MailLanguageSettings):
    """Shows the setting. `effective` is the language that mails have now."""

    effective: Language
    version: int


class MailLanguageUpdate(Body):
    language: MailLanguage
    version: Version


async def notification_language(db: AsyncSession) -> Language:
    chosen = (await read_group(db, KEY, MailLanguageSettings))[0].language
    return (await general_settings(db)).system_language if chosen == "follow_system" else chosen


async def view(db: AsyncSession) -> MailLanguageView:
    values, version = await read_group(db, KEY, MailLanguageSettings)
    return MailLanguageView(language=values.language, effective=await notification_language(db), version=version)


async def update(work: UnitOfWork, body: MailLanguageUpdate) -> MailLanguageView:
    """Set the language of mails that are queued from now on."""
    await write_group(work, KEY, MailLanguageSettings(language=body.language), body.version, lambda: view(work.db))
    return await view(work.db)
