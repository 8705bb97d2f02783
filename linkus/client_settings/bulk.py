"""Makes and undoes bulk changes of client settings in the background, one chunk per transaction.

Crash-safe: one transaction writes a chunk's new values, its previous values and the progress. A change that is found
running at the start is resumed where it stopped.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from tenacity import stop_after_attempt, wait_exponential

from linkus.client_settings import bulk_repository, repository
from linkus.client_settings.bulk_check import CHUNK, chunks, validate
from linkus.client_settings.bulk_schemas import LINKUS, BulkRequest, BulkState, BulkView
from linkus.client_settings.default import default_values
from linkus.client_settings.models import ClientSettingsBefore, ClientSettingsChange
from linkus.client_settings.rules import values_back
from linkus.client_settings.service import publish, view_of
from linkus.extension.service import switch_linkus
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.errors import Conflict, FieldError, NotFound, ValidationFailed
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.services import KitServices
from linkus.kit.work import UnitOfWork, unit_of_work

log = structlog.get_logger("client_settings.bulk")
FIRST_WAIT_SECONDS = 0.2
TRIES = 6  # attempts per chunk: another request may be in the way, or the database away for some seconds
KEEP = timedelta(days=30)
GOING_ON = (BulkState.RUNNING, BulkState.UNDOING)


async def start(kit: KitServices, given: BulkRequest, administrator_id: int) -> BulkView:
    by_kind = validate(given.changes)
    async with unit_of_work(kit) as work:
        found: list[int] = []
        for chunk in chunks(sorted(set(given.extension_ids))):
            found += sorted(await bulk_repository.switches(work.db, chunk))
        if not found:
            raise ValidationFailed(fields={"extension_ids": FieldError("bulk_no_extension")})
        change = ClientSettingsChange(
            administrator_id=administrator_id,
            state=BulkState.RUNNING,
            changes=by_kind,
            extension_ids=found,
            total=len(found),
        )
        work.db.add(change)
        await work.db.flush()
        view = BulkView.model_validate(change)
    _go_on(kit, view.id)
    return view


async def undo(kit: KitServices, change_id: int) -> BulkView:
    """Restore every single setting that nobody has changed since."""
    async with unit_of_work(kit) as work:
        change = await bulk_repository.for_update(work.db, change_id)
        if change is None:
            raise NotFound("bulk_not_found")
        if change.state not in (BulkState.DONE, BulkState.FAILED):
            raise Conflict("bulk_undone" if change.state == BulkState.UNDONE else "bulk_running")
        change.state, change.finished_at = BulkState.UNDOING, None
        await work.db.flush()
        view = BulkView.model_validate(change)
    _go_on(kit, view.id)
    return view


async def read(db: AsyncSession, change_id: int) -> BulkView:
    change = await db.get(ClientSettingsChange, change_id)
    if change is None:
        raise NotFound("bulk_not_found")
    return BulkView.model_validate(change)


async def resume(kit: KitServices) -> None:
    """Resume at start the changes that were running when the server stopped."""
    async with unit_of_work(kit) as work:
        await bulk_repository.forget(work.db, now() - KEEP)
        going_on = [change.id for change in await bulk_repository.in_state(work.db, GOING_ON)]
    for change_id in going_on:
        log.info("bulk_resumed", change_id=change_id)
        _go_on(kit, change_id)


def _go_on(kit: KitServices, change_id: int) -> None:
    kit.background.start(_work_off(kit, change_id), f"client settings {change_id}")


async def _work_off(kit: KitServices, change_id: int) -> None:
    async def next_step() -> bool:
        async with unit_of_work(kit) as work:
            return await step(work, change_id)

    more = True
    while more:
        try:
            more = await retry(
                next_step,
                DATABASE_ERRORS,
                lambda error: log.warning("bulk_chunk_failed", change_id=change_id, exc_info=error),
                wait=wait_exponential(FIRST_WAIT_SECONDS),
                stop=stop_after_attempt(TRIES),
            )
        except DATABASE_ERRORS:
            await _fail(kit, change_id)
            return


async def step(work: UnitOfWork, change_id: int) -> bool:
    """Process one chunk; return False after the last one."""
    change = await bulk_repository.for_update(work.db, change_id)
    if change is None or change.state not in GOING_ON:
        return False
    more = await (_apply(work, change) if change.state == BulkState.RUNNING else _take_back(work, change))
    if not more:
        change.state = BulkState.DONE if change.state == BulkState.RUNNING else BulkState.UNDONE
        change.finished_at = now()
    await work.db.flush()
    _tell_progress(work, change)
    return more


async def _apply(work: UnitOfWork, change: ClientSettingsChange) -> bool:
    ids = change.extension_ids[change.done : change.done + CHUNK]
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
    others = [one for one, is_on in (await bulk_repository.switches(work.db, ids)).items() if is_on != enabled]
    _, ended = await switch_linkus(work, others, enabled=enabled)
    change.sessions_ended += ended
    versions = await bulk_repository.switch_versions(work.db, others)
    before = [(one, version, {"linkus_enabled": not enabled}) for one, version in versions.items()]
    await bulk_repository.remember(work.db, change.id, kind, before)
    change.rows += len(before)
    return others


async def _set(
    work: UnitOfWork, change: ClientSettingsChange, kind: str, ids: Sequence[int], values: dict[str, Any]
) -> list[int]:
    await repository.write_missing(work.db, kind, await default_values(work.db, kind), ids)
    found = await bulk_repository.differing(work.db, kind, ids, values)
    changed = [one for one, _, _ in found]
    before = [(one, version + 1, there) for one, version, there in found]
    await bulk_repository.remember(work.db, change.id, kind, before)
    change.rows += sum(_changed(there, values) for _, _, there in found)
    await _write(work, kind, changed, values)
    return changed


def _changed(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> int:
    """Count the values of a row that a change has altered."""
    return sum(was != wanted[name] for name, was in before.items())


async def _write(work: UnitOfWork, kind: str, ids: Sequence[int], values: dict[str, Any]) -> None:
    """Write the values and notify: one event for each extension that somebody listens for, and one for the portal."""
    if not ids:
        return
    await bulk_repository.write(work.db, kind, ids, values)
    for row, number in await repository.with_numbers(work.db, kind, work.bus.listened_extensions() & set(ids)):
        publish(work, row.extension_id, number, view_of(row), portal=False)
    work.publish([PORTAL], {"type": "settings.changed", "number": None, "kind": kind})


async def _take_back(work: UnitOfWork, change: ClientSettingsChange) -> bool:
    rows = await bulk_repository.some_before(work.db, change.id, CHUNK)
    for kind in sorted({row.client_kind for row in rows}):
        await _take_back_kind(work, change, kind, [row for row in rows if row.client_kind == kind])
    return len(rows) == CHUNK


async def _take_back_kind(
    work: UnitOfWork, change: ClientSettingsChange, kind: str, rows: list[ClientSettingsBefore]
) -> None:
    wanted = change.changes[kind]
    present = await bulk_repository.all_values(work.db, kind, [row.extension_id for row in rows])
    same: dict[str, list[int]] = {}  # rows that had the same values before share one statement
    for row in rows:
        there = present.get(row.extension_id)
        back = (values_back(row.values, wanted, there) or {}) if there is not None else {}
        change.restored += len(back)
        change.kept += _changed(row.values, wanted) - len(back)
        if back:
            same.setdefault(json.dumps(back, sort_keys=True), []).append(row.extension_id)
    for text, ids in same.items():
        values = json.loads(text)
        if kind == LINKUS:
            _, ended = await switch_linkus(work, ids, enabled=bool(values["linkus_enabled"]))
            change.sessions_ended += ended
        else:
            await _write(work, kind, ids, values)
    await bulk_repository.forget_before(work.db, change.id, kind, [row.extension_id for row in rows])


def _tell_progress(work: UnitOfWork, change: ClientSettingsChange) -> None:
    view = BulkView.model_validate(change).model_dump(mode="json")
    work.publish([PORTAL], {"type": "client_settings.progress", **view})


async def _fail(kit: KitServices, change_id: int) -> None:
    async with unit_of_work(kit) as work:
        change = await bulk_repository.for_update(work.db, change_id)
        if change is not None:
            change.state, change.finished_at = BulkState.FAILED, now()
            await work.db.flush()
            _tell_progress(work, change)
