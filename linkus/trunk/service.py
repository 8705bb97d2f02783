"""Adds, changes and removes trunks. The notification of the edge commits with the change."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from linkus.kit.errors import FieldError, NotFound, Unavailable, ValidationFailed, VersionConflict
from linkus.kit.messages import Language, text
from linkus.kit.secrets import Seal, is_kept
from linkus.kit.unique_values import taken_values
from linkus.kit.work import UnitOfWork
from linkus.organization.removal import Removal, RemovalSource, record_all, rules_naming
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.audit.values import snapshot
from linkus.trunk import repository, rules
from linkus.trunk.models import Trunk
from linkus.trunk.monitor import TrunkMonitor
from linkus.trunk.notify import trunk_changed
from linkus.trunk.schemas import (
    NO_ADDRESS,
    PASSWORD_LOST,
    REFUSED_BY_EDGE,
    RouteOfTrunk,
    TrunkState,
    TrunkStatus,
    TrunkTestAnswer,
    TrunkUpdate,
    TrunkUse,
    TrunkValues,
    TrunkView,
)

_TEST_MESSAGES = {
    TrunkState.REGISTERED: "trunk_test_ok",
    TrunkState.FAILED: "trunk_test_failed",
    TrunkState.UNREACHABLE: "trunk_test_unreachable",
    TrunkState.UNKNOWN: "trunk_test_unreachable",
}


def view(trunk: Trunk, monitor: TrunkMonitor) -> TrunkView:
    trunk_view = TrunkView.model_validate(trunk)
    trunk_view.password_set = is_kept(trunk.password_sealed)
    trunk_view.status = monitor.status(trunk.id) if trunk.enabled else TrunkStatus(state=TrunkState.DISABLED)
    return trunk_view


async def get(db: AsyncSession, trunk_id: int) -> Trunk:
    trunk = await repository.by_id(db, trunk_id)
    if trunk is None:
        raise NotFound("trunk_not_found")
    return trunk


async def create(work: UnitOfWork, seal: Seal, values: TrunkValues) -> Trunk:
    await _check(work.db, values, None)
    trunk = Trunk()
    _set(trunk, seal, values)
    work.db.add(trunk)
    await _flush(work.db)
    trunk_changed(work, trunk.id)
    record(work.db, AuditAction.CREATED, AuditObject.TRUNK, trunk.id, trunk.name, after=trunk)
    return trunk


async def update(work: UnitOfWork, seal: Seal, monitor: TrunkMonitor, trunk_id: int, values: TrunkUpdate) -> Trunk:
    trunk = await repository.by_id_for_update(work.db, trunk_id)
    if trunk is None:
        raise NotFound("trunk_not_found")
    if trunk.version != values.version:
        raise VersionConflict(view(trunk, monitor))
    await _check(work.db, values, trunk)
    before = snapshot(trunk)
    _set(trunk, seal, values)
    trunk.version += 1
    await _flush(work.db)
    trunk_changed(work, trunk.id)
    record(work.db, AuditAction.CHANGED, AuditObject.TRUNK, trunk.id, trunk.name, before=before, after=trunk)
    return trunk


async def remove(work: UnitOfWork, trunk_id: int, sources: Sequence[RemovalSource]) -> None:
    """Remove a trunk and its inbound routes. Outbound routes lose it but remain."""
    trunk = await repository.by_id_for_update(work.db, trunk_id)
    if trunk is None:
        raise NotFound("trunk_not_found")
    routes = await rules_naming(work.db, sources, Removal(trunks=frozenset({trunk_id})))
    record(work.db, AuditAction.DELETED, AuditObject.TRUNK, trunk.id, trunk.name, before=trunk)
    await work.db.delete(trunk)
    await work.db.flush()
    trunk_changed(work, trunk_id)
    await record_all(work, routes)


async def use(db: AsyncSession, trunk_id: int) -> TrunkUse:
    await get(db, trunk_id)
    inbound = await repository.inbound_routes_of(db, trunk_id)
    outbound = await repository.outbound_routes_of(db, trunk_id)
    return TrunkUse(
        inbound_routes=[RouteOfTrunk(id=route.id, name=route.name) for route in inbound],
        outbound_routes=[RouteOfTrunk(id=route.id, name=route.name, only=trunks == 1) for route, trunks in outbound],
    )


async def test(trunk: Trunk, monitor: TrunkMonitor, language: Language) -> TrunkTestAnswer:
    if not trunk.enabled:
        raise Unavailable("trunk_test_disabled")
    status = await monitor.test(trunk.id)
    provider_answer = f"{status.code} {status.reason}".strip() if status.code else status.reason
    code = _TEST_MESSAGES[status.state]
    if status.reason == NO_ADDRESS:
        code = "trunk_no_address"
    elif status.reason == PASSWORD_LOST:
        code = "trunk_password_lost"
    elif status.reason == REFUSED_BY_EDGE:
        code = "trunk_not_accepted"
    elif code == "trunk_test_failed" and status.code in (401, 403, 407):
        code = "trunk_test_refused"
    return TrunkTestAnswer(
        ok=status.state is TrunkState.REGISTERED,
        state=status.state,
        code=status.code,
        reason=status.reason,
        message=text(language, code, name=trunk.name, host=trunk.host, port=trunk.port, answer=provider_answer),
    )


async def _check(db: AsyncSession, values: TrunkValues, own: Trunk | None) -> None:
    is_stored = own is not None and is_kept(own.password_sealed)
    errors = rules.trunk_errors(values, password_kept=is_stored)
    if own is not None and is_stored and values.password is None and _is_other_account(own, values):
        errors["password"] = FieldError("trunk_password_again")
    if "name" not in errors and await repository.name_taken(db, values.name, own.id if own else None):
        errors["name"] = FieldError("trunk_name_taken", {"name": values.name})
    if errors:
        raise ValidationFailed(fields=errors)


_ACCOUNT_FIELDS = ("host", "port", "transport", "domain", "username", "auth_name")


def _is_other_account(own: Trunk, values: TrunkValues) -> bool:
    """Return whether the stored password would be used for another server, connection or user: whoever may change
    those could have it answer their own challenges, and guess it from the answers."""
    return any(getattr(own, field) != getattr(values, field) for field in _ACCOUNT_FIELDS)


async def _flush(db: AsyncSession) -> None:
    with taken_values("trunk", {"name": ("name", FieldError("trunk_name_taken_now"))}):
        await db.flush()


def _set(trunk: Trunk, seal: Seal, values: TrunkValues) -> None:
    for field in values.model_dump(exclude={"password", "version", "codecs"}):
        setattr(trunk, field, getattr(values, field))
    trunk.kind, trunk.transport = values.kind.value, values.transport.value
    trunk.caller_id_header = values.caller_id_header.value
    trunk.codecs = [codec.value for codec in values.codecs]
    if values.password is not None:
        trunk.password_sealed = seal.seal(values.password) if values.password else ""
    elif trunk.password_sealed is None:  # a new trunk: the column's default applies only at the insert
        trunk.password_sealed = ""
