"""Undoes one write of a bulk change: restores every single setting that nobody has changed since."""

from __future__ import annotations

import json
from typing import Any

from linkus.client_settings.bulk_change import repository
from linkus.client_settings.bulk_change.apply import count_changed, write_values
from linkus.client_settings.bulk_change.schemas import LINKUS
from linkus.client_settings.history.repository import ChangeSource, remember
from linkus.client_settings.models import ClientSettingsChange, ClientSettingWrite
from linkus.client_settings.rules import values_back
from linkus.extension.service import switch_linkus
from linkus.kit.work import UnitOfWork


async def undo_chunk(work: UnitOfWork, change: ClientSettingsChange) -> bool:
    """Undo what one chunk of the change has written to one kind. Return False when nothing is left."""
    write = await repository.next_write(work.db, change.id)
    if write is None:
        return False
    await _undo(work, change, write)
    write.change_id = None  # it stays in the history
    return True


async def _undo(work: UnitOfWork, change: ClientSettingsChange, write: ClientSettingWrite) -> None:
    kind, written = write.client_kind, write.values
    previous_rows = await repository.previous_values(work.db, write.id)
    present_values = await repository.all_values(work.db, kind, list(previous_rows))
    ids_by_values: dict[str, list[int]] = {}  # rows that had the same values before share one statement
    for extension_id, previous in previous_rows.items():
        present = present_values.get(extension_id)
        restored = (values_back(previous, written, present) or {}) if present is not None else {}
        change.restored += len(restored)
        change.kept += count_changed(previous, written) - len(restored)
        if restored:
            ids_by_values.setdefault(json.dumps(restored, sort_keys=True), []).append(extension_id)
    for document, ids in ids_by_values.items():
        values = json.loads(document)
        if kind == LINKUS:
            _, sessions_ended = await switch_linkus(work, ids, enabled=bool(values["linkus_enabled"]))
            change.sessions_ended += sessions_ended
        else:
            await _restore(work, kind, ids, values, present_values)


async def _restore(
    work: UnitOfWork, kind: str, ids: list[int], values: dict[str, Any], present: dict[int, dict[str, Any]]
) -> None:
    versions = await repository.versions(work.db, kind, ids)
    altered = [(one, versions[one] + 1, {name: present[one][name] for name in values}) for one in ids]
    await remember(work.db, ChangeSource.BULK_UNDO, kind, altered, values)
    await write_values(work, kind, ids, values)
