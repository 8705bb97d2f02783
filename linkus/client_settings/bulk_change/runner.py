"""Runs bulk changes and their undo in the background, one chunk per transaction.

Crash-safe: one transaction writes a chunk's new values, its previous values and the progress. A change that is found
running at the start is resumed where it stopped.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncSession
from tenacity import stop_after_attempt, wait_exponential

from linkus.client_settings.bulk_change import repository
from linkus.client_settings.bulk_change.apply import apply_chunk
from linkus.client_settings.bulk_change.check import chunks, validate
from linkus.client_settings.bulk_change.events import BulkProgressed
from linkus.client_settings.bulk_change.schemas import BulkRequest, BulkState, BulkView
from linkus.client_settings.bulk_change.undo import undo_chunk
from linkus.client_settings.history.repository import MAX_AGE as MAX_HISTORY_AGE
from linkus.client_settings.history.repository import forget as forget_history
from linkus.client_settings.models import ClientSettingsChange
from linkus.kit.actor import SYSTEM, Actor, ActorKind, acting
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.errors import Conflict, FieldError, NotFound, ValidationFailed
from linkus.kit.retry import DATABASE_ERRORS, retry
from linkus.kit.services import KitServices
from linkus.kit.work import UnitOfWork, unit_of_work
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.models.administrator import Administrator

log = structlog.get_logger("client_settings.bulk")
MIN_RETRY_DELAY_SECONDS = 0.2
MAX_CHUNK_ATTEMPTS = 6  # another request may be in the way, or the database away for some seconds
MAX_CHANGE_AGE = timedelta(days=30)
ACTIVE_STATES = (BulkState.RUNNING, BulkState.UNDOING)


async def start(kit: KitServices, body: BulkRequest, administrator_id: int) -> BulkView:
    by_kind = validate(body.changes)
    async with unit_of_work(kit) as work:
        extension_ids: list[int] = []
        for chunk in chunks(sorted(set(body.extension_ids))):
            extension_ids += sorted(await repository.switches(work.db, chunk))
        if not extension_ids:
            raise ValidationFailed(fields={"extension_ids": FieldError("bulk_no_extension")})
        change = ClientSettingsChange(
            administrator_id=administrator_id,
            state=BulkState.RUNNING,
            changes=by_kind,
            extension_ids=extension_ids,
            total=len(extension_ids),
        )
        work.db.add(change)
        await work.db.flush()
        _record(work, AuditAction.CHANGED, change)
        view = BulkView.model_validate(change)
    _run_in_background(kit, view.id)
    return view


async def undo(kit: KitServices, change_id: int) -> BulkView:
    """Restore every single setting that nobody has changed since."""
    async with unit_of_work(kit) as work:
        change = await repository.for_update(work.db, change_id)
        if change is None:
            raise NotFound("bulk_not_found")
        if change.state not in (BulkState.DONE, BulkState.FAILED):
            raise Conflict("bulk_undone" if change.state == BulkState.UNDONE else "bulk_running")
        change.state, change.finished_at = BulkState.UNDOING, None
        await work.db.flush()
        _record(work, AuditAction.UNDONE, change)
        view = BulkView.model_validate(change)
    _run_in_background(kit, view.id)
    return view


def _record(work: UnitOfWork, action: AuditAction, change: ClientSettingsChange) -> None:
    """Tell of the whole change in one entry. The history of each setting has its values before."""
    what = {"count": change.total, **change.changes}
    record(work.db, action, AuditObject.CLIENT_SETTINGS_BULK, change.id, after=what)


async def read(db: AsyncSession, change_id: int) -> BulkView:
    change = await db.get(ClientSettingsChange, change_id)
    if change is None:
        raise NotFound("bulk_not_found")
    return BulkView.model_validate(change)


async def resume(kit: KitServices) -> None:
    """Resume at start the changes that were running when the server stopped."""
    async with unit_of_work(kit) as work:
        await repository.forget(work.db, now() - MAX_CHANGE_AGE)
        await forget_history(work.db, now() - MAX_HISTORY_AGE)
        active = [
            (change.id, await _actor(work, change)) for change in await repository.in_state(work.db, ACTIVE_STATES)
        ]
    for change_id, actor in active:
        log.info("bulk_resumed", change_id=change_id)
        with acting(actor):
            _run_in_background(kit, change_id)


async def _actor(work: UnitOfWork, change: ClientSettingsChange) -> Actor:
    """Return the administrator who has started a change."""
    if change.administrator_id is None:
        return SYSTEM
    administrator = await work.db.get_one(Administrator, change.administrator_id)
    return Actor(ActorKind.ADMINISTRATOR, administrator.id, administrator.username)


def _run_in_background(kit: KitServices, change_id: int) -> None:
    kit.background.start(_run(kit, change_id), f"client settings {change_id}")


async def _run(kit: KitServices, change_id: int) -> None:
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
                wait=wait_exponential(MIN_RETRY_DELAY_SECONDS),
                stop=stop_after_attempt(MAX_CHUNK_ATTEMPTS),
            )
        except DATABASE_ERRORS:
            await _fail(kit, change_id)
            return


async def step(work: UnitOfWork, change_id: int) -> bool:
    """Process one chunk; return False after the last one."""
    change = await repository.for_update(work.db, change_id)
    if change is None or change.state not in ACTIVE_STATES:
        return False
    more = await (apply_chunk if change.state == BulkState.RUNNING else undo_chunk)(work, change)
    if not more:
        change.state = BulkState.DONE if change.state == BulkState.RUNNING else BulkState.UNDONE
        change.finished_at = now()
    await work.db.flush()
    _publish_progress(work, change)
    return more


def _publish_progress(work: UnitOfWork, change: ClientSettingsChange) -> None:
    work.publish([PORTAL], BulkProgressed(**dict(BulkView.model_validate(change))))


async def _fail(kit: KitServices, change_id: int) -> None:
    async with unit_of_work(kit) as work:
        change = await repository.for_update(work.db, change_id)
        if change is not None:
            change.state, change.finished_at = BulkState.FAILED, now()
            await work.db.flush()
            _publish_progress(work, change)
