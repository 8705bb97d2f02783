from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, UploadFile, status
from fastapi.responses import StreamingResponse

from linkus.extension import bulk, repository, service
from linkus.extension.csv_columns import export
from linkus.extension.imports import ExtensionImporter
from linkus.extension.presence import numbers_online
from linkus.extension.repository import ExtensionFilter
from linkus.extension.schemas import (
    BulkCreate,
    BulkCreated,
    ChangedCount,
    ExtensionCreate,
    ExtensionIds,
    ExtensionItem,
    ExtensionNumbers,
    ExtensionSort,
    ExtensionUpdate,
    ExtensionView,
    FoundExtensions,
    FoundIds,
    LinkusSwitch,
    OnlineFilter,
    VersionConflictBody,
)
from linkus.extension.views import extension_items, extension_view
from linkus.importing import service as importing
from linkus.importing.schemas import ImportView
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId, SearchQuery
from linkus.kit.http import CSV_ANSWER, csv_answer, request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppDatabase, AppKit
from linkus.kit.work import ReadSession, Work, unit_of_work
from linkus.organization import membership
from linkus.services import AppPresence
from linkus.session.auth import AdminSession

router = APIRouter(
    prefix="/admin/extensions",
    tags=["extensions"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)


OwnerId = Annotated[int, Query(ge=0, le=MAX_ID)]


def _wanted(
    presence: AppPresence,
    search: SearchQuery = "",
    linkus_enabled: bool | None = None,
    online: OnlineFilter | None = None,
    department: OwnerId | None = None,
    group: OwnerId | None = None,
) -> ExtensionFilter:
    """Read the filters. `department` includes everything below it; 0 is the company, or the group of all
    extensions."""
    numbers = None if online is None else numbers_online(presence, online)
    return ExtensionFilter(
        search=search,
        linkus_enabled=linkus_enabled,
        numbers=None if online is OnlineFilter.NONE else numbers,
        not_numbers=numbers if online is OnlineFilter.NONE else None,
        department_id=department,
        group_id=group,
    )


WantedQuery = Annotated[ExtensionFilter, Depends(_wanted)]


@router.get("")
async def list_extensions(
    presence: AppPresence,
    _who: AdminSession,
    db: ReadSession,
    filters: WantedQuery,
    paging: PagingQuery,
    sort: ExtensionSort = ExtensionSort.NUMBER,
) -> Page[ExtensionItem]:
    """List the extensions.

    `search` looks in numbers, names, e-mail addresses and mobile numbers. `department` includes everything below it.
    Department 0 is the company, and group 0 has all extensions."""
    extensions = await repository.page(db, filters, sort, paging)
    items = await extension_items(db, extensions.rows, presence)
    return extensions.page(lambda row: items[row.id])


@router.get("/ids")
async def list_extension_ids(_who: AdminSession, db: ReadSession, filters: WantedQuery) -> FoundIds:
    """List the ids of all matching extensions.

    Takes the search and the filters of the list. Returns all ids and not a page of them, for actions on thousands of
    extensions."""
    return FoundIds(ids=await repository.ids(db, filters))


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_extension(
    kit: AppKit, presence: AppPresence, body: ExtensionCreate, _who: AdminSession
) -> ExtensionView:
    """Create an extension.

    An empty `registration_password` makes the server generate one. `new_registration_password` has it in this one
    response only."""
    password = await service.prepare_password(body)
    async with unit_of_work(kit) as work:
        await membership.prepare_places(work.db, body.department_ids, body.group_ids)
        saved = await service.create(work, kit.seal, body, password)
        await membership.set_places(work, saved.extension.id, body.department_ids, body.group_ids)
        return await extension_view(work.db, saved.extension, presence, saved.new_registration_password)


@router.post("/bulk", status_code=status.HTTP_201_CREATED)
async def create_many_extensions(kit: AppKit, body: BulkCreate, _who: AdminSession) -> BulkCreated:
    """Create many extensions.

    Creates all of them or none."""
    planned, password = await bulk.prepare(body)
    async with unit_of_work(kit) as work:
        return await bulk.create_many(work, kit.seal, planned, password)


@router.post("/delete")
async def delete_many_extensions(body: ExtensionIds, _who: AdminSession, work: Work) -> ChangedCount:
    """Delete many extensions.

    Signs out their clients."""
    changed, ended = await service.remove(work, set(body.ids))
    return ChangedCount(changed=changed, sessions_ended=ended)


@router.post("/find")
async def find_extensions(body: ExtensionNumbers, _who: AdminSession, db: ReadSession) -> FoundExtensions:
    """Find extensions by number.

    For a list of numbers that somebody pastes."""
    return await service.find(db, body.numbers)


@router.post("/linkus")
async def switch_linkus(body: LinkusSwitch, _who: AdminSession, work: Work) -> ChangedCount:
    """Enable or disable the Linkus clients of many extensions.

    Disabling signs the clients out immediately."""
    changed, ended = await service.switch_linkus(work, set(body.ids), enabled=body.enabled)
    return ChangedCount(changed=changed, sessions_ended=ended)


@router.get("/export", response_class=StreamingResponse, responses=CSV_ANSWER)
async def export_extensions(request: Request, database: AppDatabase, _who: AdminSession) -> StreamingResponse:
    """Export all extensions as CSV.

    UTF-8 with a byte order mark, without secrets, with headings in the reader's language."""
    return csv_answer(export(database, request_language(request)), "extensions.csv")


@router.post("/import", status_code=status.HTTP_202_ACCEPTED, max_body_size=importing.MAX_BODY_BYTES)
async def import_extensions(request: Request, kit: AppKit, file: UploadFile, _who: AdminSession) -> ImportView:
    """Import extensions from CSV.

    Adds and changes extensions by number. GET `/admin/imports/{import_id}` and the event `import.progress` report the
    progress."""
    return await importing.start(kit, ExtensionImporter(kit.database, kit.seal), file, request_language(request))


@router.get("/{extension_id}", responses=responses(NotFound))
async def read_extension(
    presence: AppPresence, extension_id: PathId, _who: AdminSession, db: ReadSession
) -> ExtensionView:
    """Read an extension."""
    return await extension_view(db, await service.get(db, extension_id), presence)


@router.put("/{extension_id}", responses={**responses(NotFound), 409: {"model": VersionConflictBody}})
async def update_extension(
    kit: AppKit, presence: AppPresence, extension_id: PathId, body: ExtensionUpdate, _who: AdminSession
) -> ExtensionView:
    """Change an extension.

    Send all values, and the `version` that was read. 409 `version_conflict` has the present values in `current`. An
    empty password or PIN keeps the present one."""
    password = await service.prepare_password(body)
    async with unit_of_work(kit) as work:
        await membership.prepare_places(work.db, body.department_ids, body.group_ids)
        saved = await service.update(work, kit.seal, presence, extension_id, body, password)
        await membership.set_places(work, extension_id, body.department_ids, body.group_ids)
        return await extension_view(work.db, saved.extension, presence, saved.new_registration_password)


@router.delete("/{extension_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_extension(extension_id: PathId, _who: AdminSession, work: Work) -> None:
    """Delete an extension.

    Signs out its clients."""
    removed, _ended = await service.remove(work, [extension_id])
    if not removed:
        raise NotFound("extension_not_found")
