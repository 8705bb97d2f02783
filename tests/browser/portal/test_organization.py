"""分机和中继 > 组织架构 and 分机组: the tree of departments, groups, and who is in them."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.portal import organizing
from tests.browser.portal.conftest import NARROW, OpenPortal, press, row
from tests.browser.portal.organizing import add_department, add_group, choose, item, names, paths, pick, places, put
from tests.browser.portal_api import Person, PortalApi

MENU_RULES = "/admin/client-permission/menu/rules"


@pytest.fixture(autouse=True)
def nothing_left(portal: PortalApi) -> Iterator[None]:
    organizing.clear(portal)
    yield
    organizing.clear(portal)
    if ids := [rule["id"] for rule in portal.call("GET", MENU_RULES)["items"]]:
        portal.call("POST", f"{MENU_RULES}/delete", {"ids": ids})


@pytest.fixture
def people(portal: PortalApi) -> list[Person]:
    return [portal.add_person("部门", name) for name in ("甲", "乙")]


def hide_calls(portal: PortalApi, name: str, kind: str, subject_id: int) -> None:
    body = {
        "name": name,
        "permission": "disallow",
        "targets": ["call_logs"],
        "subjects": [{"kind": kind, "id": subject_id}],
    }
    portal.call("POST", MENU_RULES, body)


def act(page: Page, name: str, action: str) -> None:
    """Choose an action in the menu of a department."""
    page.get_by_role("button", name=f"{name}：更多操作").click()
    page.get_by_role("menuitem", name=action).click()


def add(page: Page, name: str) -> None:
    dialog = page.get_by_role("dialog", name="添加部门")
    expect(dialog.get_by_label("部门名称")).to_be_focused()
    dialog.get_by_label("部门名称").fill(name)
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)


def test_departments_from_nothing(open_portal: OpenPortal, portal: PortalApi, people: list[Person]) -> None:
    page = open_portal("")
    page.get_by_role("link", name="组织架构").click()
    expect(page.get_by_text("还没有部门")).to_be_visible()
    page.get_by_role("region", name="部门", exact=True).get_by_role("button", name="添加部门").click()
    add(page, "销售部")
    expect(page.get_by_role("heading", level=2, name="销售部")).to_be_visible()
    expect(page.get_by_text("此部门还没有分机")).to_be_visible()
    act(page, "销售部", "添加下级部门")
    add(page, "华东")
    press(page, "添加部门")  # below the one that is chosen
    add(page, "上海")
    assert paths(portal) == ["销售部", "销售部/华东", "销售部/华东/上海"]
    press(page, "添加部门")
    dialog = page.get_by_role("dialog", name="添加部门")
    choose(page, dialog, "上级部门", "销售部")
    dialog.get_by_label("部门名称").fill("华东")
    press(dialog, "添加")
    expect(dialog.locator(".ant-form-item-explain-error")).to_contain_text("华东")
    press(dialog, "取消")

    page.get_by_role("treeitem", name=re.compile("^销售部")).click()
    press(page, "添加成员")
    pick(page, *people)
    expect(page.get_by_text("已将 2 个分机加入 销售部")).to_be_visible()
    expect(row(page, people[0].number)).to_contain_text("销售部")
    expect(item(page, "销售部")).to_contain_text("2")
    assert places(portal, people[0]) == (["销售部"], [])
    press(page, "撤销")
    expect(page.get_by_text("已撤销")).to_be_visible()
    expect(page.get_by_text("此部门还没有分机")).to_be_visible()
    assert places(portal, people[0]) == ([], [])


def test_the_keyboard_reaches_and_moves_every_department(open_portal: OpenPortal, portal: PortalApi) -> None:
    a = add_department(portal, "甲部")
    add_department(portal, "甲一", a)
    add_department(portal, "甲二", a)
    add_department(portal, "乙部")
    page = open_portal("organization")
    tree = page.get_by_role("tree", name="部门")
    expect(tree.get_by_role("treeitem")).to_have_count(5)
    page.get_by_role("searchbox", name="搜索部门").focus()
    for _ in range(4):  # clear, expand all, collapse all, the tree
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('role')") == "treeitem":
            break
    page.keyboard.press("ArrowDown")
    expect(item(page, "甲部")).to_be_focused()
    page.keyboard.press("ArrowLeft")
    expect(item(page, "甲部")).to_have_attribute("aria-expanded", "false")
    expect(tree.get_by_role("treeitem")).to_have_count(3)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(item(page, "甲一")).to_be_focused()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.get_by_text("已调整 甲一 的顺序")).to_be_visible()
    assert paths(portal) == ["甲部", "甲部/甲二", "甲部/甲一", "乙部"]
    expect(item(page, "甲一")).to_be_focused()
    press(page, "撤销")
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert paths(portal) == ["甲部", "甲部/甲一", "甲部/甲二", "乙部"]

    item(page, "甲一").focus()
    page.keyboard.press("F2")
    dialog = page.get_by_role("dialog", name="重命名部门 甲一")
    dialog.get_by_label("部门名称").fill("甲壹")
    page.keyboard.press("Enter")
    expect(item(page, "甲壹")).to_be_focused()
    page.keyboard.press("F2")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(item(page, "甲壹")).to_be_focused()
    page.keyboard.press("Shift+F10")
    expect(page.get_by_role("menuitem", name="上移")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menuitem", name="上移")).to_have_count(0)
    expect(item(page, "甲壹")).to_be_focused()
    page.keyboard.press("End")
    expect(item(page, "乙部")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=2, name="乙部")).to_be_visible()
    page.keyboard.press("Delete")
    dialog = page.get_by_role("dialog", name="删除部门 乙部？")
    expect(dialog).to_contain_text("不涉及任何分机")
    press(dialog, "删除")
    expect(page.get_by_text("已删除部门 乙部")).to_be_visible()
    expect(item(page, "乙部")).to_have_count(0)
    told = page.locator(".ant-message-notice").filter(has_text="已删除部门 乙部")  # beside that of the other name
    press(told, "撤销")
    expect(item(page, "乙部")).to_be_visible()
    assert paths(portal)[-1] == "乙部"


def test_a_department_below_a_closed_one_is_shown_and_a_taken_name_is_said_at_the_field(
    open_portal: OpenPortal, portal: PortalApi
) -> None:
    top = add_department(portal, "上部")
    add_department(portal, "旧组", top)
    page = open_portal("organization")
    press(page, "全部收起")
    expect(item(page, "旧组")).to_have_count(0)
    act(page, "上部", "添加下级部门")
    dialog = page.get_by_role("dialog", name="添加部门")
    expect(dialog).to_contain_text("新部门将成为“上部”的下级部门")
    dialog.get_by_label("部门名称").fill("旧组")
    page.keyboard.press("Enter")
    expect(dialog.locator(".ant-form-item-explain-error")).to_have_text("此处已有名为“旧组”的部门，请换一个名称。")
    add(page, "新组")
    expect(item(page, "新组")).to_be_visible()
    expect(item(page, "新组")).to_have_attribute("aria-selected", "true")
    expect(item(page, "新组")).to_be_focused()
    assert paths(portal) == ["上部", "上部/旧组", "上部/新组"]
    act(page, "新组", "移动…")
    dialog = page.get_by_role("dialog", name="移动部门 新组")
    expect(dialog.get_by_label("移动到")).to_be_focused()
    expect(dialog).not_to_contain_text("其下级部门会一起移动")


def test_a_deletion_names_those_who_see_others_not_those_who_move(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person]
) -> None:
    first, second = people
    works = add_department(portal, "车间")
    put(portal, works, second)
    body = {"name": "门卫", "subjects": {"extension_ids": [first.id]}, "targets": {"department_ids": [works]}}
    portal.call("POST", organizing.RULES, body)
    hide_calls(portal, "安静", "department", works)
    page = open_portal("organization")
    act(page, "车间", "删除")
    dialog = page.get_by_role("dialog", name="删除部门 车间？")
    expect(dialog).to_contain_text(f"涉及 1 个分机：{second.number} 部门乙")
    expect(dialog).to_contain_text("分机可见性 · 门卫：失去最后一个可以看到的对象，此规则将不再起作用")
    expect(dialog).to_contain_text("菜单可见性 · 安静：失去最后一个对象，此规则将不再起作用")
    expect(dialog).to_contain_text(f"1 个分机看到的同事会改变：{first.number} 部门甲")
    expect(dialog).to_contain_text(f"1 个分机看到的菜单会改变：{second.number} 部门乙（1 个增加，0 个减少）")
    press(dialog, "删除")
    expect(page.get_by_text("已删除部门 车间")).to_be_visible()
    press(page, "撤销")
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert places(portal, second) == (["车间"], [])
    [rule] = [one for one in portal.call("GET", organizing.RULES)["items"] if not one["is_default"]]
    assert (rule["targets"]["department_ids"], rule["idle"]) == ([works], None)


def test_a_move_says_whose_permissions_change(open_portal: OpenPortal, portal: PortalApi, people: list[Person]) -> None:
    old, new = add_department(portal, "旧部"), add_department(portal, "新部")
    moved = add_department(portal, "小组", old)
    put(portal, moved, *people)
    hide_calls(portal, "旧规则", "department", old)
    hide_calls(portal, "新规则", "department", new)
    page = open_portal("organization")
    act(page, "小组", "移动…")
    dialog = page.get_by_role("dialog", name="移动部门 小组")
    expect(dialog.get_by_role("button", name="移动", exact=True)).to_be_disabled()
    choose(page, dialog, "移动到", "新部")
    expect(dialog).to_contain_text(f"涉及 2 个分机：{people[0].number} 部门甲")
    expect(dialog).to_contain_text("菜单可见性 · 旧规则：不再适用于这些分机")
    expect(dialog).to_contain_text("菜单可见性 · 新规则：开始适用于这些分机")
    press(dialog, "移动")
    expect(page.get_by_text("已移动部门 小组")).to_be_visible()
    assert paths(portal) == ["旧部", "新部", "新部/小组"]
    press(page, "撤销")
    expect(page.get_by_text("已撤销")).to_be_visible()
    assert paths(portal) == ["旧部", "旧部/小组", "新部"]

    item(page, "小组").drag_to(item(page, "新部"))
    expect(dialog).to_contain_text("新规则")
    press(dialog, "移动")
    expect(dialog).to_have_count(0)
    assert paths(portal) == ["旧部", "新部", "新部/小组"]
    # between two others, on the edge of one: the same parent, so nothing is asked
    item(page, "新部").drag_to(item(page, "旧部"), target_position={"x": 60, "y": 2})
    expect(page.get_by_text("已调整 新部 的顺序")).to_be_visible()
    assert paths(portal) == ["新部", "新部/小组", "旧部"]

    act(page, "新部", "删除")
    dialog = page.get_by_role("dialog", name="删除部门 新部？")
    expect(dialog).to_contain_text("菜单可见性 · 新规则：失去最后一个对象，此规则将不再起作用")
    press(dialog, "删除")
    expect(page.get_by_text("已删除部门 新部")).to_be_visible()
    assert paths(portal) == ["小组", "旧部"]
    assert places(portal, people[0]) == (["小组"], [])


def test_members_are_found_taken_out_and_assigned(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person]
) -> None:
    first, second = people
    top = add_department(portal, "总部")
    below = add_department(portal, "分部", top)
    put(portal, top, first)
    put(portal, below, second)
    page = open_portal(f"organization/{top}")
    expect(row(page, first.number)).to_be_visible()
    expect(row(page, second.number)).to_be_visible()
    press(page, "范围")
    page.get_by_role("menuitem", name="仅此部门").click()
    expect(row(page, second.number)).to_have_count(0)
    page.get_by_role("button", name="清除筛选：范围").click()
    # who is only below cannot be taken out here
    expect(row(page, second.number).get_by_role("button")).to_have_count(0)
    row(page, first.number).get_by_role("button", name="移出").click()
    expect(page.get_by_text("已将 1 个分机移出 总部")).to_be_visible()
    expect(row(page, first.number)).to_have_count(0)
    press(page, "撤销")
    expect(row(page, first.number)).to_be_visible()

    page.get_by_role("searchbox", name="搜索", exact=True).fill(second.number)
    expect(page.get_by_text("共 1 项")).to_be_visible()
    page.get_by_role("checkbox", name=f"选择 {second.number}").check()
    press(page, "部门和分机组")
    dialog = page.get_by_role("dialog", name="设置 1 个分机的部门和分机组")
    press(dialog, "保存")
    expect(dialog.get_by_role("alert")).to_contain_text("请选择至少一个")
    dialog.get_by_role("radio", name="替换").check()
    choose(page, dialog, "部门", "总部")
    press(dialog, "保存")
    expect(page.get_by_text("已更改 1 个分机")).to_be_visible()
    assert places(portal, second) == (["总部"], [])

    page.goto(page.url.split("/portal/")[0] + "/portal/organization/999999")
    expect(page.get_by_text("此部门不存在")).to_be_visible()


def test_groups(open_portal: OpenPortal, portal: PortalApi, people: list[Person]) -> None:
    page = open_portal("")
    page.get_by_role("link", name="分机组").click()
    expect(page.get_by_role("row").filter(has_text="所有人")).to_contain_text("始终包含全部分机")
    expect(page.get_by_text("目前只有“所有人”")).to_be_visible()
    press(page, "添加分机组")
    page.get_by_role("dialog", name="添加分机组").get_by_label("名称").fill("前台")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("分机组 前台")
    press(page, "粘贴号码")
    dialog = page.get_by_role("dialog", name="粘贴号码")
    expect(dialog.get_by_label("分机号码")).to_be_focused()
    dialog.get_by_label("分机号码").fill(f"{people[0].number} {people[1].number}")
    press(dialog, "添加")
    expect(page.get_by_text("已将 2 个分机加入 前台")).to_be_visible()
    expect(row(page, people[1].number)).to_be_visible()
    press(page, "重命名")
    dialog = page.get_by_role("dialog", name="重命名分机组 前台")
    dialog.get_by_label("名称").fill("所有人")
    press(dialog, "保存")
    expect(dialog.locator(".ant-form-item-explain-error")).to_be_visible()
    dialog.get_by_label("名称").fill("接待")
    press(dialog, "保存")
    expect(page.get_by_role("heading", level=1)).to_have_text("分机组 接待")
    add_group(portal, "售后")
    [group] = [one for one in portal.call("GET", organizing.GROUPS)["items"] if one["name"] == "接待"]
    hide_calls(portal, "接待规则", "group", group["id"])

    page.get_by_role("link", name="分机组").click()
    page.get_by_role("columnheader", name="成员").click()
    expect(page.get_by_role("row").get_by_role("link")).to_have_text(["所有人", "售后", "接待"])
    page.get_by_role("searchbox", name="搜索").fill("接待")
    expect(page.get_by_text("共 1 项")).to_be_visible()
    press(page, "删除")
    dialog = page.get_by_role("dialog", name="删除分机组 接待？")
    expect(dialog).to_contain_text("菜单可见性 · 接待规则：失去最后一个对象，此规则将不再起作用")
    press(dialog, "删除")
    expect(page.get_by_text("已删除分机组 接待")).to_be_visible()
    assert places(portal, people[0]) == ([], [])


@pytest.mark.slow
def test_a_large_tree_is_quick(open_portal: OpenPortal, portal: PortalApi) -> None:
    """Open 500 departments, eight levels deep, search them, and walk through them by keyboard."""
    parents: list[int] = []
    for number in range(500):
        if number % 8 == 0:
            parents = []
        parents.append(add_department(portal, f"D{number:03}", parents[-1] if parents else 0))
    begun = time.monotonic()
    page = open_portal("organization")
    expect(page.get_by_role("treeitem")).to_have_count(64)  # large trees are closed at first
    opened = time.monotonic() - begun
    begun = time.monotonic()
    press(page, "全部展开")
    expect(page.get_by_role("treeitem")).to_have_count(501)
    expanded = time.monotonic() - begun
    begun = time.monotonic()
    page.get_by_role("searchbox", name="搜索部门").fill("D007")
    expect(page.get_by_role("treeitem")).to_have_count(9)
    found = time.monotonic() - begun
    print(f"opened {opened:.2f} s, all open {expanded:.2f} s, found {found:.2f} s")  # noqa: T201 - pytest -s
    assert names(page)[1:] == [f"D{number:03}" for number in range(8)]
    assert max(opened, expanded, found) < 5  # on a machine that does much else


@pytest.mark.parametrize(("locale", "tree", "back"), [("zh-CN", "部门", "返回部门"), ("en", "Departments", "Back")])
def test_a_narrow_window_in_both_languages(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person], locale: str, tree: str, back: str
) -> None:
    parent = 0
    for level in range(8):
        parent = add_department(portal, f"Level {level} of the company", parent)
    put(portal, parent, *people)
    group = add_group(portal, "Reception", *people)
    page = open_portal("organization", viewport=NARROW, locale=locale)
    expect(page.get_by_role("tree", name=tree)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.get_by_role("treeitem", name=re.compile("Level 7")).click()
    expect(page.get_by_role("article").first).to_be_visible()
    expect(page.get_by_role("tree")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    page.get_by_role("link", name=re.compile(back)).click()
    expect(page.get_by_role("tree", name=tree)).to_be_visible()
    for path in ("extension-groups", f"extension-groups/{group}"):
        page = open_portal(path, viewport=NARROW, locale=locale)
        expect(page.get_by_role("article").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
