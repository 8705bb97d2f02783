from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, status

from linkus.administrator.accounts.service import OwnAccount, manageable
from linkus.administrator.second_factor import policy, service
from linkus.administrator.second_factor.schemas import (
    PolicyVersionConflictBody,
    RecoveryCodes,
    SecondFactorBegin,
    SecondFactorBegun,
    SecondFactorConfirm,
    SecondFactorPolicyUpdate,
    SecondFactorPolicyView,
    SecondFactorProof,
    SecondFactorView,
)
from linkus.kit.errors import (
    Conflict,
    FieldError,
    Forbidden,
    NotFound,
    NotSignedIn,
    TooManyRequests,
    ValidationFailed,
    responses,
)
from linkus.kit.fields import PathId
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession, Work, unit_of_work
from linkus.session.access import EditAdministrators, ViewAdministrators
from linkus.session.auth import AdministratorPrincipal, AdminSession
from linkus.session.code_attempt import code_attempt
from linkus.session.current_password import check_current_password
from linkus.session.second_factor.check import is_required, use_code
from linkus.session.services import AppLockouts
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension

router = APIRouter(
    prefix="/admin", tags=["administrators"], responses=responses(ValidationFailed, NotSignedIn, Forbidden)
)


class PasswordCheck:
    """Checks the password of an administrator, which for the user of an extension is that of the extension."""

    def __init__(self, request: Request, kit: AppKit, lockouts: AppLockouts) -> None:
        self._request, self._kit, self._lockouts = request, kit, lockouts

    async def __call__(self, who: AdministratorPrincipal, password: str) -> None:
        async with self._kit.database.transaction(write=False) as db:
            if who.extension_id is None:
                hashed: str | None = (await db.get_one(Administrator, who.administrator_id)).password_hash
            else:
                hashed = (await db.get_one(Extension, who.extension_id)).password_hash
        await check_current_password(self._request, self._kit, self._lockouts, who.username, password, hashed)


Password = Annotated[PasswordCheck, Depends(PasswordCheck)]


async def _check_proof(kit: AppKit, lockouts: AppLockouts, who: AdministratorPrincipal, code: str) -> None:
    async with code_attempt(kit, lockouts, who.administrator_id) as attempt, kit.database.transaction() as db:
        attempt.is_right = await use_code(db, kit.seal, who.administrator_id, code)
    if not attempt.is_right:
        raise ValidationFailed(fields={"code": FieldError("second_factor_code_wrong")})


@router.get("/account/second-factor")
async def read_second_factor(who: AdminSession, db: ReadSession) -> SecondFactorView:
    """Read the administrator's own second factor."""
    return await service.view(db, who.administrator_id)


@router.post("/account/second-factor", responses=responses(Conflict, TooManyRequests))
async def begin_second_factor(
    kit: AppKit, body: SecondFactorBegin, who: AdminSession, check_password: Password
) -> SecondFactorBegun:
    """Create a key for a second factor.

    Needs the password. Returns the key for the authenticator app, also as a QR code. It counts once a code has
    confirmed it."""
    await check_password(who, body.current_password)
    async with unit_of_work(kit) as work:
        return await service.begin(work.db, kit.seal, who.administrator_id, who.username)


@router.post("/account/second-factor/confirm", responses=responses(NotFound, Conflict, TooManyRequests))
async def confirm_second_factor(
    kit: AppKit, body: SecondFactorConfirm, who: AdminSession, lockouts: AppLockouts
) -> RecoveryCodes:
    """Enable the second factor with a code of the app.

    From now on every sign-in asks for a code. Returns ten recovery codes, which are shown this once."""
    async with code_attempt(kit, lockouts, who.administrator_id) as attempt:
        async with unit_of_work(kit) as work:
            fresh = await service.confirm(work, kit.seal, who.administrator_id, body.code)
        attempt.is_right = True
    return fresh


@router.post("/account/second-factor/recovery-codes", responses=responses(TooManyRequests))
async def renew_recovery_codes(
    kit: AppKit, body: SecondFactorProof, who: AdminSession, lockouts: AppLockouts, check_password: Password
) -> RecoveryCodes:
    """Create new recovery codes.

    Needs the password and a code. The earlier recovery codes no longer work."""
    await check_password(who, body.current_password)
    await _check_proof(kit, lockouts, who, body.code)
    async with unit_of_work(kit) as work:
        return await service.new_recovery_codes(work.db, who.administrator_id)


@router.post(
    "/account/second-factor/remove",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(Conflict, TooManyRequests),
)
async def remove_second_factor(
    kit: AppKit, body: SecondFactorProof, who: AdminSession, lockouts: AppLockouts, check_password: Password
) -> None:
    """Remove the own second factor.

    Needs the password and a code. 409 `second_factor_stays` while the company requires one."""
    async with kit.database.transaction(write=False) as db:
        if await is_required(db):
            raise Conflict("second_factor_stays")
    await check_password(who, body.current_password)
    await _check_proof(kit, lockouts, who, body.code)
    async with unit_of_work(kit) as work:
        await service.remove(work, who.administrator_id)


@router.post(
    "/administrators/{account_id}/second-factor/reset",
    status_code=status.HTTP_204_NO_CONTENT,
    responses=responses(NotFound, Conflict),
)
async def reset_second_factor(account_id: PathId, who: EditAdministrators, work: Work) -> None:
    """Remove the second factor of an administrator.

    For somebody who has lost the app and the recovery codes. They sign in with their password alone, and set up a new
    one if the company requires it. Administrators remove their own with a code."""
    await manageable(work.db, who, account_id)
    if account_id == who.administrator_id:
        raise OwnAccount()  # whoever found an open page must not remove it without a code
    await service.remove(work, account_id)


@router.get("/settings/second-factor")
async def read_second_factor_policy(_who: ViewAdministrators, db: ReadSession) -> SecondFactorPolicyView:
    """Read whether administrators must have a second factor."""
    return await policy.view(db)


@router.put("/settings/second-factor", responses={409: {"model": PolicyVersionConflictBody}})
async def update_second_factor_policy(
    body: SecondFactorPolicyUpdate, who: EditAdministrators, work: Work
) -> SecondFactorPolicyView:
    """Change whether administrators must have a second factor.

    Whoever has none sees nothing but its set-up from then on. Whoever switches it on must have one: 409
    `second_factor_own_first`."""
    return await policy.update(work, who.administrator_id, body)
