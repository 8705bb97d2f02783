"""The history of a group of the server's settings belongs to the page that shows the group."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import linkus
from linkus.shared.models.administrator import CustomRole
from linkus.shared.roles.catalogue import PAGES, Page
from linkus.shared.roles.setting_pages import HISTORY_PAGES, PAGE_OF_GROUP, page_of_group
from tests.support.api import Server

CODE = Path(linkus.__file__).parent


def written_groups() -> set[str]:
    """Return the groups that the code writes: the constant in each call of `write_group`."""
    found = set()
    for path in CODE.rglob("*.py"):
        module = ".".join(path.relative_to(CODE.parent).with_suffix("").parts)
        for name in re.findall(r"await write_group\(work, (\w+)", path.read_text("utf-8")):
            found.add(getattr(importlib.import_module(module), name))
    return found


def test_every_group_that_is_written_has_its_page() -> None:
    groups = written_groups()
    assert len(groups) > 5
    assert groups == PAGE_OF_GROUP.keys()


def test_pages() -> None:
    assert page_of_group("mail_server") == "email"
    assert page_of_group("second_factor") == "administrators"
    assert page_of_group("colours") is None
    assert set(HISTORY_PAGES) == set(PAGE_OF_GROUP.values())


@pytest.mark.parametrize("page", PAGES)
async def test_a_role_reads_the_history_of_its_own_pages_only(page: Page, server: Server) -> None:
    async with server.database.transaction() as db:
        role = CustomRole(name="R", name_key="r", permissions={page: "view"}, version=1)
        db.add(role)
    browser = await server.sign_in(await server.make_administrator("a", role="custom", custom_role_id=role.id))
    readable = set()
    for key, needed in PAGE_OF_GROUP.items():
        answer = await browser.get(f"/api/v1/admin/settings/history/{key}")
        if answer.status_code == 200:
            readable.add(key)
        elif page in HISTORY_PAGES:
            assert (answer.status_code, answer.json()["page"]) == (403, needed)
    assert readable == {key for key, needed in PAGE_OF_GROUP.items() if needed == page}


async def test_the_history_of_no_group(server: Server) -> None:
    browser = await server.sign_in(await server.make_administrator("boss"))
    assert (await browser.get("/api/v1/admin/settings/history/colours")).status_code == 404
