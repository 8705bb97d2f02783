from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response, status

from linkus.kit.clock import now
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, TooManyRequests, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId
from linkus.kit.http import MAX_CLIENT_BODY_BYTES
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppKit
from linkus.kit.work import ReadSession, Work
from linkus.services import AppSignInLimits
from linkus.session import login_mode_endpoints, privacy_endpoints, repository, service
from linkus.session.auth import AdminSession, ClientSession, ClientSessionBeforePrivacy, Public
from linkus.session.cookies import ADMIN_COOKIE, CLIENT_COOKIE, signed_in, signed_out
from linkus.session.devices import set_remark
from linkus.session.schemas import (
    AdminSessionView,
    ClientSessionView,
    DeviceRemark,
    DeviceView,
    EndReason,
    SignedIn,
    SignedInExtension,
    SignedOut,
    SignIn,
)
from linkus.session.sign_in import sign_in
from linkus.session.views import device_view
from linkus.system.service import company_name

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
    request: Request, response: Response, kit: AppKit, limits: AppSignInLimits, body: SignIn
) -> SignedIn:
    """Sign in with user name and password.

    The user name is an administrator's name, an extension number or an e-mail address. Browsers use transport `cookie`.
    Other programs use `bearer` and send the `token` of the response as `Authorization: Bearer <token>`. 429
    `sign_in_locked` has the header `Retry-After`."""
    return signed_in(response, kit.settings, await sign_in(request, kit, limits, body), body.transport)


@router.get("/admin/session")
async def read_admin_session(who: AdminSession, db: ReadSession) -> AdminSessionView:
    """Read the administrator's session."""
    return AdminSessionView(
        username=who.username,
        language=who.language,
        session_id=who.session_id,
        company_name=await company_name(db),
    )


@router.delete("/admin/session", status_code=status.HTTP_204_NO_CONTENT)
async def delete_admin_session(who: AdminSession, work: Work, response: Response) -> None:
    """Sign the administrator out."""
    await service.sign_out(work, who.session_id)
    signed_out(response, ADMIN_COOKIE)


@router.get("/client/session")
async def read_client_session(who: ClientSessionBeforePrivacy, db: ReadSession) -> ClientSessionView:
    """Read the client's session."""
    return ClientSessionView(
        extension=SignedInExtension(
            id=who.extension_id,
            number=who.number,
            first_name=who.first_name,
            last_name=who.last_name,
            display_name=who.display_name,
            email=who.email,
            language=who.language,
        ),
        client_kind=who.client_kind,
        session_id=who.session_id,
        company_name=await company_name(db),
        privacy_needed=who.privacy_needed,
        must_change_password=who.must_change_password,
        password_set=who.password_set,
        current_password_needed=not who.may_skip_current_password,
    )


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


@router.put("/client/devices/{session_id}", max_body_size=MAX_CLIENT_BODY_BYTES, responses=responses(NotFound))
async def update_own_device(session_id: PathId, body: DeviceRemark, who: ClientSession, work: Work) -> DeviceView:
    """Change the remark on one of the user's devices."""
    return await set_remark(
        work, session_id, body.remark, extension_id=who.extension_id, current_session_id=who.session_id
    )


@router.get("/admin/sessions")
async def list_devices(
    _who: AdminSession,
    db: ReadSession,
    paging: PagingQuery,
    extension_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> Page[DeviceView]:
    """List the signed-in devices of all extensions.

    A device's `id` is its `session_id`."""
    found = await repository.devices_page(db, now(), extension_id, paging)
    return found.page(lambda row: device_view(*row))


@router.delete("/admin/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def sign_out_device(session_id: PathId, _who: AdminSession, work: Work) -> None:
    """Sign out a device."""
    await service.end_device(work, session_id, EndReason.SIGNED_OUT_BY_ADMINISTRATOR)


@router.put("/admin/sessions/{session_id}", responses=responses(NotFound))
async def update_device(session_id: PathId, body: DeviceRemark, _who: AdminSession, work: Work) -> DeviceView:
    """Change the remark on a device."""
    return await set_remark(work, session_id, body.remark)


@router.post("/admin/extensions/{extension_id}/sign-out")
async def sign_out_extension(extension_id: PathId, _who: AdminSession, work: Work) -> SignedOut:
    """Sign out all devices of an extension.

    Its user can sign in again while the Linkus client is enabled."""
    reason = EndReason.SIGNED_OUT_BY_ADMINISTRATOR
    return SignedOut(sessions_ended=await service.end_sessions(work, reason, extension_ids=[extension_id]))
