"""分机和中继 > 客户端权限: rules for menus and settings, their preview, and what one extension may do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal.conftest import NARROW, OpenPortal, press
from tests.browser.portal_api import Person, PortalApi

NOT_YET = "此版本的客户端尚无此功能"
RULES = "/admin/client-permission/{kind}/rules"


@pytest.fixture(autouse=True)
def no_rules_left(portal: PortalApi) -> Iterator[None]:
    """Delete the rules of a test, because rules for everybody concern the users of other tests."""
    yield
    for kind in ("menu", "setting"):
        if ids := [rule["id"] for rule in rules(portal, kind)]:
            portal.call("POST", f"{RULES.format(kind=kind)}/delete", {"ids": ids})


@pytest.fixture
def people(portal: PortalApi) -> list[Person]:
    return [portal.add_person("权限", name) for name in ("甲", "乙")]


def rules(portal: PortalApi, kind: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = portal.call("GET", RULES.format(kind=kind))["items"]
    return found


def add_rule(portal: PortalApi, kind: str, name: str, targets: list[str], *people: Person) -> dict[str, Any]:
    subjects = [{"kind": "extension", "id": person.id} for person in people]
    body = {"name": name, "permission": "disallow", "targets": targets, "subjects": subjects}
    made: dict[str, Any] = portal.call("POST", RULES.format(kind=kind), body)
    return made


def rule_row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def cells(place: Locator, text: str) -> list[str]:
    """Return the texts of the row of a menu or item in a table of decisions."""
    name = re.compile(rf"^{re.escape(text)}( {NOT_YET})?$")
    row = place.get_by_role("row").filter(has=place.page.get_by_role("cell", name=name))
    expect(row).to_have_count(1)
    return row.get_by_role("cell").all_inner_texts()


def choose(page: Page, label: str, text: str) -> None:
    page.get_by_label(label).fill(text)
    page.locator(".ant-select-item-option").filter(has_text=re.compile(rf"(?<!\d){re.escape(text)}")).click()
    page.keyboard.press("Escape")


def paste(page: Page, *people: Person) -> None:
    press(page, "粘贴号码")
    dialog = page.get_by_role("dialog", name="粘贴号码")
    dialog.get_by_label("分机号码").fill(" ".join(person.number for person in people))
    press(dialog, "添加")
    expect(dialog).to_have_count(0)


def add_places(portal: PortalApi, number: str, member: Person) -> None:
    """Add a group with a member, and a department without any."""
    portal.call("POST", "/admin/extension-groups", {"name": f"组{number}", "member_ids": [member.id]})
    portal.call("POST", "/admin/departments", {"parent_id": 0, "name": f"部门{number}"})


def choose_subjects(page: Page, number: str, person: Person) -> None:
    paste(page, person)
    choose(page, "分机组", f"组{number}")
    choose(page, "部门", f"部门{number}")


@pytest.mark.manual("PM-2")
@pytest.mark.parametrize("kind", ["menu", "visibility"])
def test_one_search_finds_all_kinds_and_the_preview_is_seen_without_scrolling(
    open_portal: OpenPortal, portal: PortalApi, number: str, kind: str
) -> None:
    person = portal.add_person("部门", f"{number}甲")  # all three have the same in their names
    add_places(portal, number, person)
    page = open_portal(f"client-permission/{kind}/new")
    search = page.get_by_label("搜索并添加").first
    preview = page.get_by_role("region", name="效果预览")
    for offered in (f"{person.number} 部门{number}甲", f"组{number}", f"部门{number}"):
        search.fill(number)
        options = page.locator(".ant-select-item-option")
        options.filter(has_text=re.compile(f"^{offered}$")).click()
        expect(search).to_have_value("")
    subjects = page.get_by_role("group", name="对象").first
    expect(subjects.get_by_role("cell", name=person.number, exact=True)).to_be_visible()
    expect(subjects.locator(".ant-select-selection-item")).to_have_text([f"组{number}", f"部门{number}"])
    search.fill(number)  # what is chosen is not offered again
    expect(page.get_by_text("没有匹配的分机、分机组或部门")).to_be_visible()
    page.keyboard.press("Escape")
    if kind == "menu":
        page.get_by_role("checkbox", name="通话记录").check()
    else:
        page.get_by_role("radio", name="只有自己").check()
    figure = preview.get_by_text("涉及的分机").locator("xpath=following-sibling::dd")
    expect(figure).to_have_text("1")
    expect(figure).to_be_in_viewport()


@pytest.mark.manual("PM-1", "PM-2")
def test_a_rule_for_menus_from_adding_to_deleting(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person], number: str
) -> None:
    first, second = people
    add_places(portal, number, second)
    page = open_portal("")
    page.get_by_role("link", name="客户端权限").click()
    expect(page.get_by_role("tab", name="菜单可见性")).to_have_attribute("aria-selected", "true")
    default = page.get_by_role("row").filter(has_text="默认规则")
    for text in ("所有人", "允许使用", "全部菜单"):
        expect(default).to_contain_text(text)
    expect(default.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text("目前只有默认规则")).to_be_visible()

    press(page, "添加规则")
    preview = page.get_by_role("region", name="效果预览")
    expect(preview).to_contain_text("选择对象和菜单后")
    press(page, "保存")
    expect(page.get_by_text("请选择至少一个分机、分机组或部门。")).to_be_visible()
    expect(page.get_by_label("名称")).to_be_focused()
    page.get_by_label("名称").fill("前台")
    choose_subjects(page, number, first)
    expect(page.get_by_role("radio", name="禁止使用")).to_be_checked()
    page.get_by_role("checkbox", name="通话记录").check()
    expect(preview.get_by_text("权限减少").locator("xpath=following-sibling::dd")).to_have_text("2")
    expect(preview).to_contain_text(f"{first.number} 权限甲")
    table = preview.get_by_role("region", name="手机端、桌面端、网页端")
    assert cells(table, "通话记录")[1:3] == ["可见", "隐藏\n（有变化）"]
    assert cells(table, "联系人")[:3] == [f"联系人\n{NOT_YET}", "可见", "可见"]
    press(page, "保存")
    expect(page.get_by_text("已添加规则 前台，立即生效")).to_be_visible()

    row = rule_row(page, "前台")
    for text in (
        f"{first.number} 权限甲",
        f"分机组：组{number}",
        f"部门：部门{number}",
        "禁止使用",
        "通话记录",
        "2",
    ):
        expect(row).to_contain_text(text)
    [rule] = rules(portal, "menu")
    assert [subject["kind"] for subject in rule["subjects"]] == ["extension", "group", "department"]
    page.get_by_role("searchbox", name="搜索").fill(first.number)
    expect(page.get_by_text("共 1 项")).to_be_visible()
    page.get_by_role("searchbox", name="搜索").fill("")

    press(row, "复制")
    page.get_by_role("radio", name="允许使用").check()
    expect(preview).to_contain_text("禁止优先")
    page.get_by_role("checkbox", name="全部菜单").check()
    press(page, "保存")
    copied = rule_row(page, "前台 副本")
    for text in ("允许使用", "全部菜单", "不起作用"):
        expect(copied).to_contain_text(text)

    row.get_by_role("switch").click()
    expect(page.get_by_text("已禁用规则 前台")).to_be_visible()
    assert not rules(portal, "menu")[0]["enabled"]
    row.get_by_role("switch").click()
    expect(page.get_by_text("已启用规则 前台")).to_be_visible()
    press(row, "删除")
    dialog = page.get_by_role("dialog", name="删除规则 前台？")
    expect(dialog).to_contain_text("2 个分机的权限会改变：2 个增加，0 个减少。")
    press(dialog, "删除")
    expect(page.get_by_text("已删除规则 前台", exact=True)).to_be_visible()
    expect(row).to_have_count(0)
    assert [rule["name"] for rule in rules(portal, "menu")] == ["前台 副本"]


@pytest.mark.manual("PS-1", "PS-2")
def test_a_rule_for_settings_and_who_may_change_what(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person], number: str
) -> None:
    first, second = people
    add_places(portal, number, second)
    page = open_portal("client-permission/setting")
    default = page.get_by_role("row").filter(has_text="默认规则")
    for text in ("所有人", "允许编辑", "全部设置"):
        expect(default).to_contain_text(text)
    press(page, "添加规则")
    items = page.get_by_role("group", name="设置")
    expect(items).to_be_visible()
    labels = items.get_by_role("checkbox").locator("xpath=ancestor::label").all_inner_texts()
    missing = {text.split("\n")[0].strip() for text in labels if NOT_YET in text}
    assert missing == {
        *("用户", "用户信息", "上传头像", "状态", "语音信箱", "状态的时间条件自动切换", "功能键", "AI"),
    }
    assert [text.split("\n")[0].strip() for text in labels] == [
        "全部设置",
        *("用户", "用户信息", "上传头像", "状态", "语音信箱", "音频和视频", "功能", "呼叫", "状态的时间条件自动切换"),
        *("功能键", "集成 包括来电弹屏", "AI", "修改密码 & 安全"),
        "修改密码 只读时，密码由管理员设置的用户仍可设置一次自己的密码",
    ]
    page.get_by_label("名称").fill("不改设置")
    choose_subjects(page, number, first)
    items.get_by_role("checkbox", name=f"用户 {NOT_YET}", exact=True).check()
    expect(items.get_by_role("checkbox", name="上传头像")).to_be_checked()
    items.get_by_role("checkbox", name="集成").check()
    preview = page.get_by_role("region", name="效果预览")
    computer = preview.get_by_role("region", name="桌面端、网页端")
    expect(computer.get_by_role("row").filter(has_text="集成")).to_contain_text("只读")
    expect(preview.get_by_role("region", name="手机端", exact=True)).not_to_contain_text("集成")
    press(page, "保存")
    row = rule_row(page, "不改设置")
    for text in ("禁止编辑", "用户", "集成"):
        expect(row).to_contain_text(text)
    expect(row).not_to_contain_text("上传头像")
    press(row, "复制")
    page.get_by_role("radio", name="允许编辑").check()
    press(page, "保存")
    expect(rule_row(page, "不改设置 副本")).to_contain_text("允许编辑")
    [rule, copied] = rules(portal, "setting")
    assert [subject["kind"] for subject in rule["subjects"]] == ["extension", "group", "department"]
    assert (rule["permission"], copied["permission"]) == ("disallow", "allow")
    portal.call("POST", f"{RULES.format(kind='setting')}/delete", {"ids": [copied["id"]]})

    page = open_portal(f"extensions/{first.id}?tab=linkus")
    section = page.get_by_role("region", name="权限查看")
    heads = section.get_by_role("region", name="客户端设置").get_by_role("columnheader")
    expect(heads).to_have_text(["设置", "手机端", "桌面端", "网页端", "依据"])
    expect(section.get_by_role("row").filter(has_text="集成")).to_contain_text("包括来电弹屏")
    locked = section.get_by_role("region", name="客户端设置")
    expect(locked.get_by_role("link", name="不改设置").first).to_be_visible()
    assert cells(locked, "上传头像")[1:4] == ["只读", "只读", "只读"]
    assert cells(locked, "集成 包括来电弹屏")[1:4] == ["–", "只读", "只读"]
    assert cells(locked, "状态")[1:] == ["可编辑", "可编辑", "可编辑", "默认规则"]
    assert cells(section.get_by_role("region", name="菜单可见性"), "录音")[1:] == ["可见", "可见", "可见", "默认规则"]
    locked.get_by_role("link", name="不改设置").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("规则 不改设置")
    expect(page.get_by_role("region", name="效果预览")).to_contain_text("没有分机的权限会改变")
    page.get_by_role("switch", name="启用").click()
    expect(page.get_by_role("region", name="效果预览")).to_contain_text("以下是禁用的效果")


def test_two_administrators_at_once(open_portal: OpenPortal, portal: PortalApi, people: list[Person]) -> None:
    rule = add_rule(portal, "menu", "前台", ["contacts"], people[0])
    path = f"client-permission/menu/{rule['id']}"
    one, two, listing = open_portal(path), open_portal(path), open_portal("client-permission/menu")
    one.get_by_label("名称").fill("车间")
    press(one, "保存")
    expect(one.get_by_text("已保存，立即生效")).to_be_visible()
    expect(two.get_by_label("名称")).to_have_value("车间")  # nobody was typing there, so it shows the present value
    expect(rule_row(listing, "车间")).to_be_visible()
    two.get_by_label("名称").fill("仓库")
    one.get_by_label("名称").fill("门卫")
    press(one, "保存")
    expect(two.get_by_text("内容已被他人修改")).to_be_visible()
    press(two, "重新加载")
    expect(two.get_by_label("名称")).to_have_value("门卫")
    portal.call("POST", f"{RULES.format(kind='menu')}/delete", {"ids": [rule["id"]]})
    expect(two.get_by_text("此规则已被删除")).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_narrow_window_in_both_languages(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person], locale: str
) -> None:
    rule = add_rule(portal, "setting", "Front desk", ["features", "user.avatar"], *people)
    pages = (
        "client-permission/setting",
        f"client-permission/setting/{rule['id']}",
        f"extensions/{people[0].id}?tab=linkus",
    )
    for path in pages:
        page = open_portal(path, viewport=NARROW, locale=locale)
        expect(page.get_by_text(re.compile("Front desk")).first).to_be_attached()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
