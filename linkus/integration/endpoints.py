from __future__ import annotations

from fastapi import APIRouter

from linkus.integration import service
from linkus.integration.schemas import LinkusSdkUpdate, LinkusSdkView
from linkus.kit.errors import Conflict, Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.work import ReadSession, Work
from linkus.session.access import EditLinkusSdk, ViewIntegration

router = APIRouter(
    prefix="/admin/integrations",
    tags=["integrations"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)


@router.get("/linkus-sdk")
async def read_linkus_sdk(_who: ViewIntegration, db: ReadSession) -> LinkusSdkView:
    """Read whether the Linkus SDK is enabled."""
    return await service.view(db)


@router.put("/linkus-sdk", responses=responses(Conflict))
async def update_linkus_sdk(given: LinkusSdkUpdate, _who: EditLinkusSdk, work: Work) -> LinkusSdkView:
    """Enable or disable the Linkus SDK.

    While it is enabled, an extension's Linkus switch covers the pad client (SDK) as well."""
    return await service.update(work, given)
