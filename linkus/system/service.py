"""Changes the general settings."""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.bus import CLIENTS
from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.settings import Settings
from linkus.kit.work import UnitOfWork
from linkus.organization.notify import organization_changed
from linkus.shared.events import CompanyChanged
from linkus.shared.general_settings import GENERAL, GeneralSettings, company_name
from linkus.shared.setting_groups import read_group, write_group
from linkus.system.schemas import GeneralSettingsUpdate, GeneralSettingsView

MAX_COMPANY_NAME = 127


async def view_general(db: AsyncSession, settings: Settings) -> GeneralSettingsView:
    values, version = await read_group(db, GENERAL, GeneralSettings)
    return GeneralSettingsView(
        **values.model_dump(),
        version=version,
        effective_public_address=values.public_address or settings.portal_url,
    )


async def is_other_address(db: AsyncSession, given: GeneralSettingsUpdate) -> bool:
    present, _version = await read_group(db, GENERAL, GeneralSettings)
    return given.public_address.rstrip("/") != present.public_address


async def update_general(work: UnitOfWork, settings: Settings, given: GeneralSettingsUpdate) -> GeneralSettingsView:
    values = GeneralSettings(
        company_name=given.company_name,
        system_language=given.system_language,
        public_address=given.public_address.rstrip("/"),
    )
    fields = general_errors(values)
    if fields:
        raise ValidationFailed(fields=fields)
    before = await company_name(work.db)
    await write_group(work, GENERAL, values, given.version, lambda: view_general(work.db, settings))
    if values.company_name != before:
        work.publish([CLIENTS], CompanyChanged(company_name=values.company_name))
        organization_changed(work)  # the root of the tree bears the name
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
