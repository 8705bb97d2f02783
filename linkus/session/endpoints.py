from __future__ import annotations

from fastapi import APIRouter, Request, Response, status

from linkus.kit.clock import now
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, TooManyRequests, ValidationFailed, responses
from linkus.kit.fields import PathId
from linkus.kit.http import MAX_CLIENT_BODY_BYTES, is_at_clients_port
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession, Work
from linkus.session import login_mode_endpoints, privacy_endpoints, repository, service
from linkus.session.auth import AdminSession, ClientSession, ClientSessionBeforePrivacy, Public
from linkus.session.client_session import client_session_view
from linkus.session.cookies import ADMIN_COOKIE, CLIENT_COOKIE, signed_in, signed_out
from linkus.session.devices import set_remark
from linkus.session.schemas import (
    AdminSessionView,
    ClientSessionView,
    DeviceRemark,
    DeviceView,
    EndReason,
    SignedIn,
    SignIn,
)
from linkus.session.services import AppChangeLimits, AppLockouts
from linkus.session.sign_in import sign_in
from linkus.session.views import device_view
from linkus.shared.audit.kinds import AuditAction, AuditObject
from linkus.shared.audit.record import record
from linkus.shared.general_settings import company_name

router = APIRouter(tags=["sessions"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))
router.include_router(login_mode_endpoints.router)
router.include_router(privacy_endpoints.router)


@router.post(
    "/sessions",
    status_code=status.HTTP_201_CREATED,
    dependencies=[Public],
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(TooManyRequests),
)
async def create_session(
    request: Request,
    response: Response,
    kit: AppKit,
    lockouts: AppLockouts,
    body: SignIn,
) -> SignedIn:
    """Sign in with user name and password.

    The user name is an administrator's name, an extension number or an email address. Browsers use transport `cookie`.
    Other programs use `bearer` and send the `token` of the response as `Authorization: Bearer <token>`. 429
    `sign_in_locked` has the header `Retry-After`. 401 `second_factor_needed` asks for the `code` of an administrator:
    send everything again with it."""
    return signed_in(response, kit.settings, await sign_in(request, kit, lockouts, body), body.transport)


@router.get("/admin/session")
async def read_admin_session(who: AdminSession, db: ReadSession) -> AdminSessionView:
    """Read the administrator's session.

    Says which pages of the portal they may view and edit. The event `administrator.changed` announces changes."""
    return AdminSessionView(
        administrator_id=who.administrator_id,
        username=who.username,
        language=who.language,
        session_id=who.session_id,
        company_name=await company_name(db),
        role=who.role.key,
        role_name=who.role.name,
        permissions=dict(who.role.permissions),
        extension_id=who.extension_id,
        second_factor_missing=who.second_factor_missing,
    )


@router.delete("/admin/session", status_code=status.HTTP_204_NO_CONTENT)
async def delete_admin_session(who: AdminSession, work: Work, response: Response) -> None:
    """Sign the administrator out."""
    await service.sign_out(work, who.session_id)
    record(work.db, AuditAction.SIGNED_OUT, AuditObject.ADMINISTRATOR, who.administrator_id, who.username)
    signed_out(response, ADMIN_COOKIE)


@router.get("/client/session")
async def read_client_session(request: Request, who: ClientSessionBeforePrivacy, db: ReadSession) -> ClientSessionView:
    """Read the client's session."""
    return await client_session_view(db, who, reaches_portal=not is_at_clients_port(request))


@router.delete("/client/session", status_code=status.HTTP_204_NO_CONTENT)
async def delete_client_session(who: ClientSessionBeforePrivacy, work: Work, response: Response) -> None:
    """Sign this client out."""
    await service.sign_out(work, who.session_id)
    signed_out(response, CLIENT_COOKIE)


@router.get("/client/devices")
async def list_own_devices(who: ClientSession, db: ReadSession, paging: PagingQuery) -> Page[DeviceView]:
    """List the devices on which the user is signed in.

    A device's `id` is its `session_id`."""
    found = await repository.devices_page(db, now(), who.extension_id, paging)
    return found.page(lambda row: device_view(*row, who.session_id))


@router.delete("/client/devices/{session_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def sign_out_own_device(session_id: PathId, who: ClientSession, work: Work) -> None:
    """Sign out one of the user's devices."""
    await service.end_device(work, session_id, EndReason.SIGNED_OUT, extension_id=who.extension_id)


@router.put(
    "/client/devices/{session_id}",
    max_body_size=MAX_CLIENT_BODY_BYTES,
    responses=responses(NotFound, TooManyRequests),
)
async def update_own_device(
    session_id: PathId, body: DeviceRemark, who: ClientSession, work: Work, limits: AppChangeLimits
) -> DeviceView:
    """Change the remark on one of the user's devices.

    429 `changes_too_many` after 100 changes of remarks and settings within ten minutes."""
    limits.hit(who.extension_id)
    return await set_remark(
        work, session_id, body.remark, extension_id=who.extension_id, current_session_id=who.session_id
    )
