"""呼叫功能 > 广播/对讲: groups, their members, and who may page."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.portal.conftest import OpenPortal, press
from tests.browser.portal_api import PortalApi

URL = "/admin/paging-groups"


@pytest.fixture
def group(portal: PortalApi, number: str) -> dict[str, object]:
    made: dict[str, object] = portal.call("POST", URL, {"number": number, "name": f"组{number}"})
    return made


def members(page: Page) -> list[str]:
    rows = page.get_by_role("region", name="成员").get_by_role("row").all_inner_texts()
    return [row.split()[0] for row in rows[1:]]


def test_add_with_members_found_and_pasted(open_portal: OpenPortal, portal: PortalApi, number: str) -> None:
    people = [portal.add_person("广播", name) for name in ("甲", "乙", "丙")]
    page = open_portal("")
    page.get_by_role("link", name="广播/对讲").click()
    press(page, "添加")
    page.get_by_role("textbox", name="号码", exact=True).fill(number)
    page.get_by_role("textbox", name="名称").fill("仓库")
    page.get_by_role("radio", name="对讲").check()
    panel = page.get_by_role("region", name="成员")
    press(panel, "选择分机")
    dialog = page.get_by_role("dialog", name="选择分机")
    dialog.get_by_role("searchbox").fill("广播")
    expect(dialog.get_by_text("共 3 项")).to_be_visible()
    dialog.get_by_role("cell", name=people[0].number, exact=True).click()
    press(dialog, "添加 1 个")
    expect(panel.get_by_text("已选 1 个分机")).to_be_visible()

    press(panel, "粘贴号码")
    paste = page.get_by_role("dialog", name="粘贴号码")
    paste.get_by_label("分机号码").fill(f"{people[1].number}-{people[2].number}, 99999998 张三")
    press(paste, "添加")
    expect(paste.get_by_role("alert").first).to_contain_text("分机不存在：99999998")
    expect(paste.get_by_text("无法识别的号码：张三")).to_be_visible()
    paste.get_by_role("button", name="关闭").last.click()
    expect(panel.get_by_text("已选 3 个分机")).to_be_visible()
    panel.get_by_role("button", name=f"移除 {people[1].number}").click()
    assert members(page) == [people[0].number, people[2].number]

    page.get_by_role("radio", name="指定分机").check()
    press(page, "保存")
    chosen = page.locator(".ant-form-item", has_text="可以发起的分机")
    expect(chosen.locator(".ant-form-item-explain-error")).to_contain_text("至少选择一个")
    press(chosen, "粘贴号码")
    paste = page.get_by_role("dialog", name="粘贴号码")
    paste.get_by_label("分机号码").fill(people[1].number)
    press(paste, "添加")
    expect(chosen.get_by_text("已选 1 个分机")).to_be_visible()
    press(page, "保存")
    expect(page.get_by_text(f"已添加广播组 {number} 仓库")).to_be_visible()

    page.get_by_role("searchbox", name="搜索").fill(number)
    row = page.get_by_role("row").filter(has_text=number)
    for text in ("仓库", "对讲", "指定分机（1）", "2"):
        expect(row).to_contain_text(text)
    [item] = portal.call("GET", f"{URL}?search={number}")["items"]
    found = portal.call("GET", f"{URL}/{item['id']}")
    assert found["member_ids"] == [people[0].id, people[2].id]
    assert found["caller_ids"] == [people[1].id]


def test_a_number_is_not_given_twice(open_portal: OpenPortal, portal: PortalApi, number: str) -> None:
    person = portal.add_person()
    portal.call("POST", URL, {"number": number, "name": "x"})
    page = open_portal("paging-groups/new")
    nobody = page.get_by_text("还没有成员，拨打此号码时没有分机响铃")
    page.get_by_role("textbox", name="名称").fill("重复")
    expect(nobody).to_have_count(0)
    page.get_by_role("textbox", name="号码", exact=True).fill(person.number)
    expect(nobody).to_be_visible()
    press(page, "保存")
    expect(page.get_by_text(f"号码 {person.number} 已被分机使用，请换一个。")).to_be_visible()
    expect(page.get_by_role("textbox", name="号码", exact=True)).to_be_focused()
    page = open_portal("extensions/new")
    page.get_by_label("分机号码").fill(number)
    press(page, "保存")
    expect(page.get_by_text(f"号码 {number} 已被广播组使用，请换一个。")).to_be_visible()


def test_two_administrators_at_once(open_portal: OpenPortal, group: dict[str, object]) -> None:
    path = f"paging-groups/{group['id']}"
    one, two = open_portal(path), open_portal(path)
    one.get_by_label("名称").fill("前台")
    press(one, "保存")
    expect(one.get_by_text("已保存")).to_be_visible()
    expect(two.get_by_label("名称")).to_have_value("前台")  # nobody was typing there, so it shows the present value
    two.get_by_label("名称").fill("车间")
    one.get_by_label("名称").fill("仓库")
    press(one, "保存")
    expect(two.get_by_text("内容已被他人修改")).to_be_visible()
    press(two, "重新加载")
    expect(two.get_by_label("名称")).to_have_value("仓库")


def test_a_deleted_extension_leaves_an_open_page(open_portal: OpenPortal, portal: PortalApi, number: str) -> None:
    stays, goes = portal.add_person(), portal.add_person()
    body = {"number": number, "name": "x", "member_ids": [stays.id, goes.id]}
    made = portal.call("POST", URL, body)
    page = open_portal(f"paging-groups/{made['id']}")
    assert members(page) == [stays.number, goes.number]
    portal.call("DELETE", f"/admin/extensions/{goes.id}")
    expect(page.get_by_text("已选 1 个分机")).to_be_visible()
    assert members(page) == [stays.number]


@pytest.fixture
def thousands(portal: PortalApi) -> Iterator[None]:
    """Add 3,000 extensions from 300001, and delete them again: other tests look for numbers that theirs contain."""
    portal.call("POST", "/admin/extensions/bulk", {"from_number": "300001", "count": 3000})
    yield
    ids = {
        key for part in range(3000, 3031) for key in portal.call("GET", f"/admin/extensions/ids?search={part}")["ids"]
    }
    portal.call("POST", "/admin/extensions/delete", {"ids": sorted(ids)})


def test_thousands_of_extensions_and_a_hundred_members(
    open_portal: OpenPortal, portal: PortalApi, thousands: None
) -> None:
    made = portal.call("POST", URL, {"number": "39", "name": "大组"})
    page = open_portal(f"paging-groups/{made['id']}")
    panel = page.get_by_role("region", name="成员")
    press(panel, "选择分机")
    dialog = page.get_by_role("dialog", name="选择分机")
    dialog.get_by_role("searchbox").fill("30001")
    expect(dialog.get_by_text("共 10 项")).to_be_visible(timeout=3000)
    press(dialog, "选择全部 10 个结果")
    press(dialog, "添加 10 个")
    press(panel, "粘贴号码")
    paste = page.get_by_role("dialog", name="粘贴号码")
    paste.get_by_label("分机号码").fill("302001-302090")
    press(paste, "添加")
    expect(panel.get_by_text("已选 100 个分机")).to_be_visible()
    press(panel, "粘贴号码")
    paste.get_by_label("分机号码").fill("302500")
    press(paste, "添加")
    expect(paste.get_by_text("最多可选 100 个分机")).to_be_visible()
    press(paste, "取消")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    assert len(portal.call("GET", f"{URL}/{made['id']}")["member_ids"]) == 100


def test_delete(open_portal: OpenPortal, group: dict[str, object]) -> None:
    page = open_portal(f"paging-groups?search={group['number']}")
    press(page, "删除")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text(f"删除广播组 {group['number']}")
    dialog.get_by_role("button", name="删除").click()
    expect(page.get_by_text("没有符合条件的结果")).to_be_visible()
