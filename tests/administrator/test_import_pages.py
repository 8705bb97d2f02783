"""The report of an import belongs to the page that the file was imported on."""

from __future__ import annotations

import httpx
import pytest

from linkus.administrator.roles.event_pages import may_hear
from linkus.importing.events import ImportProgressed
from linkus.importing.schemas import ImportKind, ImportState
from linkus.kit.clock import now
from linkus.shared.roles.catalogue import Page, Role
from tests.support.api import Server

URL = "/api/v1/admin"
FILES = {
    "extensions": ("extensions/import", b"Extension Number,Email Address\n1001,nobody\n"),
    "inbound_routes": ("inbound-routes/import", b"Trunk,DID Number,Destination\nnowhere,1,nowhere\n"),
}


@pytest.mark.parametrize("page", ["extensions", "inbound_routes"])
async def test_a_report_needs_its_own_page(admin: httpx.AsyncClient, server: Server, page: Page) -> None:
    ids = {}
    for kind, (path, file) in FILES.items():
        started = await admin.post(f"{URL}/{path}", files={"file": ("salaries.csv", file, "text/csv")})
        assert started.status_code == 202, started.text
        ids[kind] = started.json()["id"]
    await server.services.background.idle()
    role = (await admin.post(f"{URL}/roles", json={"name": "R", "permissions": {page: "edit"}})).json()
    role_id = int(role["id"])
    reader = await server.sign_in(await server.make_administrator("a", role="custom", custom_role_id=role_id))
    for kind, import_id in ids.items():
        for url in (f"{URL}/imports/{import_id}", f"{URL}/imports/{import_id}/errors"):
            answer = await reader.get(url)
            if kind == page:
                assert answer.status_code == 200, answer.text
                continue
            assert (answer.status_code, answer.json()["code"]) == (403, "page_forbidden"), answer.text
            assert "salaries" not in answer.text


@pytest.mark.parametrize("kind", ImportKind)
def test_its_progress_is_heard_on_its_own_page(kind: ImportKind) -> None:
    event = ImportProgressed(
        id=1,
        kind=kind,
        state=ImportState.RUNNING,
        file_name="salaries.csv",
        total=1,
        done=0,
        created=0,
        updated=0,
        failed=0,
        error_count=0,
        created_at=now(),
        finished_at=None,
    )
    for page in ("extensions", "inbound_routes"):
        assert may_hear(Role("custom:1", {page: "view"}, "R"), event) is (page == kind.value)  # type: ignore[dict-item]
