"""Departments and groups on the pages of extensions: filters, bulk assignment, the form, and adding many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.portal import organizing
from tests.browser.portal.conftest import OpenPortal, find, press, row
from tests.browser.portal.organizing import add_department, add_group, choose, places, put
from tests.browser.portal_api import Person, PortalApi


@pytest.fixture(autouse=True)
def nothing_left(portal: PortalApi) -> Iterator[None]:
    organizing.clear(portal)
    yield
    organizing.clear(portal)


@pytest.fixture
def people(portal: PortalApi) -> list[Person]:
    return [portal.add_person("归属", name) for name in ("甲", "乙")]


def test_the_list_filters_and_assigns(open_portal: OpenPortal, portal: PortalApi, people: list[Person]) -> None:
    first, second = people
    top = add_department(portal, "研发")
    for number in range(12):  # so many that the filter has a search field
        add_department(portal, f"组{number}", top)
    group = add_group(portal, "值班", second)
    put(portal, top, first)
    page = open_portal("extensions")
    press(page, "部门")
    page.get_by_role("textbox", name="搜索：部门").fill("研发")
    page.get_by_role("menuitem", name="研发", exact=True).click()
    expect(row(page, first.number)).to_contain_text("研发")
    expect(row(page, second.number)).to_have_count(0)
    assert f"department={top}" in page.url
    page.get_by_role("button", name="清除筛选：部门").click()
    press(page, "分机组")
    page.get_by_role("menuitem", name="值班").click()
    expect(row(page, second.number)).to_be_visible()
    expect(row(page, first.number)).to_have_count(0)
    assert f"group={group}" in page.url

    page.get_by_role("checkbox", name=f"选择 {second.number}").check()
    press(page, "部门和分机组")
    dialog = page.get_by_role("dialog", name="设置 1 个分机的部门和分机组")
    choose(page, dialog, "部门", "研发/组11")
    press(dialog, "保存")
    expect(page.get_by_text("已更改 1 个分机")).to_be_visible()
    assert places(portal, second) == (["组11"], ["值班"])


def test_the_form_shows_and_edits_them(open_portal: OpenPortal, portal: PortalApi, people: list[Person]) -> None:
    first, _second = people
    put(portal, add_department(portal, "研发"), first)
    add_department(portal, "市场")
    add_group(portal, "值班", first)
    page = open_portal(f"extensions/{first.id}")
    panel = page.get_by_role("tabpanel", name="用户")
    expect(panel.locator(".ant-select-selection-item", has_text="研发")).to_be_visible()
    expect(panel.locator(".ant-select-selection-item", has_text="值班")).to_be_visible()
    choose(page, panel, "部门", "市场")
    panel.locator(".ant-select-selection-item", has_text="值班").locator(".ant-select-selection-item-remove").click()
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    assert places(portal, first) == (["市场", "研发"], [])


def test_many_are_added_to_a_department(open_portal: OpenPortal, portal: PortalApi) -> None:
    add_department(portal, "新人")
    add_group(portal, "培训")
    page = open_portal("extensions")
    press(page, "批量添加")
    dialog = page.get_by_role("dialog", name="批量添加分机")
    dialog.get_by_label("起始号码").fill("88001")
    dialog.get_by_label("数量").fill("2")
    choose(page, dialog, "部门", "新人")
    choose(page, dialog, "分机组", "培训")
    press(dialog, "保存")
    expect(page.get_by_text("已添加 2 个分机")).to_be_visible()
    expect(find(page, "88002")).to_contain_text("新人")
    found = portal.call("GET", "/admin/extensions?search=8800")["items"]
    assert [[one["name"] for one in item["departments"] + item["groups"]] for item in found] == [["新人", "培训"]] * 2
    portal.call("POST", "/admin/extensions/delete", {"ids": [item["id"] for item in found]})
