from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, status

from linkus.administrator.roles import guard
from linkus.kit.clock import now
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.work import ReadSession, Work
from linkus.session import repository, service
from linkus.session.access import EditExtensions, ViewExtensions
from linkus.session.devices import set_remark
from linkus.session.schemas import DeviceRemark, DeviceView, EndReason, SignedOut
from linkus.session.views import device_view

router = APIRouter(tags=["sessions"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/sessions")
async def list_devices(
    _who: ViewExtensions,
    db: ReadSession,
    paging: PagingQuery,
    extension_id: Annotated[int | None, Query(ge=1, le=MAX_ID)] = None,
) -> Page[DeviceView]:
    """List the signed-in devices of all extensions.

    A device's `id` is its `session_id`."""
    found = await repository.devices_page(db, now(), extension_id, paging)
    return found.page(lambda row: device_view(*row))


@router.delete("/admin/sessions/{session_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def sign_out_device(session_id: PathId, who: EditExtensions, work: Work) -> None:
    """Sign out a device.

    403 `extension_holds_role` if its user is an administrator with a greater role."""
    found = await repository.find_device(work.db, session_id, now())
    if found is not None:
        await guard.check_login(work.db, who.role, [found[1].id])
    await service.end_device(work, session_id, EndReason.SIGNED_OUT_BY_ADMINISTRATOR)


@router.put("/admin/sessions/{session_id}", responses=responses(NotFound))
async def update_device(session_id: PathId, body: DeviceRemark, _who: EditExtensions, work: Work) -> DeviceView:
    """Change the remark on a device."""
    return await set_remark(work, session_id, body.remark)


@router.post("/admin/extensions/{extension_id}/sign-out")
async def sign_out_extension(extension_id: PathId, who: EditExtensions, work: Work) -> SignedOut:
    """Sign out all devices of an extension.

    Its user can sign in again while the Linkus client is enabled. 403 `extension_holds_role` if the user is an
    administrator with a greater role."""
    await guard.check_login(work.db, who.role, [extension_id])
    return SignedOut(sessions_ended=await service.sign_out_extension(work, extension_id))
