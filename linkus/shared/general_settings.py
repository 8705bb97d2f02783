"""Reads the general settings: company name, system language and public address. `linkus/system` changes them."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.http import is_loopback
from linkus.kit.messages import Language
from linkus.kit.settings import Settings
from linkus.shared.setting_groups import read_group, store_group

GENERAL = "general"


class GeneralSettings(BaseModel):
    """`public_address`: the start of links in mails and codes; empty for the server's own address."""

    company_name: str = ""
    system_language: Literal["zh-CN", "en"] = "zh-CN"
    public_address: str = ""


async def general_settings(db: AsyncSession) -> GeneralSettings:
    return (await read_group(db, GENERAL, GeneralSettings))[0]


async def begin_in(db: AsyncSession, language: Language) -> None:
    """Set the language of the system's mails and prompts, unless an administrator has saved the settings before."""
    values, version = await read_group(db, GENERAL, GeneralSettings)
    if version == 1:
        await store_group(db, GENERAL, values.model_copy(update={"system_language": language}), version)


async def company_name(db: AsyncSession) -> str:
    return (await general_settings(db)).company_name


async def public_address(db: AsyncSession, settings: Settings) -> str:
    """Return the start of links in mails and codes, without a trailing slash."""
    return (await general_settings(db)).public_address or settings.portal_url


async def loopback_address(db: AsyncSession, settings: Settings) -> str | None:
    """Return the start of links if only this machine can open it; a login link or code is then of no use to others."""
    address = await public_address(db, settings)
    host = urlsplit(address).hostname or ""
    # RFC 6761, section 6.3: localhost and all names below it
    is_local = is_loopback(host) or host == "localhost" or host.endswith(".localhost")
    return address if is_local else None
