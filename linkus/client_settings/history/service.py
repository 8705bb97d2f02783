"""Tells how the settings of a client have changed, and gives past values back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.client_settings import service
from linkus.client_settings.history import repository
from linkus.client_settings.history.past import values_at
from linkus.client_settings.history.repository import ChangeSource
from linkus.client_settings.history.schemas import RestoreRequest, SettingChange, SettingHistory, SettingsThen
from linkus.client_settings.schemas import MODELS, ClientSettingsView
from linkus.kit.actor import ActorKind
from linkus.kit.errors import FieldError, ValidationFailed
from linkus.kit.work import UnitOfWork


async def history(db: AsyncSession, extension_id: int, kind: str, name: str | None) -> SettingHistory:
    """Return the changes of one setting, or of all settings of a client."""
    return SettingHistory(
        items=[
            SettingChange(
                name=changed,
                changed_at=entry.changed_at,
                actor=ActorKind(entry.write.actor_kind),
                actor_name=entry.write.actor_name,
                source=ChangeSource(entry.write.source),
                before=before,
                after=entry.write.values[changed],
            )
            for entry in await repository.entries(db, extension_id, kind)
            for changed, before in entry.before.items()
            if name in (None, changed)
            and changed in MODELS[kind].model_fields
            and before != entry.write.values[changed]
        ]
    )


async def then(db: AsyncSession, extension_id: int, kind: str, moment: datetime) -> SettingsThen:
    present = (await service.view(db, extension_id, kind)).values.model_dump(mode="json")
    changes = await repository.entries(db, extension_id, kind, after=moment)
    return SettingsThen(moment=moment, values=values_at(present, changes, moment))


async def restore(
    work: UnitOfWork, extension_id: int, number: str, kind: str, body: RestoreRequest
) -> ClientSettingsView:
    """Give settings the values back that they had at a moment. The clients follow as with every change."""
    if unknown := [name for name in body.names if name not in MODELS[kind].model_fields]:
        raise ValidationFailed(fields={"names": FieldError("setting_unknown", {"name": unknown[0]})})
    past = (await then(work.db, extension_id, kind, body.moment)).values
    values = {name: past[name] for name in body.names}
    return await service.write(work, extension_id, number, kind, values, ChangeSource.RESTORE)
