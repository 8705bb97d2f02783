"""Adds, changes and removes custom roles. Nobody makes a role that allows more than their own."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator import logins
from linkus.administrator.events import AdministratorChanged
from linkus.administrator.roles.schemas import PortalPage, RolesView, RoleUpdate, RoleValues, RoleView
from linkus.kit.bus import PORTAL
from linkus.kit.errors import Conflict, FieldError, Forbidden, NotFound, ValidationFailed, VersionConflict
from linkus.kit.messages import Language, text
from linkus.kit.unique_values import taken_values
from linkus.kit.work import UnitOfWork
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.models.administrator import Administrator, CustomRole
from linkus.shared.roles.builtin import BUILTIN, CUSTOM
from linkus.shared.roles.catalogue import PAGES, VIEW_ONLY, Role
from linkus.shared.roles.holders import custom_role
from linkus.shared.roles.rules import covers, permission_errors

MAX_ROLES = 200


class RoleTooPowerful(Forbidden):
    """Raised for a role that allows more than the role of whoever would give, change or remove it."""

    code = "role_too_powerful"


class RoleInUse(Conflict):
    code = "role_in_use"


def role_name(language: Language, role: Role) -> str:
    return role.name or text(language, f"role_{role.key}")


async def all_roles(db: AsyncSession, reader: Role, language: Language) -> RolesView:
    counted = await db.execute(
        select(Administrator.role, Administrator.custom_role_id, func.count()).group_by(
            Administrator.role, Administrator.custom_role_id
        )
    )
    holders = {key if role_id is None else f"{CUSTOM}:{role_id}": count for key, role_id, count in counted.all()}
    custom = (await db.scalars(select(CustomRole).order_by(CustomRole.name_key))).all()

    def view(role: Role, row: CustomRole | None) -> RoleView:
        return RoleView(
            key=role.key,
            id=None if row is None else row.id,
            name=role_name(language, role),
            note="" if row is None else row.note,
            permissions=dict(role.permissions),
            holders=holders.get(role.key, 0),
            grantable=covers(reader, role),
            version=None if row is None else row.version,
        )

    return RolesView(
        pages=[PortalPage(page=page, view_only=page in VIEW_ONLY) for page in PAGES],
        roles=[*(view(role, None) for role in BUILTIN.values()), *(view(custom_role(row), row) for row in custom)],
    )


async def create(work: UnitOfWork, actor: Role, values: RoleValues, language: Language) -> RoleView:
    _check(actor, values)
    if (await work.db.scalar(select(func.count()).select_from(CustomRole)) or 0) >= MAX_ROLES:
        raise Conflict("roles_too_many", max=MAX_ROLES)
    row = CustomRole(version=1)
    work.db.add(row)
    view = await _write(work, actor, row, values, language)
    record(work.db, AuditAction.CREATED, AuditObject.ROLE, row.id, row.name, after=_told(row))
    return view


async def update(work: UnitOfWork, actor: Role, role_id: int, values: RoleUpdate, language: Language) -> RoleView:
    """Change a role. Its holders have what it allows from their next request on."""
    row = await _get(work.db, role_id)
    if row.version != values.version:
        raise VersionConflict(await _view(work.db, actor, row, language))
    if not covers(actor, custom_role(row)):
        raise RoleTooPowerful()
    _check(actor, values)
    if not covers(custom_role(row), Role(CUSTOM, values.permissions)):
        await _renew_holders(work, role_id, values)
    before = _told(row)
    row.version += 1
    view = await _write(work, actor, row, values, language)
    record(work.db, AuditAction.CHANGED, AuditObject.ROLE, row.id, row.name, before=before, after=_told(row))
    return view


async def _renew_holders(work: UnitOfWork, role_id: int, values: RoleUpdate) -> None:
    """Make the logins of all who hold a custom role new, before it allows more."""
    query = select(Administrator.id, Administrator.extension_id).where(Administrator.custom_role_id == role_id)
    holders = (await work.db.execute(query)).all()
    await logins.renew(
        work,
        logins.Confirmed(values.confirmed_logins, values.confirmed_accounts),
        extension_ids=[extension_id for _, extension_id in holders if extension_id is not None],
        account_ids=[account_id for account_id, extension_id in holders if extension_id is None],
    )


def _told(row: CustomRole) -> dict[str, Any]:
    """Return what the audit log tells of a role."""
    pages = [f"{page}: {action}" for page, action in row.permissions.items()]
    return {"name": row.name, "note": row.note, "permissions": pages}


async def remove(work: UnitOfWork, actor: Role, role_id: int) -> None:
    row = await _get(work.db, role_id)
    if not covers(actor, custom_role(row)):
        raise RoleTooPowerful()
    held = await work.db.scalar(
        select(func.count()).select_from(Administrator).where(Administrator.custom_role_id == role_id)
    )
    if held:
        raise RoleInUse(name=row.name, count=held)
    record(work.db, AuditAction.DELETED, AuditObject.ROLE, row.id, row.name, before=_told(row))
    await work.db.delete(row)
    work.publish([PORTAL], AdministratorChanged(id=None))


async def role_by_key(db: AsyncSession, key: str) -> tuple[Role, int | None] | None:
    """Return the role of a key with the id of a custom one. Lock a custom one against removal, on PostgreSQL."""
    if key in BUILTIN:
        return BUILTIN[key], None
    kind, _, number = key.partition(":")
    if kind != CUSTOM or not number.isdecimal():
        return None
    row = await db.get(CustomRole, int(number), with_for_update={"read": True}) if int(number) < 2**31 else None
    return None if row is None else (custom_role(row), row.id)


def _check(actor: Role, values: RoleValues) -> None:
    if errors := permission_errors(values.permissions):
        raise ValidationFailed(fields=errors)
    if not covers(actor, Role(CUSTOM, values.permissions)):
        raise RoleTooPowerful()


async def _get(db: AsyncSession, role_id: int) -> CustomRole:
    row = await db.get(CustomRole, role_id, with_for_update=True)
    if row is None:
        raise NotFound("role_not_found")
    return row


async def _write(work: UnitOfWork, actor: Role, row: CustomRole, values: RoleValues, language: Language) -> RoleView:
    row.name, row.name_key, row.note = values.name, values.name.lower(), values.note
    row.permissions = {page: values.permissions[page] for page in PAGES if page in values.permissions}
    taken = FieldError("role_name_taken", {"name": values.name})
    with taken_values(CustomRole.__tablename__, {"name_key": ("name", taken)}):
        await work.db.flush()
    work.publish([PORTAL], AdministratorChanged(id=None))
    return await _view(work.db, actor, row, language)


async def _view(db: AsyncSession, actor: Role, row: CustomRole, language: Language) -> RoleView:
    roles = (await all_roles(db, actor, language)).roles
    return next(role for role in roles if role.id == row.id)
