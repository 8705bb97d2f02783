"""Signed-in devices: the events about them, and their remarks."""

from __future__ import annotations

from collections.abc import Collection

from linkus.kit.bus import PORTAL, extension_topic
from linkus.kit.clock import now
from linkus.kit.errors import NotFound
from linkus.kit.work import UnitOfWork
from linkus.session import repository
from linkus.session.events import DevicesChanged
from linkus.session.models import Session
from linkus.session.schemas import DeviceView
from linkus.session.views import device_view
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record

MAX_SINGLE_EVENTS = 50  # up to this many are published to the portal one by one
Owner = tuple[int, str]  # id and number of an extension


def publish_devices_changed(work: UnitOfWork, owners: Collection[Owner]) -> None:
    """Notify every user's own clients. Above a limit, open portal pages get one event instead of thousands."""
    for extension_id, number in owners:
        changed = DevicesChanged(extension_id=extension_id, number=number)
        work.publish([extension_topic(extension_id), *([PORTAL] if len(owners) <= MAX_SINGLE_EVENTS else [])], changed)
    if len(owners) > MAX_SINGLE_EVENTS:
        work.publish([PORTAL], DevicesChanged(extension_id=None, number=None))


async def set_remark(
    work: UnitOfWork,
    session_id: int,
    remark: str,
    *,
    extension_id: int | None = None,
    current_session_id: int | None = None,
) -> DeviceView:
    """Set the remark of a device; with `extension_id`, only if it is one of that extension's."""
    row = await repository.find_device(work.db, session_id, now())
    if row is None or extension_id not in (None, row[1].id):
        raise NotFound()
    session, extension = row
    before, session.remark = session.remark, remark
    await work.db.flush()
    publish_devices_changed(work, [(extension.id, extension.number)])
    record(
        work.db,
        AuditAction.CHANGED,
        AuditObject.DEVICE,
        extension.id,
        device_name(session, extension.number),
        before={"remark": before},
        after={"remark": remark},
    )
    return device_view(session, extension, current_session_id)


def device_name(session: Session, number: str | None) -> str:
    """Return what the audit log calls a device."""
    return " · ".join(part for part in (number, session.client_kind, session.device_name) if part)


def owners_of(sessions: Collection[tuple[Session, str | None]]) -> list[Owner]:
    """Return the extensions of these sessions, each once."""
    pairs = {
        (session.extension_id, number)
        for session, number in sessions
        if session.extension_id is not None and number is not None
    }
    return sorted(pairs)
