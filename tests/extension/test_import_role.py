"""An import follows the role that its administrator has now."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import pytest
from sqlalchemy import delete, select, update

from linkus.extension.imports import ExtensionImporter
from linkus.kit.csv_file import Row
from linkus.shared.models.administrator import Administrator
from linkus.shared.models.extension import Extension
from tests.extension.test_csv import start
from tests.support.api import Server

ROWS = "Extension Number,First Name\n" + "".join(f"{number},N{number}\n" for number in range(3001, 3004))


@pytest.mark.parametrize("change", [{"role": "accounting"}, {"disabled": True}, None])
async def test_import_stops_when_its_administrator_may_not_go_on(
    server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, change: dict[str, object] | None
) -> None:
    other = await server.make_administrator("other", role="human_resources")
    prepare = ExtensionImporter.prepare

    async def demote_after_the_first(importer: ExtensionImporter, rows: Sequence[Row]) -> None:
        await prepare(importer, rows)
        if rows[0].cells["number"] == "3002":
            who = Administrator.id == other.id
            async with server.database.transaction() as db:
                await db.execute(
                    delete(Administrator).where(who)
                    if change is None
                    else update(Administrator).where(who).values(change)
                )

    monkeypatch.setattr(ExtensionImporter, "chunk_rows", 1)
    monkeypatch.setattr(ExtensionImporter, "prepare", demote_after_the_first)
    started = await start(await server.sign_in(other), ROWS)
    assert started.status_code == 202
    await server.services.background.idle()
    view = (await admin.get(f"/api/v1/admin/imports/{started.json()['id']}")).json()
    assert (view["state"], view["created"]) == ("failed", 1)
    assert "已无权编辑分机" in str(view)
    async with server.database.transaction(write=False) as db:
        assert list(await db.scalars(select(Extension.number))) == ["3001"]
