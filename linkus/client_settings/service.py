"""Reads and changes client settings: the only way, for administrators and users alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_settings import repository
from linkus.client_settings.codecs import is_usable, order
from linkus.client_settings.default import default_values
from linkus.client_settings.events import SETTINGS_CHANGED
from linkus.client_settings.history.repository import ChangeSource, remember
from linkus.client_settings.models import ClientSetting
from linkus.client_settings.rules import setting_errors
from linkus.client_settings.schemas import (
    MODELS,
    ClientSettingsUpdate,
    ClientSettingsView,
    CodecEffect,
    DesktopSettings,
    DesktopSettingsView,
    MobileSettings,
    MobileSettingsView,
    WebSettings,
    WebSettingsView,
)
from linkus.kit.bus import PORTAL, extension_topic
from linkus.kit.errors import FieldError, ValidationFailed, VersionConflict
from linkus.kit.work import UnitOfWork
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record


async def view(db: AsyncSession, extension_id: int, kind: str) -> ClientSettingsView:
    row = await repository.find(db, extension_id, kind)
    if row is not None:
        return view_of(row)
    return _view(kind, 1, await default_values(db, kind))


def values_of(row: ClientSetting) -> dict[str, Any]:
    return {name: getattr(row, name) for name in MODELS[row.client_kind].model_fields}


def view_of(row: ClientSetting) -> ClientSettingsView:
    return _view(row.client_kind, row.version, values_of(row))


def _view(kind: str, version: int, values: dict[str, Any]) -> ClientSettingsView:
    model = MODELS[kind].model_validate(values)
    match model:
        case MobileSettings():
            effect = CodecEffect(
                offer=list(order(model.codec, only=model.only_this_codec)), fallback=not is_usable(model.codec)
            )
            return MobileSettingsView(version=version, values=model, codecs=effect)
        case DesktopSettings():
            return DesktopSettingsView(version=version, values=model)
        case WebSettings():
            return WebSettingsView(version=version, values=model)


async def change(
    work: UnitOfWork, extension_id: int, number: str, kind: str, body: ClientSettingsUpdate
) -> ClientSettingsView:
    """Change the given values; the others of the kind stay. 409 `version_conflict` carries the present values, so that
    nobody's change is lost unnoticed."""
    if body.kind != kind:
        raise ValidationFailed(fields={"kind": FieldError("client_settings_other_kind")})
    db = work.db
    row = await repository.find(db, extension_id, kind)
    if row is None:
        await _begin(db, extension_id, kind)
        row = await repository.find(db, extension_id, kind)
    values = body.values.model_dump(mode="json", exclude_unset=True)
    before = {} if row is None else values_of(row)
    if row is not None and row.version == body.version and (errors := setting_errors(values_of(row) | values)):
        raise ValidationFailed(fields=errors)
    if not await repository.write(db, extension_id, kind, body.version, values):
        raise VersionConflict(await view(db, extension_id, kind))
    return await _finish(work, extension_id, number, kind, before, ChangeSource.FORM)


async def write(
    work: UnitOfWork, extension_id: int, number: str, kind: str, values: dict[str, Any], source: ChangeSource
) -> ClientSettingsView:
    """Write values whatever the version is: the caller has just read what it writes."""
    db = work.db
    present = await view(db, extension_id, kind)
    if errors := setting_errors(present.values.model_dump(mode="json") | values):
        raise ValidationFailed(fields=errors)
    if await repository.find(db, extension_id, kind) is None:
        await _begin(db, extension_id, kind)
    if not await repository.write(db, extension_id, kind, present.version, values):
        raise VersionConflict(await view(db, extension_id, kind))
    return await _finish(work, extension_id, number, kind, present.values.model_dump(mode="json"), source)


async def _finish(
    work: UnitOfWork, extension_id: int, number: str, kind: str, before: dict[str, Any], source: ChangeSource
) -> ClientSettingsView:
    """Remember what has just been written, and tell everybody."""
    db = work.db
    changed = await view(db, extension_id, kind)
    after = changed.values.model_dump(mode="json")
    altered = {name: value for name, value in before.items() if value != after[name]}
    if altered:
        written = {name: after[name] for name in altered}
        await remember(db, source, kind, [(extension_id, changed.version, altered)], written)
    record(
        db,
        AuditAction.RESTORED if source is ChangeSource.RESTORE else AuditAction.CHANGED,
        AuditObject.CLIENT_SETTINGS,
        extension_id,
        f"{number} {kind}",
        before=before,
        after=changed.values,
    )
    publish(work, extension_id, number, changed)
    return changed


async def changed_names(db: AsyncSession, extension_id: int, kind: str, body: ClientSettingsUpdate) -> set[str]:
    """Return the settings that would get another value. A form sends those that stay the same as well."""
    present = (await view(db, extension_id, kind)).values.model_dump()
    values = body.values.model_dump(exclude_unset=True)
    return {name for name, value in values.items() if value != present.get(name)}


async def _begin(db: AsyncSession, extension_id: int, kind: str) -> None:
    try:
        async with db.begin_nested():
            await repository.write_missing(db, kind, await default_values(db, kind), [extension_id])
    except IntegrityError:
        return  # another request has just written the row: its version decides


def publish(
    work: UnitOfWork, extension_id: int, number: str, changed: ClientSettingsView, *, portal: bool = True
) -> None:
    """Publish the settings to the extension's clients and the portal, after the commit."""
    event = SETTINGS_CHANGED[changed.kind](number=number, **dict(changed))
    topics = [extension_topic(extension_id), *([PORTAL] if portal else [])]
    work.publish(topics, event)
