"""Applies one chunk of a bulk change, and remembers the previous values for the undo."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from linkus.client_settings import repository as settings_repository
from linkus.client_settings.bulk_change import repository
from linkus.client_settings.bulk_change.schemas import LINKUS
from linkus.client_settings.default import default_values
from linkus.client_settings.events import ManySettingsChanged
from linkus.client_settings.history.repository import ChangeSource, remember
from linkus.client_settings.models import ClientSettingsChange
from linkus.client_settings.service import publish, view_of
from linkus.extension.service import switch_linkus
from linkus.kit.bus import PORTAL
from linkus.kit.work import UnitOfWork

CHUNK_EXTENSIONS = 500


async def apply_chunk(work: UnitOfWork, change: ClientSettingsChange) -> bool:
    ids = change.extension_ids[change.done : change.done + CHUNK_EXTENSIONS]
    touched: set[int] = set()
    for kind, values in change.changes.items():
        touched.update(await (_switch if kind == LINKUS else _set)(work, change, kind, ids, values))
    change.changed += len(touched)
    change.done += len(ids)
    return change.done < change.total


async def _switch(
    work: UnitOfWork, change: ClientSettingsChange, kind: str, ids: Sequence[int], values: dict[str, Any]
) -> list[int]:
    enabled = bool(values["linkus_enabled"])
    switches = await repository.switches(work.db, ids)
    switched_ids = [extension_id for extension_id, is_enabled in switches.items() if is_enabled != enabled]
    _, sessions_ended = await switch_linkus(work, switched_ids, enabled=enabled)
    change.sessions_ended += sessions_ended
    versions = await repository.switch_versions(work.db, switched_ids)
    previous_rows = [
        (extension_id, version, {"linkus_enabled": not enabled}) for extension_id, version in versions.items()
    ]
    await remember(work.db, ChangeSource.BULK, kind, previous_rows, values, change.id)
    change.rows += len(previous_rows)
    return switched_ids


async def _set(
    work: UnitOfWork, change: ClientSettingsChange, kind: str, ids: Sequence[int], values: dict[str, Any]
) -> list[int]:
    await settings_repository.write_missing(work.db, kind, await default_values(work.db, kind), ids)
    differing = await settings_repository.differing(work.db, kind, values, ids)
    changed_ids = [extension_id for extension_id, _, _ in differing]
    previous_rows = [(extension_id, version + 1, previous) for extension_id, version, previous in differing]
    await remember(work.db, ChangeSource.BULK, kind, previous_rows, values, change.id)
    change.rows += sum(count_changed(previous, values) for _, _, previous in differing)
    await write_values(work, kind, changed_ids, values)
    return changed_ids


def count_changed(previous: Mapping[str, Any], written: Mapping[str, Any]) -> int:
    """Count the values of a row that a change has altered."""
    return sum(value != written[name] for name, value in previous.items())


async def write_values(work: UnitOfWork, kind: str, ids: Sequence[int], values: dict[str, Any]) -> None:
    """Write the values and notify: one event for each extension that somebody listens for, and one for the portal."""
    if not ids:
        return
    await repository.write(work.db, kind, ids, values)
    for row, number in await settings_repository.with_numbers(work.db, kind, work.bus.listened_extensions() & set(ids)):
        publish(work, row.extension_id, number, view_of(row), portal=False)
    work.publish([PORTAL], ManySettingsChanged(kind=kind))
