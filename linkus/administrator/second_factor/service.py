"""Sets up, checks and removes the second factor of an administrator."""

from __future__ import annotations

import io

import segno
from sqlalchemy.ext.asyncio import AsyncSession

from linkus.administrator.events import AdministratorChanged
from linkus.administrator.second_factor.schemas import RecoveryCodes, SecondFactorBegun, SecondFactorView
from linkus.kit.bus import PORTAL
from linkus.kit.clock import now
from linkus.kit.errors import Conflict, FieldError, NotFound, ValidationFailed
from linkus.kit.secrets import Seal
from linkus.kit.work import UnitOfWork
from linkus.session.second_factor import codes, repository
from linkus.session.second_factor.check import is_required, open_secret
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.general_settings import company_name
from linkus.shared.models.administrator import SecondFactor
from linkus.shared.roles.holders import holder


async def view(db: AsyncSession, administrator_id: int) -> SecondFactorView:
    found = await repository.confirmed(db, administrator_id)
    return SecondFactorView(
        enabled=found is not None,
        required=await is_required(db),
        confirmed_at=None if found is None else found.confirmed_at,
        recovery_codes_left=await repository.recovery_codes_left(db, administrator_id) if found else 0,
    )


async def begin(db: AsyncSession, seal: Seal, administrator_id: int, account: str) -> SecondFactorBegun:
    """Make a key that does not count yet. It replaces one that was never confirmed."""
    found = await db.get(SecondFactor, administrator_id, with_for_update=True)
    if found is not None and found.confirmed_at is not None:
        raise Conflict("second_factor_exists")
    secret = codes.new_secret()
    if found is None:
        db.add(SecondFactor(administrator_id=administrator_id, secret_sealed=seal.seal(secret), last_step=0))
    else:
        found.secret_sealed = seal.seal(secret)
    address = codes.app_address(secret, account, await company_name(db))
    return SecondFactorBegun(secret=secret, address=address, qr_svg=_drawn(address))


async def confirm(work: UnitOfWork, seal: Seal, administrator_id: int, code: str) -> RecoveryCodes:
    """Let the key count, after a code has shown that the app has it."""
    found = await work.db.get(SecondFactor, administrator_id, with_for_update=True)
    if found is None:
        raise NotFound("second_factor_not_begun")
    if found.confirmed_at is not None:
        raise Conflict("second_factor_exists")
    step = codes.matching_step(open_secret(seal, found) or "", codes.tidy(code), now())
    if step is None:
        raise ValidationFailed(fields={"code": FieldError("second_factor_code_wrong")})
    found.confirmed_at, found.last_step = now(), step
    work.publish([PORTAL], AdministratorChanged(id=administrator_id))
    await _record(work.db, AuditAction.CREATED, AuditObject.SECOND_FACTOR, administrator_id)
    return await _fresh_codes(work.db, administrator_id)


async def new_recovery_codes(db: AsyncSession, administrator_id: int) -> RecoveryCodes:
    await _record(db, AuditAction.CHANGED, AuditObject.RECOVERY_CODES, administrator_id)
    return await _fresh_codes(db, administrator_id)


async def _fresh_codes(db: AsyncSession, administrator_id: int) -> RecoveryCodes:
    fresh = codes.new_recovery_codes()
    await repository.replace_recovery_codes(db, administrator_id, map(codes.hash_recovery_code, fresh))
    return RecoveryCodes(codes=fresh)


async def remove(work: UnitOfWork, administrator_id: int) -> bool:
    """Remove the factor and its recovery codes. Return whether there was one."""
    removed = await remove_factor(work.db, administrator_id)
    work.publish([PORTAL], AdministratorChanged(id=administrator_id))
    return removed


async def remove_factor(db: AsyncSession, administrator_id: int) -> bool:
    """Remove it without telling open pages, which the command line cannot reach."""
    removed = await repository.remove(db, administrator_id)
    if removed:
        await _record(db, AuditAction.DELETED, AuditObject.SECOND_FACTOR, administrator_id)
    return removed


async def _record(db: AsyncSession, action: AuditAction, about: AuditObject, administrator_id: int) -> None:
    found = await holder(db, administrator_id)
    record(db, action, about, administrator_id, "" if found is None else found.name)


def _drawn(text: str) -> str:
    """Return a QR code as SVG that a page can show as an image."""
    image = io.BytesIO()
    segno.make_qr(text, error="m").save(
        image, kind="svg", border=4, xmldecl=False, omitsize=True, nl=False, light="#fff"
    )
    return image.getvalue().decode()
