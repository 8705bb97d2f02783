"""Reads and writes the groups of settings that an administrator changes in the portal."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar
from urllib.parse import urlsplit

from pydantic import BaseModel
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.event_catalogue import ServerSettingsChanged
from linkus.kit.bus import PORTAL
from linkus.kit.errors import FieldError, ValidationFailed, VersionConflict
from linkus.kit.messages import Language
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.kit.write_batcher import BATCH_CACHE
from linkus.system.models import Setting
from linkus.system.schemas import GeneralSettings, GeneralSettingsUpdate, GeneralSettingsView

GENERAL = "general"
GroupT = TypeVar("GroupT", bound=BaseModel)
MAX_COMPANY_NAME = 127


async def read_group(db: AsyncSession, key: str, model: type[GroupT]) -> tuple[GroupT, int]:
    """Return (values, version) of a group of settings. An unsaved group has the model's defaults and version 1."""
    known: dict[str, tuple[GroupT, int]] | None = db.info.get(BATCH_CACHE)
    if known is not None and key in known:
        return known[key]
    row = await db.get(Setting, key)
    found = (model(), 1) if row is None else (model.model_validate(row.value), row.version)
    if known is not None:
        known[key] = found
    return found


async def hold_group(db: AsyncSession, key: str) -> None:
    """Lock a group against writes until the transaction ends. SQLite needs no lock: nobody else writes meanwhile."""
    await db.execute(select(Setting.key).where(Setting.key == key).with_for_update(read=True))


async def write_group(
    work: UnitOfWork, key: str, values: BaseModel, version: int, current: Callable[[], Awaitable[BaseModel]]
) -> None:
    """Write a group and publish the change to portal pages. If `version` is stale, raise VersionConflict with the view
    that `current` reads."""
    written = await _write(work.db, key, values, version)
    if written is None:
        raise VersionConflict(await current())
    work.publish([PORTAL], ServerSettingsChanged(group=key, version=written))


async def _write(db: AsyncSession, key: str, values: BaseModel, version: int) -> int | None:
    """Return the new version, or None if `version` is stale."""
    stored = values.model_dump(mode="json")
    if await db.get(Setting, key) is None:
        if version != 1:
            return None
        db.add(Setting(key=key, value=stored, version=2))
        await db.flush()
        return 2
    statement = update(Setting).where(Setting.key == key, Setting.version == version)
    changed = await db.execute(statement.values(value=stored, version=version + 1).returning(Setting.key))
    return None if changed.scalar_one_or_none() is None else version + 1


async def general_settings(db: AsyncSession) -> GeneralSettings:
    return (await read_group(db, GENERAL, GeneralSettings))[0]


async def begin_in(db: AsyncSession, language: Language) -> None:
    """Set the language of the system's mails and prompts, unless an administrator has saved the settings before."""
    values, version = await read_group(db, GENERAL, GeneralSettings)
    if version == 1:
        await _write(db, GENERAL, values.model_copy(update={"system_language": language}), version)


async def company_name(db: AsyncSession) -> str:
    return (await general_settings(db)).company_name


async def public_address(db: AsyncSession, settings: Settings) -> str:
    """Return the start of links in mails and codes, without a trailing slash."""
    return (await general_settings(db)).public_address or settings.portal_url


async def view_general(db: AsyncSession, settings: Settings) -> GeneralSettingsView:
    values, version = await read_group(db, GENERAL, GeneralSettings)
    return GeneralSettingsView(
        **values.model_dump(),
        version=version,
        effective_public_address=values.public_address or settings.portal_url,
    )


async def update_general(work: UnitOfWork, settings: Settings, given: GeneralSettingsUpdate) -> GeneralSettingsView:
    values = GeneralSettings(
        company_name=given.company_name,
        system_language=given.system_language,
        public_address=given.public_address.rstrip("/"),
    )
    fields = general_errors(values)
    if fields:
        raise ValidationFailed(fields=fields)
    await write_group(work, GENERAL, values, given.version, lambda: view_general(work.db, settings))
    return await view_general(work.db, settings)


def general_errors(values: GeneralSettings) -> dict[str, FieldError]:
    errors = {}
    if len(values.company_name) > MAX_COMPANY_NAME:
        errors["company_name"] = FieldError("field_too_long", {"max": MAX_COMPANY_NAME})
    if values.public_address and not is_web_address(values.public_address):
        errors["public_address"] = FieldError("public_address_invalid")
    return errors


def is_web_address(address: str) -> bool:
    """Return whether `address` has only scheme, host and port, like `https://pbx.example.cn:8088`. Links append their
    paths."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    plain = all(c.isascii() and (c.isalnum() or c in "-._:[]") for c in parts.netloc)
    bare = not (parts.path or parts.query or parts.fragment)
    return parts.scheme in ("http", "https") and bool(host) and plain and bare and port != 0 and len(address) <= 255
