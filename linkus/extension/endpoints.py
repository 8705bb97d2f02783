from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, UploadFile, status
from fastapi.responses import StreamingResponse

from linkus.administrator.roles import guard
from linkus.extension import bulk, repository, service
from linkus.extension.csv_columns import export
from linkus.extension.imports import ExtensionImporter
from linkus.extension.login_values import check_login_change
from linkus.extension.registrations import numbers_online
from linkus.extension.repository import ExtensionFilter
from linkus.extension.schemas import (
    BulkCreate,
    BulkCreated,
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
from linkus.extension.services import AppRegistrations
from linkus.extension.views import extension_items, extension_view
from linkus.importing import service as importing
from linkus.importing.schemas import ImportView
from linkus.kit.errors import Forbidden, NotFound, NotSignedIn, ValidationFailed, responses
from linkus.kit.fields import MAX_ID, PathId, SearchQuery
from linkus.kit.http import CSV_ANSWER, csv_answer, request_language
from linkus.kit.pages import Page, PagingQuery
from linkus.kit.services import AppDatabase, AppKit
from linkus.kit.work import ReadSession, Work, unit_of_work
from linkus.organization import impact, membership
from linkus.organization.schemas import Impact
from linkus.organization.services import AppImpactSources, AppRemovalSources
from linkus.session.access import EditExtensions, FindExtensions, ViewExtensions, check_may_edit
from linkus.shared.extension_schemas import ChangedCount

router = APIRouter(
    prefix="/admin/extensions",
    tags=["extensions"],
    responses=responses(ValidationFailed, NotSignedIn, Forbidden),
)


OwnerId = Annotated[int, Query(ge=0, le=MAX_ID)]


def _wanted(
    registrations: AppRegistrations,
    search: SearchQuery = "",
    linkus_enabled: bool | None = None,
    online: OnlineFilter | None = None,
    department: OwnerId | None = None,
    below: bool = True,
    group: OwnerId | None = None,
) -> ExtensionFilter:
    """Read the filters. `department` includes everything below it, unless `below` is false; 0 is the company, or the
    group of all extensions."""
    numbers = None if online is None else numbers_online(registrations, online)
    return ExtensionFilter(
        search=search,
        linkus_enabled=linkus_enabled,
        numbers=None if online is OnlineFilter.NONE else numbers,
        not_numbers=numbers if online is OnlineFilter.NONE else None,
        department_id=department,
        below=below,
        group_id=group,
    )


WantedQuery = Annotated[ExtensionFilter, Depends(_wanted)]


@router.get("")
async def list_extensions(
    registrations: AppRegistrations,
    _who: FindExtensions,
    db: ReadSession,
    filters: WantedQuery,
    paging: PagingQuery,
    sort: ExtensionSort = ExtensionSort.NUMBER,
) -> Page[ExtensionItem]:
    """List the extensions.

    `search` looks in numbers, names, email addresses and mobile numbers. `department` includes everything below it;
    with `below=false` only its own extensions, which for the company are those in no department. Department 0 is the
    company, and group 0 has all extensions."""
    extensions = await repository.page(db, filters, sort, paging)
    items = await extension_items(db, extensions.rows, registrations)
    return extensions.page(lambda row: items[row.id])


@router.get("/ids")
async def list_extension_ids(_who: ViewExtensions, db: ReadSession, filters: WantedQuery) -> FoundIds:
    """List the ids of all matching extensions.

    Takes the search and the filters of the list. Returns all ids and not a page of them, for actions on thousands of
    extensions."""
    return FoundIds(ids=await repository.ids(db, filters))


@router.post("", status_code=status.HTTP_201_CREATED)
async def create_extension(
    kit: AppKit, registrations: AppRegistrations, body: ExtensionCreate, who: EditExtensions
) -> ExtensionView:
    """Create an extension.

    An empty `registration_password` makes the server generate one. `new_registration_password` has it in this one
    response only. 403 `page_forbidden` for departments and groups without edit on `organization`."""
    if body.department_ids or body.group_ids:
        check_may_edit(who, "organization")
    password = await service.prepare_password(body)
    async with unit_of_work(kit) as work:
        await membership.prepare_places(work.db, body.department_ids, body.group_ids)
        saved = await service.create(work, kit.seal, body, password)
        await membership.set_places(work, saved.extension.id, body.department_ids, body.group_ids)
        return await extension_view(work.db, saved.extension, registrations, saved.new_registration_password)


@router.post("/bulk", status_code=status.HTTP_201_CREATED)
async def create_many_extensions(kit: AppKit, body: BulkCreate, who: EditExtensions) -> BulkCreated:
    """Create many extensions.

    Creates all of them or none, and puts each into the same departments and groups. 403 `page_forbidden` for these
    without edit on `organization`."""
    if body.department_ids or body.group_ids:
        check_may_edit(who, "organization")
    planned, password = await bulk.prepare(body)
    async with unit_of_work(kit) as work:
        await membership.prepare_places(work.db, body.department_ids, body.group_ids)
        created, ids = await bulk.create_many(work, kit.seal, planned, password)
        await membership.put_into(work, ids, body.department_ids, body.group_ids)
        return created


@router.post("/delete")
async def delete_many_extensions(
    body: ExtensionIds, sources: AppRemovalSources, who: EditExtensions, work: Work
) -> ChangedCount:
    """Delete many extensions.

    Signs out their clients. Rules name them no more."""
    await guard.check_login(work.db, who.role, body.ids)
    changed, ended = await service.remove(work, set(body.ids), sources)
    return ChangedCount(changed=changed, sessions_ended=ended)


@router.post("/delete-impact")
async def check_extension_deletion(
    body: ExtensionIds, sources: AppImpactSources, _who: ViewExtensions, db: ReadSession
) -> Impact:
    """Tell which rules the deletion of extensions would concern.

    Deletes nothing."""
    return await impact.of_extension_deletion(db, sources, body.ids)


@router.post("/find")
async def find_extensions(body: ExtensionNumbers, _who: FindExtensions, db: ReadSession) -> FoundExtensions:
    """Find extensions by number.

    For a list of numbers that somebody pastes."""
    return await service.find(db, body.numbers)


@router.post("/linkus")
async def switch_linkus(body: LinkusSwitch, who: EditExtensions, work: Work) -> ChangedCount:
    """Enable or disable the Linkus clients of many extensions.

    Disabling signs the clients out immediately. 403 `extension_holds_role` if the user of one of them is an
    administrator with a greater role."""
    await guard.check_login(work.db, who.role, body.ids)
    changed, ended = await service.switch_linkus_of_many(work, set(body.ids), enabled=body.enabled)
    return ChangedCount(changed=changed, sessions_ended=ended)


@router.get("/export", response_class=StreamingResponse, responses=CSV_ANSWER)
async def export_extensions(request: Request, database: AppDatabase, _who: ViewExtensions) -> StreamingResponse:
    """Export all extensions as CSV.

    UTF-8 with a byte order mark, without secrets, with headings in the reader's language."""
    return csv_answer(export(database, request_language(request)), "extensions.csv")


@router.post("/import", status_code=status.HTTP_202_ACCEPTED, max_body_size=importing.MAX_BODY_BYTES)
async def import_extensions(request: Request, kit: AppKit, file: UploadFile, who: EditExtensions) -> ImportView:
    """Import extensions from CSV.

    Adds and changes extensions by number. GET `/admin/imports/{import_id}` and the event `import.progress` report the
    progress."""
    importer = ExtensionImporter(kit.database, kit.seal, who.administrator_id)
    return await importing.start(kit, importer, file, request_language(request))


@router.get("/{extension_id}", responses=responses(NotFound))
async def read_extension(
    registrations: AppRegistrations, extension_id: PathId, _who: ViewExtensions, db: ReadSession
) -> ExtensionView:
    """Read an extension."""
    return await extension_view(db, await service.get(db, extension_id), registrations)


@router.put("/{extension_id}", responses={**responses(NotFound), 409: {"model": VersionConflictBody}})
async def update_extension(
    kit: AppKit, registrations: AppRegistrations, extension_id: PathId, body: ExtensionUpdate, who: EditExtensions
) -> ExtensionView:
    """Change an extension.

    Send all values, and the `version` that was read. 409 `version_conflict` has the present values in `current`. An
    empty password or PIN keeps the present one. 403 `extension_holds_role` for what belongs to the login of
    an administrator with a greater role: number, email address, passwords, PIN, and whether Linkus is on.
    403 `page_forbidden` for other departments or groups without edit on `organization`."""
    password = await service.prepare_password(body)
    async with unit_of_work(kit) as work:
        await membership.prepare_places(work.db, body.department_ids, body.group_ids)
        if await membership.would_move(work.db, extension_id, body.department_ids, body.group_ids):
            check_may_edit(who, "organization")
        await check_login_change(work.db, who.role, extension_id, body)
        saved = await service.update(work, kit.seal, registrations, extension_id, body, password)
        await membership.set_places(work, extension_id, body.department_ids, body.group_ids)
        return await extension_view(work.db, saved.extension, registrations, saved.new_registration_password)


@router.delete("/{extension_id}", status_code=status.HTTP_204_NO_CONTENT, responses=responses(NotFound))
async def delete_extension(extension_id: PathId, sources: AppRemovalSources, who: EditExtensions, work: Work) -> None:
    """Delete an extension.

    Signs out its clients. Rules name it no more. 403 `extension_holds_role` if its user is an administrator with a
    greater role."""
    await guard.check_login(work.db, who.role, [extension_id])
    removed, _ended = await service.remove(work, [extension_id], sources)
    if not removed:
        raise NotFound("extension_not_found")
