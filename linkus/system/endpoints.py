from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from linkus import __version__
from linkus.administrator.roles import guard
from linkus.administrator.service import setup_needed
from linkus.kit.errors import Conflict, Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.http import is_loopback, request_language
from linkus.kit.messages import LANGUAGES
from linkus.kit.services import AppSettings
from linkus.kit.settings import LINKUS_PORT
from linkus.kit.work import ReadSession, Work
from linkus.session.access import (
    EditGeneral,
    ViewAbout,
    ViewGeneral,
    ViewSettingHistory,
    ViewStatus,
    check_may_view,
)
from linkus.session.auth import Metrics, Public, Watches
from linkus.session.login_mode import login_mode
from linkus.shared import setting_history
from linkus.shared.general_settings import company_name
from linkus.shared.roles.setting_pages import page_of_group
from linkus.shared.setting_history import ServerSettingChanges
from linkus.system import api_docs, figures, health, service
from linkus.system.schemas import (
    About,
    GeneralSettingsUpdate,
    GeneralSettingsView,
    Health,
    HealthInDetail,
    StatusView,
    SystemInfo,
)
from linkus.system.services import AppSystem

router = APIRouter(tags=["system"])
root_router = APIRouter(include_in_schema=False)
root_router.include_router(api_docs.router)
_ADMIN = responses(NotSignedIn, Forbidden)


@router.get("/system/info", dependencies=[Public])
async def read_info(settings: AppSettings, db: ReadSession) -> SystemInfo:
    """Read what pages need before sign-in."""
    return SystemInfo(
        name=health.PRODUCT,
        company_name=await company_name(db),
        version=__version__,
        domain=settings.public_name,
        linkus_port=LINKUS_PORT,
        tls=settings.uses_tls,
        languages=list(LANGUAGES),
        login_modes=(await login_mode(db)).names,
        setup_needed=await setup_needed(db),
    )


@router.get("/admin/status", responses=_ADMIN)
async def read_status(request: Request, services: AppSystem, _who: ViewStatus) -> StatusView:
    """Read the state of each part of the server.

    `warning`: the part works, but needs attention. Besides the programs there are `database` and `storage`, and
    `secrets` while a stored password cannot be read."""
    return await health.status(services, request_language(request))


@router.get("/admin/about", responses=_ADMIN)
async def read_about(services: AppSystem, _who: ViewAbout) -> About:
    """Read the versions of the running programs."""
    return await health.about(services)


@router.get("/admin/settings/history/{key}", responses=_ADMIN | responses(NotFound))
async def list_server_setting_changes(
    key: Annotated[str, Path(pattern="^[a-z_]{1,63}$")],
    who: ViewSettingHistory,
    db: ReadSession,
    name: Annotated[str | None, Query(max_length=63)] = None,
) -> ServerSettingChanges:
    """List the changes of a group of settings, newest first.

    `key` is the group of the event `server_settings.changed`. With `name` only the changes of one setting. Needs the
    page that shows the group: 403 `page_forbidden` names it."""
    page = page_of_group(key)
    if page is None:
        raise NotFound()
    check_may_view(who, page)
    return await setting_history.changes(db, key, name)


@router.get("/admin/settings/general", responses=_ADMIN)
async def read_general_settings(settings: AppSettings, _who: ViewGeneral, db: ReadSession) -> GeneralSettingsView:
    """Read the general settings.

    Company name, language and public address."""
    return await service.view_general(db, settings)


@router.put("/admin/settings/general", responses=_ADMIN | responses(ValidationFailed, Conflict))
async def update_general_settings(
    settings: AppSettings, given: GeneralSettingsUpdate, who: EditGeneral, work: Work
) -> GeneralSettingsView:
    """Change the general settings.

    403 `mails_reach_role` for another public address if an extension's user is an administrator with a greater role:
    links to new passwords begin with it."""
    if await service.is_other_address(work.db, given):
        await guard.check_mails(work.db, who.role)
    return await service.update_general(work, settings, given)


@root_router.get("/healthz", dependencies=[Public])
async def healthz() -> Health:
    """Answer as long as the process runs."""
    return Health(status="ok")


@root_router.get("/readyz", dependencies=[Public])
async def readyz(
    request: Request, services: AppSystem, response: Response, watches: Watches
) -> Health | HealthInDetail:
    """Tell whether the server can work: the database and, with the engine, every part must be ready. Otherwise answer
    503. Only who shows the key of `keys/metrics` learns which part is not, and why."""
    found = await health.status(services, request_language(request))
    if not found.ready:
        response.status_code = 503
    status: Literal["ok", "unavailable"] = "ok" if found.ready else "unavailable"
    if not watches:
        return Health(status=status)
    messages = {part.name: part.message for part in found.parts if part.message}
    parts: dict[str, str] = {part.name: part.state for part in found.parts}
    return HealthInDetail(status=status, parts=parts, messages=messages)


@root_router.get("/metrics", dependencies=[Metrics])
async def metrics(request: Request, services: AppSystem) -> Response:
    """Return metrics for Prometheus, for programs on this machine only. Requests forwarded by nginx count as outside
    ones."""
    if not _is_from_here(request):
        raise NotFound()
    return Response(await figures.exposition(services), media_type=CONTENT_TYPE_LATEST)


def _is_from_here(request: Request) -> bool:
    """Return whether a program of this machine sent the request. Requests forwarded by nginx count as outside ones."""
    peer = request.client.host if request.client else ""
    return is_loopback(peer) and "x-forwarded-for" not in request.headers
