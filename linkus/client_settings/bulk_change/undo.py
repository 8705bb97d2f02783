"""Undoes one chunk of a bulk change: restores every single setting that nobody has changed since."""

from __future__ import annotations

import json

from linkus.client_settings.bulk_change import repository
from linkus.client_settings.bulk_change.apply import count_changed, write_values
from linkus.client_settings.bulk_change.schemas import LINKUS
from linkus.client_settings.models import ClientSettingsBefore, ClientSettingsChange
from linkus.client_settings.rules import values_back
from linkus.extension.service import switch_linkus
from linkus.kit.work import UnitOfWork

CHUNK_ROWS = 500


async def undo_chunk(work: UnitOfWork, change: ClientSettingsChange) -> bool:
    rows = await repository.previous_values(work.db, change.id, CHUNK_ROWS)
    for kind in sorted({row.client_kind for row in rows}):
        await _undo_kind(work, change, kind, [row for row in rows if row.client_kind == kind])
    return len(rows) == CHUNK_ROWS


async def _undo_kind(
    work: UnitOfWork, change: ClientSettingsChange, kind: str, rows: list[ClientSettingsBefore]
) -> None:
    written = change.changes[kind]
    present_values = await repository.all_values(work.db, kind, [row.extension_id for row in rows])
    ids_by_values: dict[str, list[int]] = {}  # rows that had the same values before share one statement
    for row in rows:
        present = present_values.get(row.extension_id)
        restored = (values_back(row.values, written, present) or {}) if present is not None else {}
        change.restored += len(restored)
        change.kept += count_changed(row.values, written) - len(restored)
        if restored:
            ids_by_values.setdefault(json.dumps(restored, sort_keys=True), []).append(row.extension_id)
    for document, ids in ids_by_values.items():
        values = json.loads(document)
        if kind == LINKUS:
            _, sessions_ended = await switch_linkus(work, ids, enabled=bool(values["linkus_enabled"]))
            change.sessions_ended += sessions_ended
        else:
            await write_values(work, kind, ids, values)
    await repository.forget_previous_values(work.db, change.id, kind, [row.extension_id for row in rows])
