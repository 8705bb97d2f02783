"""客户端权限 > 分机可见性: rules for who sees whom, and whom one extension sees."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal import organizing
from tests.browser.portal.conftest import NARROW, OpenPortal, press
from tests.browser.portal.organizing import RULES, add_department, add_group, choose, put
from tests.browser.portal_api import Person, PortalApi


@pytest.fixture(autouse=True)
def nothing_left(portal: PortalApi) -> Iterator[None]:
    organizing.clear(portal)
    yield
    organizing.clear(portal)


@pytest.fixture
def people(portal: PortalApi) -> list[Person]:
    return [portal.add_person("可见", name) for name in ("甲", "乙", "丙")]


def rules(portal: PortalApi) -> list[dict[str, Any]]:
    return [rule for rule in portal.call("GET", RULES)["items"] if not rule["is_default"]]


def rule_row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("link", name=name, exact=True))


def ask(page: Page, person: Person) -> Locator:
    """Ask whom an extension sees."""
    section = page.get_by_role("region", name="查看可见的同事")
    section.get_by_role("combobox").fill(person.number)
    page.locator(".ant-select-item-option").get_by_text(f"{person.number} {person.name}", exact=True).click()
    return section


def test_a_rule_from_adding_to_deleting(open_portal: OpenPortal, portal: PortalApi, people: list[Person]) -> None:
    first, second, third = people
    put(portal, add_department(portal, "车间"), second)
    add_group(portal, "访客", first)
    page = open_portal("client-permission")
    page.get_by_role("tab", name="分机可见性").click()
    default = page.get_by_role("row").filter(has_text="默认规则")
    expect(default).to_contain_text("所有人")
    expect(default.get_by_role("button")).to_have_count(0)
    expect(page.get_by_text("目前只有默认规则")).to_be_visible()
    expect(ask(page, first)).to_contain_text("能看到其他全部")

    press(page, "添加规则")
    press(page, "保存")
    expect(page.get_by_text("请选择规则适用的分机、分机组或部门。")).to_be_visible()
    page.get_by_label("名称").fill("访客只看车间")
    subjects = page.get_by_role("group", name="对象")
    targets = page.get_by_role("group", name="可以看到")
    choose(page, subjects, "分机组", "访客")
    press(page, "保存")
    expect(page.get_by_text("请选择可以看到的分机、分机组或部门，或选择“只有自己”。")).to_be_visible()
    preview = page.get_by_role("region", name="效果预览")
    expect(preview).to_contain_text("选择对象和可以看到的分机后")
    choose(page, targets, "部门（包括其下级部门）", "车间")
    expect(preview.get_by_text("看到更少同事").locator("xpath=following-sibling::dd")).to_have_text("1")
    expect(preview).to_contain_text(f"现在：{first.number} 可见甲 能看到其他全部")
    expect(preview).to_contain_text(f"之后：{first.number} 可见甲 能看到 1 个分机：{second.number} 可见乙")
    press(page, "保存")
    expect(page.get_by_text("已添加规则 访客只看车间，立即生效")).to_be_visible()
    row = rule_row(page, "访客只看车间")
    expect(row).to_contain_text("分机组：访客")
    expect(row).to_contain_text("部门：车间")
    answer = ask(page, first)
    expect(answer).to_contain_text(f"{first.number} 可见甲 能看到 1 个分机：{second.number} 可见乙")
    expect(answer.get_by_role("link", name="访客只看车间")).to_be_visible()
    expect(ask(page, third)).to_contain_text("能看到其他全部")

    own = open_portal(f"extensions/{first.id}?tab=linkus")
    expect(own.get_by_role("region", name="可见的同事")).to_contain_text("能看到 1 个分机")
    row.get_by_role("switch").click()
    expect(page.get_by_text("已禁用规则 访客只看车间")).to_be_visible()
    assert not rules(portal)[0]["enabled"]
    expect(ask(page, first)).to_contain_text("能看到其他全部")
    row.get_by_role("switch").click()
    expect(page.get_by_text("已启用规则 访客只看车间")).to_be_visible()

    press(row, "复制")
    expect(page.get_by_label("名称")).to_have_value("访客只看车间 副本")
    expect(page.get_by_role("region", name="效果预览")).to_contain_text("此规则不起作用：所有人看到的同事都不变。")
    press(page, "取消")

    press(row, "编辑")
    page.get_by_role("radio", name="只有自己").check()
    press(page, "保存")
    expect(page.get_by_text("已保存，立即生效")).to_be_visible()
    page.get_by_role("button", name="取消").click()
    expect(rule_row(page, "访客只看车间")).to_contain_text("只有自己")
    expect(ask(page, first)).to_contain_text("看不到任何同事")
    page.get_by_role("searchbox", name="搜索").fill("访客")
    expect(page.get_by_text("共 1 项")).to_be_visible()
    press(rule_row(page, "访客只看车间"), "删除")
    press(page.get_by_role("dialog", name="删除规则 访客只看车间？"), "删除")
    expect(page.get_by_text("已删除规则 访客只看车间", exact=True)).to_be_visible()
    assert rules(portal) == []


def test_two_administrators_at_once(open_portal: OpenPortal, portal: PortalApi, people: list[Person]) -> None:
    body = {"name": "前台", "subjects": {"extension_ids": [people[0].id]}, "targets": {}}
    rule = portal.call("POST", RULES, body)
    path = f"client-permission/visibility/{rule['id']}"
    one, two = open_portal(path), open_portal(path)
    one.get_by_label("名称").fill("车间")
    press(one, "保存")
    expect(two.get_by_label("名称")).to_have_value("车间")
    two.get_by_label("名称").fill("仓库")
    one.get_by_label("名称").fill("门卫")
    press(one, "保存")
    expect(two.get_by_text("内容已被他人修改")).to_be_visible()
    portal.call("DELETE", f"{RULES}/{rule['id']}")
    expect(two.get_by_text("此规则已被删除")).to_be_visible()


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_a_narrow_window_in_both_languages(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person], locale: str
) -> None:
    subjects = {"extension_ids": [one.id for one in people]}
    rule = portal.call("POST", RULES, {"name": "Front desk", "subjects": subjects, "targets": {"group_ids": [0]}})
    for path in ("client-permission/visibility", f"client-permission/visibility/{rule['id']}"):
        page = open_portal(path, viewport=NARROW, locale=locale)
        expect(page.get_by_text("Front desk").or_(page.get_by_role("textbox").first).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]


def test_a_rule_that_lost_all_it_showed_says_so(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person]
) -> None:
    department, group = add_department(portal, "车间"), add_group(portal, "访客", people[0])
    body = {"name": "门卫", "subjects": {"group_ids": [group]}, "targets": {"department_ids": [department]}}
    portal.call("POST", RULES, body)
    page = open_portal("client-permission/visibility")
    row = rule_row(page, "门卫")
    expect(row).to_contain_text("部门：车间")
    expect(row).not_to_contain_text("不起作用")
    expect(row.get_by_role("cell").nth(3)).to_have_text("1")
    portal.call("DELETE", f"{organizing.DEPARTMENTS}/{department}")
    expect(row).to_contain_text("不起作用 可以看到的对象已被删除")
    expect(ask(page, people[0])).to_contain_text("能看到其他全部")
    portal.call("DELETE", f"{organizing.GROUPS}/{group}")
    expect(row).to_contain_text("不起作用 对象已被删除，没有对象")


def test_a_file_of_another_tab_and_a_wrong_file(
    open_portal: OpenPortal, portal: PortalApi, people: list[Person]
) -> None:
    portal.call("POST", RULES, {"subjects": {"extension_ids": [people[0].id]}, "targets": {"group_ids": [0]}})
    unnamed = rules(portal)[0]["id"]
    page = open_portal("client-permission/visibility")
    with page.expect_download() as downloading:
        press(page, "导出")
    expect(page.get_by_text("已导出“分机可见性”的 1 条规则")).to_be_visible()
    exported = downloading.value.path().read_bytes()

    def give(content: bytes) -> None:
        page.locator("input[type=file]").set_input_files(
            {"name": "rules.json", "mimeType": "application/json", "buffer": content}
        )

    page.get_by_role("tab", name="菜单可见性").click()
    expect(page.get_by_role("columnheader", name="权限类型")).to_be_visible()  # the file goes to the page that is shown
    give(exported)
    told = page.get_by_role("dialog")
    expect(told).to_contain_text("文件中是“分机可见性”规则。请在“分机可见性”页签导入。")
    press(told, "知道了")
    give(b'{"a": 1}')
    expect(page.get_by_role("dialog")).to_contain_text("文件中没有客户端权限规则")
    press(page.get_by_role("dialog"), "知道了")

    page.get_by_role("tab", name="分机可见性").click()
    expect(page.get_by_role("columnheader", name="可以看到")).to_be_visible()
    wrong = """{"kind": "visibility", "rules": [{"name": "门卫", "subjects": [{"kind": "group"}],
        "targets": [{"kind": "department", "path": ["不存在部"]}]}]}"""
    give(wrong.encode())
    expect(page.get_by_role("dialog")).to_contain_text(
        "第 1 条规则“门卫” · 可以看到 · 第 1 项 · 部门：部门“不存在部”不存在。"
    )
    press(page.get_by_role("dialog"), "知道了")
    other = f"""{{"kind": "visibility", "rules": [{{"name": "门卫",
        "subjects": [{{"kind": "extension", "number": "{people[1].number}"}}], "targets": []}}]}}"""
    give(other.encode())
    preview = page.get_by_role("dialog", name="导入 rules.json")
    expect(preview).to_contain_text("0 个看到更多同事，1 个看到更少同事")
    preview.get_by_role("checkbox", name="删除文件中没有的规则").check()
    expect(preview).to_contain_text(f"未命名规则 {unnamed}")
