from __future__ import annotations

from fastapi import APIRouter, Request, status

from linkus.administrator.accounts import service
from linkus.administrator.accounts.schemas import AccountCreate, Accounts, AccountUpdate, AccountView
from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import request_language
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession, Work, unit_of_work
from linkus.session.access import EditAdministrators, ViewAdministrators

router = APIRouter(
    prefix="/admin/administrators",
    tags=["administrators"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)


@router.get("")
async def list_administrators(request: Request, who: ViewAdministrators, db: ReadSession) -> Accounts:
    """List the administrators."""
    return await service.accounts(db, who, request_language(request))


@router.post("", status_code=status.HTTP_201_CREATED, responses=responses(Conflict))
async def create_administrator(
    request: Request, kit: AppKit, body: AccountCreate, who: EditAdministrators
) -> AccountView:
    """Create an administrator.

    The user of an extension signs in to the portal with the extension's own login, and cannot be a super
    administrator. Nobody can give more than they hold: 403 `role_too_powerful`. Everything
    that signs in to the extension until now ends (password, links, sessions): its user sets a new password by a link.
    So 409 `logins_unconfirmed` asks for its email address in `confirmed_logins`. An account of its own without a
    password needs a link to choose one (`/password-link`)."""
    password_hash = await service.hash_new(body)
    async with unit_of_work(kit) as work:
        account_id = await service.create(work, who, body, password_hash)
        return await service.account(work.db, who, account_id, request_language(request))


@router.put("/{account_id}", responses=responses(NotFound, Conflict))
async def update_administrator(
    request: Request, account_id: PathId, body: AccountUpdate, who: EditAdministrators, work: Work
) -> AccountView:
    """Change an administrator's role, or disable them.

    Takes effect on their next request. 409 `administrator_last_super`: one super administrator always stays.
    409 `logins_unconfirmed`, as for a new administrator, if the role allows more than the one before. An account of its
    own is named in `accounts` and confirmed in `confirmed_accounts`: its password, second factor and sessions end."""
    await service.update(work, who, account_id, body)
    await work.db.flush()
    return await service.account(work.db, who, account_id, request_language(request))


@router.delete("/{account_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound, Conflict))
async def delete_administrator(account_id: PathId, who: EditAdministrators, work: Work) -> None:
    """Remove an administrator.

    Signs them out. The extension of its user stays. 409 `administrator_last_super`: one super administrator always
    stays."""
    await service.remove(work, who, account_id)
