"""维护 > 操作日志, the history of settings with its restore, and rules as a file."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.portal.conftest import OpenPortal, press
from tests.browser.portal_api import OWN_PASSWORD, Person, PortalApi
from tests.browser.product import Product

CHINESE = re.compile("[\u4e00-\u9fff]")
RULES = "/admin/client-permission/menu/rules"


def change_setting(portal: PortalApi, person: Person, **values: object) -> None:
    path = f"/admin/extensions/{person.id}/client-settings/web"
    version = portal.call("GET", path)["version"]
    portal.call("PUT", path, {"kind": "web", "version": version, "values": values})


def values(portal: PortalApi, person: Person) -> dict[str, Any]:
    found: dict[str, Any] = portal.call("GET", f"/admin/extensions/{person.id}/client-settings/web")["values"]
    return found


def test_the_log_tells_who_changed_what_and_from_where(
    open_portal: OpenPortal, portal: PortalApi, tmp_path: Path
) -> None:
    person = portal.add_person("日志", "甲")
    change_setting(portal, person, auto_answer=True, auto_answer_delay=7)
    page = open_portal("audit-log")
    expect(page.get_by_role("link", name="操作日志")).to_be_visible()
    page.get_by_role("searchbox", name="搜索").fill(person.number)
    row = page.get_by_role("row").filter(has_text=f"客户端设置 {person.number} 网页端")
    for text in ("管理员 admin", "修改", "等 2 项"):
        expect(row).to_contain_text(text)
    assert_fits(page)  # who, when and what are in sight on a usual screen
    press(row, "详情")
    details = page.get_by_role("dialog", name="更改详情")
    delay = details.get_by_role("row").filter(has_text="自动接听延迟时长")
    expect(delay.get_by_role("cell")).to_have_text([re.compile("自动接听延迟时长"), "0", "7"])
    page.keyboard.press("Escape")
    press(page, "对象")
    page.get_by_role("menuitem", name="客户端设置", exact=True).click()
    expect(page.get_by_text("共 1 项")).to_be_visible()
    with page.expect_download() as download:
        press(page, "导出")
    file = tmp_path / "log.csv"
    download.value.save_as(file)
    assert len(file.read_text("utf-8-sig").splitlines()) == 2


def assert_fits(page: Page) -> None:
    tables = page.locator(".ant-table-content, .ant-table-body")
    expect(tables.first).to_be_visible()
    for table in tables.all():
        wide, seen = table.evaluate("(table) => [table.scrollWidth, table.clientWidth]")
        assert wide <= seen, f"{page.url}: {wide} px of {seen} px"


@pytest.mark.parametrize("locale", ["zh-CN", "en"])
def test_logs_and_roles_fit_a_usual_screen(open_portal: OpenPortal, portal: PortalApi, locale: str) -> None:
    name = "华东大区售后技术支持与客户关系管理中心" + locale
    rule = {
        "name": name,
        "permission": "disallow",
        "targets": ["contacts"],
        "subjects": [{"kind": "department", "id": 0}],
    }
    made = portal.call("POST", RULES, rule)
    portal.call("POST", f"{RULES}/delete", {"ids": [made["id"]]})
    for path in ("audit-log", "event-log", "administrators/roles", "email/log"):
        page = open_portal(path, locale=locale, viewport={"width": 1440, "height": 900})
        assert_fits(page)
        page.context.close()


def test_the_search_of_the_log_takes_the_words_that_it_shows(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("用语", "己")
    change_setting(portal, person, auto_answer=True)
    page = open_portal("audit-log")
    page.get_by_role("searchbox", name="搜索").fill("网页端")
    expect(page.get_by_role("row").filter(has_text=f"客户端设置 {person.number} 网页端")).to_be_visible()


def test_a_setting_has_its_history_and_comes_back_with_one_click(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("历史", "乙")
    change_setting(portal, person, auto_answer=True)
    change_setting(portal, person, auto_answer=False)
    page = open_portal(f"extensions/{person.id}?tab=linkus")
    page.get_by_title("网页端 自动应答：更改记录").click()
    history = page.get_by_role("dialog", name="更改记录：网页端 自动应答")
    rows = history.get_by_role("row").filter(has_text="管理员 admin")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(re.compile("启用.*禁用"))
    rows.first.get_by_role("button", name="恢复为修改前的值").click()
    expect(page.get_by_text("已恢复，已登录的客户端已更新")).to_be_visible()
    assert values(portal, person)["auto_answer"] is True
    expect(history.get_by_role("row").filter(has_text="管理员 admin")).to_have_count(3)
    page.keyboard.press("Escape")
    expect(page.get_by_role("switch", name="网页端 自动应答", exact=True)).to_be_checked()


FOLLOWED_AT = """() => new Promise((done) => {
  const box = [...document.querySelectorAll("input[type=checkbox]")].find(({ labels }) =>
    [...labels].some((label) => label.innerText.trim().startsWith("自动应答")));
  const look = () => (box.checked ? done(Date.now()) : requestAnimationFrame(look));
  look();
})"""
CLICKED = "() => addEventListener('click', () => { window.clickedAt = Date.now(); }, { capture: true })"


def test_an_open_client_follows_a_restored_setting_within_a_second(
    open_portal: OpenPortal, open_page: OpenPage, product: Product, portal: PortalApi
) -> None:
    person = portal.add_user("恢复", "戊")
    change_setting(portal, person, auto_answer=True)
    change_setting(portal, person, auto_answer=False)
    client = open_page()
    sign_in(client, product.address, person.number, OWN_PASSWORD)
    client.goto(f"{product.address}/#/settings/call")
    box = client.get_by_role("checkbox", name="自动应答").first
    expect(box).not_to_be_checked()
    portal.wait_online(person, "web")

    page = open_portal(f"extensions/{person.id}?tab=linkus")
    page.get_by_title("网页端 自动应答：更改记录").click()
    history = page.get_by_role("dialog", name="更改记录：网页端 自动应答")
    restore = history.get_by_role("button", name="恢复为修改前的值").first
    expect(restore).to_be_visible()
    page.evaluate(CLICKED)
    client.evaluate(f"() => {{ window.followed = ({FOLLOWED_AT})(); }}")
    restore.click()
    expect(box).to_be_checked()
    spent = client.evaluate("() => window.followed") - page.evaluate("() => window.clickedAt")
    assert spent < 1000


def test_a_setting_of_the_server_comes_back(open_portal: OpenPortal, portal: PortalApi) -> None:
    def company(page: Page) -> str:
        return page.get_by_label("公司名称").input_value()

    before = portal.call("GET", "/admin/settings/general")
    kept = {name: before[name] for name in ("system_language", "public_address")}
    portal.call("PUT", "/admin/settings/general", {**kept, "company_name": "晨星", "version": before["version"]})
    page = open_portal("general")
    page.get_by_title("公司名称：更改记录").click()
    history = page.get_by_role("dialog", name="更改记录：公司名称")
    row = history.get_by_role("row").filter(has_text="晨星").first
    expect(row.get_by_role("button", name="恢复为修改后的值")).to_have_count(0)  # it is set now
    history.get_by_label("查看某一时刻的值").fill("2020-01-01T00:00")
    expect(history.get_by_role("status")).to_have_text("当时的值：（空）")  # before the first change of any test
    row.get_by_role("button", name="恢复为修改前的值").click()
    expect(page.get_by_text("已恢复", exact=True)).to_be_visible()
    assert portal.call("GET", "/admin/settings/general")["company_name"] == before["company_name"]
    page.keyboard.press("Escape")
    assert company(page) == before["company_name"]


def test_log_and_history_in_english(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("Smith", "Ann")
    change_setting(portal, person, auto_answer=True, auto_answer_delay=7)
    change_setting(portal, person, auto_answer=False)
    page = open_portal("audit-log", locale="en")
    page.get_by_role("searchbox", name="Search").fill(person.number)
    row = page.get_by_role("row").filter(has_text=f"{person.number} web").last
    expect(row).to_contain_text("Administrator admin")
    expect(row).to_contain_text("and more, 2 in all")
    press(row, "Details")
    details = page.get_by_role("dialog", name="Details of the change")
    delay = details.get_by_role("row").filter(has_text="Auto answer delay")
    expect(delay.get_by_role("cell")).to_have_text([re.compile("Auto answer delay"), "0", "7"])
    assert not CHINESE.search(details.inner_text())

    page.goto(page.url.partition("audit-log")[0] + f"extensions/{person.id}?tab=linkus")
    page.get_by_title("Web client Auto answer: history").click()
    history = page.get_by_role("dialog", name="History: Web client Auto answer")
    rows = history.get_by_role("row").filter(has_text="Administrator admin")
    expect(rows.first).to_contain_text(re.compile("On.*Off"))
    assert not CHINESE.search(history.inner_text())
    press(rows.first, "Restore the value before this change")
    expect(page.get_by_text("Restored; signed-in clients were updated")).to_be_visible()
    assert values(portal, person)["auto_answer"] is True


@pytest.fixture
def rule(portal: PortalApi) -> dict[str, Any]:
    person = portal.add_person("规则", "丙")
    subjects = [{"kind": "extension", "id": person.id}]
    body = {"name": "文件", "permission": "disallow", "targets": ["contacts"], "subjects": subjects}
    made: dict[str, Any] = portal.call("POST", RULES, body)
    return {**made, "number": person.number}


def test_rules_go_into_a_file_and_come_back(
    open_portal: OpenPortal, portal: PortalApi, rule: dict[str, Any], tmp_path: Path
) -> None:
    page = open_portal("client-permission/menu")
    with page.expect_download() as download:
        press(page, "导出")
    file = tmp_path / "rules.json"
    download.value.save_as(file)
    portal.call("POST", f"{RULES}/delete", {"ids": [rule["id"]]})
    chooser = page.locator("input[type=file]")
    chooser.set_input_files(file)
    dialog = page.get_by_role("dialog", name="导入 rules.json")
    expect(dialog).to_contain_text("文件")
    expect(dialog).to_contain_text("0 个权限增加，1 个权限减少")
    press(dialog, "导入")
    expect(page.get_by_text("已导入，1 条规则有变化，立即生效")).to_be_visible()
    (again,) = portal.call("GET", RULES)["items"]
    assert (again["name"], again["targets"]) == ("文件", ["contacts"])

    wrong = json.loads(file.read_text())
    wrong["rules"][0]["subjects"][0]["number"] = "99999999"
    file.write_text(json.dumps(wrong))
    chooser.set_input_files(file)
    expect(page.get_by_text("分机 99999999 不存在")).to_be_visible()
    expect(page.get_by_text("rules.0.subjects")).to_have_count(0)  # where it stands is said in words
    portal.call("POST", f"{RULES}/delete", {"ids": [again["id"]]})
