from __future__ import annotations

from fastapi import APIRouter

from linkus.kit.errors import Conflict, Forbidden, NotSignedIn, ValidationFailed, responses
from linkus.kit.work import ReadSession, Work
from linkus.server_settings import service
from linkus.server_settings.schemas import LinkusServerUpdate, LinkusServerView
from linkus.session.access import EditLinkusServer, ViewLinkusServer

router = APIRouter(tags=["linkus server"], responses=responses(ValidationFailed, NotSignedIn, Forbidden))


@router.get("/admin/linkus-server")
async def read_linkus_server(_who: ViewLinkusServer, db: ReadSession) -> LinkusServerView:
    """Read the settings of the Linkus server."""
    return await service.view(db)


@router.put("/admin/linkus-server", responses=responses(Conflict))
async def update_linkus_server(body: LinkusServerUpdate, _who: EditLinkusServer, work: Work) -> LinkusServerView:
    """Change the settings of the Linkus server."""
    return await service.update(work, body)
