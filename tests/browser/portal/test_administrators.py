"""系统 > 管理员: administrators, roles, and what each role sees; the second factor."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect
from pyotp.totp import TOTP

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.portal.conftest import OpenPortal, press
from tests.browser.portal_api import OWN_PASSWORD, PASSWORD, PortalApi
from tests.browser.product import Product

URL = "/admin/administrators"
_names = (f"colleague{number}" for number in itertools.count(1))
AddAccount = Callable[..., dict[str, Any]]


@pytest.fixture
def add(portal: PortalApi) -> AddAccount:
    def add_account(role: str, **values: object) -> dict[str, Any]:
        body = {"username": next(_names), "password": PASSWORD, "role": role, **values}
        made: dict[str, Any] = portal.call("POST", URL, body)
        return made

    return add_account


def open_as(product: Product, open_page: OpenPage, username: str, path: str = "") -> Page:
    page = open_page()
    sign_in(page, product.address, username, PASSWORD)
    page.goto(f"{product.address}/portal/{path}")
    return page


def menu(page: Page) -> list[str]:
    return page.get_by_role("navigation", name="菜单").get_by_role("link").all_inner_texts()


def account_row(page: Page, name: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("cell", name=name, exact=True))


def choose(place: Page | Locator, label: str, option: str) -> None:
    place.get_by_label(label, exact=True).click()
    page = place if isinstance(place, Page) else place.page
    page.locator(".ant-select-item-option").filter(has_text=re.compile(f"^{option}$")).click()


def made_link(page: Page, name: str) -> str:
    """Make the link that the portal offers after an account was added or raised, and return it."""
    dialog = page.get_by_role("dialog", name=f"{name} 设置密码的链接")
    press(dialog, "生成链接")
    link = dialog.locator("code").inner_text()
    dialog.get_by_text("关闭", exact=True).last.click()
    return link


def choose_own_password(open_page: OpenPage, link: str, name: str) -> Page:
    page = open_page(link)
    expect(page.get_by_label("用户名")).to_have_value(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_label("再次输入密码").fill(PASSWORD)
    press(page, "设置密码")
    expect(page.get_by_text("密码已设置")).to_be_visible()
    page.get_by_role("link", name="前往登录").click()
    page.get_by_label("用户名").fill(name)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    press(page, "登录")
    page.wait_for_url("**/portal/**")
    return page


def test_password_link_works_once_and_a_later_one_replaces_it(
    open_portal: OpenPortal, open_page: OpenPage, add: AddAccount
) -> None:
    name = add("operator")["username"]
    page = open_portal("administrators")
    press(account_row(page, name), "设置密码的链接")
    expect(page.get_by_role("dialog")).to_contain_text(f"{name} 的原密码将立即失效")
    first = made_link(page, name)
    expect(account_row(page, name)).to_contain_text("尚无自己的密码")
    press(account_row(page, name), "设置密码的链接")
    second = made_link(page, name)
    used = open_page(first, locale="en")
    expect(used.get_by_text("This link is not valid")).to_be_visible()
    choose_own_password(open_page, second, name)
    used.goto("about:blank")
    used.goto(second)
    expect(used.get_by_text("This link is not valid")).to_be_visible()


def test_added_by_hand_and_given_another_role(
    open_portal: OpenPortal, open_page: OpenPage, product: Product, portal: PortalApi
) -> None:
    name = next(_names)
    page = open_portal("administrators")
    press(page, "添加")
    dialog = page.get_by_role("dialog", name="添加管理员")
    dialog.get_by_label("用户名", exact=True).fill(name)
    expect(dialog.get_by_label("密码", exact=True)).to_have_count(0)  # nobody knows a password of somebody else
    choose(dialog, "角色", "财务")
    press(dialog, "保存")
    theirs = choose_own_password(open_page, made_link(page, name), name)
    expect(account_row(page, name)).to_contain_text("财务")

    theirs.goto(f"{product.address}/portal/")
    expect(theirs.get_by_role("heading", level=1, name="通话记录")).to_be_visible()  # the first page of theirs
    assert menu(theirs) == ["通话记录"]
    theirs.goto(f"{product.address}/portal/trunks")
    expect(theirs.get_by_text("你的角色没有“中继”页面的权限")).to_be_visible()

    press(account_row(page, name), "修改")
    dialog = page.get_by_role("dialog", name=f"管理员 {name}")
    choose(dialog, "角色", "主管")
    press(dialog, "保存")
    asked = page.get_by_role("dialog", name="给予更多权限并重新设置登录？")
    expect(asked).to_contain_text(name)
    press(asked, "保存")
    expect(theirs.get_by_text("你在管理网页中的权限已增加，须设置新密码")).to_be_visible()
    theirs.close()
    theirs = choose_own_password(open_page, made_link(page, name), name)
    theirs.goto(f"{product.address}/portal/trunks")
    expect(theirs.get_by_role("heading", level=1, name="中继")).to_be_visible()
    expect(theirs.get_by_text("你的角色“主管”可以查看“中继”，但不能修改")).to_be_visible()
    expect(theirs.get_by_role("button", name="添加", exact=True)).to_be_disabled()
    assert "管理员" not in menu(theirs)

    press(account_row(page, name), "修改")
    dialog = page.get_by_role("dialog", name=f"管理员 {name}")
    choose(dialog, "角色", "财务")
    press(dialog, "保存")
    # the open page follows, without a new sign-in
    expect(theirs.get_by_text("你的角色没有“中继”页面的权限")).to_be_visible()

    press(account_row(page, name), "修改")
    page.get_by_role("dialog", name=f"管理员 {name}").get_by_role("switch", name="可以登录").click()
    press(page.get_by_role("dialog", name=f"管理员 {name}"), "保存")
    expect(theirs).to_have_url(re.compile("/login"))


def test_read_only_page_still_searches_and_opens(
    open_page: OpenPage, product: Product, portal: PortalApi, add: AddAccount, number: str
) -> None:
    portal.call("POST", "/admin/paging-groups", {"number": number, "name": f"组{number}"})
    page = open_as(product, open_page, add("operator")["username"], "paging-groups")
    expect(page.get_by_text("只能查看")).to_be_visible()
    page.get_by_role("searchbox", name="搜索").fill(number)
    expect(page.get_by_text("共 1 项")).to_be_visible()
    expect(page.get_by_role("button", name="删除", exact=True)).to_have_count(0)
    press(page, "查看")
    name = page.get_by_role("textbox", name="名称")
    expect(name).to_have_value(f"组{number}")
    expect(name).to_be_disabled()
    expect(page.get_by_role("button", name="保存", exact=True)).to_have_count(0)


def test_user_of_an_extension_signs_in_with_their_own_login(
    open_page: OpenPage, product: Product, portal: PortalApi, add: AddAccount
) -> None:
    person = portal.add_user("人事", "丁")
    portal.give_role(person, "human_resources")
    portal.choose_password(person)
    page = open_page(f"{product.address}/portal/")
    page.get_by_label("用户名").fill(person.number)
    page.get_by_label("密码", exact=True).fill(OWN_PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("heading", level=1, name="分机")).to_be_visible()
    assert menu(page) == ["分机"]


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_from_the_client_to_the_portal_and_back(
    open_page: OpenPage, product: Product, portal: PortalApi, add: AddAccount, language: str
) -> None:
    words = {
        "zh-CN": ("管理网页", "密码", "登录", "账号", "打开客户端", "分机", "你在管理网页中的权限已增加"),
        "en": (
            "Portal",
            "Password",
            "Sign in",
            "Account",
            "Open the client",
            "Extensions",
            "You have been given more rights",
        ),
    }
    link, password, submit, menu_button, back, title, ended = words[language]
    person, other = portal.add_user("人事", "戊"), portal.add_user("同事", "己")
    portal.give_role(person, "human_resources")
    portal.choose_password(person)
    page = open_page(locale=language)
    sign_in(page, product.address, person.number, OWN_PASSWORD)
    page.goto(f"{product.address}/#/settings")
    expect(page.get_by_role("link", name=link)).to_have_count(2)  # in the menu and in the settings
    with page.expect_popup() as opened:
        page.get_by_role("link", name=link).last.click()
    there = opened.value
    expect(there.get_by_label(re.compile("用户名|User name"))).to_have_value(person.number)
    there.get_by_label(password, exact=True).fill(OWN_PASSWORD)
    press(there, submit)
    expect(there.get_by_role("heading", level=1, name=title)).to_be_visible()
    press(there, menu_button)
    with there.expect_popup() as opened:
        there.get_by_role("menuitem", name=back).click()
    expect(opened.value.get_by_text(person.number, exact=True).first).to_be_visible()

    page = open_page(locale=language)  # without a role there is no way
    sign_in(page, product.address, other.number, OWN_PASSWORD)
    page.goto(f"{product.address}/#/settings")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("link", name=link)).to_have_count(0)
    account = portal.give_role(other, "human_resources")  # the login of before ends
    expect(page.get_by_text(ended)).to_be_visible()
    portal.choose_password(other)
    page = open_page(locale=language)
    sign_in(page, product.address, other.number, OWN_PASSWORD)
    page.goto(f"{product.address}/#/settings")
    expect(page.get_by_role("link", name=link)).to_have_count(2)
    portal.call("DELETE", f"/admin/administrators/{account['id']}")
    expect(page.get_by_role("link", name=link)).to_have_count(0)


def test_role_taken_away_is_explained(open_page: OpenPage, product: Product, portal: PortalApi) -> None:
    person = portal.add_user("人事", "庚")
    account = portal.give_role(person, "human_resources")
    portal.choose_password(person)
    page = open_page(f"{product.address}/portal/")
    page.get_by_label("用户名").fill(person.number)
    page.get_by_label("密码", exact=True).fill(OWN_PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("heading", level=1, name="分机")).to_be_visible()
    portal.call("DELETE", f"/admin/administrators/{account['id']}")
    expect(page.get_by_text("你的管理员角色已被取消")).to_be_visible()
    page.get_by_label("用户名").fill(person.number)
    page.get_by_label("密码", exact=True).fill(OWN_PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("alert")).to_contain_text("没有管理员角色，无法打开管理网页")
    press(page, "打开客户端")
    expect(page.get_by_text(person.number, exact=True).first).to_be_visible()


def test_adding_somebody_without_own_password_says_what_to_do(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("人事", "辛", user_password="")
    page = open_portal("administrators")
    press(page, "添加")
    dialog = page.get_by_role("dialog", name="添加管理员")
    dialog.get_by_role("radio", name="分机的用户").check()
    expect(dialog.get_by_text(re.compile(r"打开 http://\S+/portal/，"))).to_be_visible()
    dialog.get_by_label("分机", exact=True).fill(person.number)
    page.locator(".ant-select-item-option").filter(has_text=person.number).click()
    choose(dialog, "角色", "人事")
    press(dialog, "保存")
    press(page, "邮箱正确，保存")
    warning = page.get_by_role("dialog").filter(has_text="尚无自己的密码")
    expect(warning).to_contain_text(f"{person.number} 还没有自己设置的密码")
    warning.get_by_role("button").click()
    expect(account_row(page, person.number)).to_contain_text("尚无自己的密码")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_role_is_given_after_the_address_is_confirmed(
    open_portal: OpenPortal, portal: PortalApi, language: str
) -> None:
    words = {
        "zh-CN": ("添加", "添加管理员", "分机的用户", "分机", "角色", "财务", "保存", "邮箱正确，保存", "取消"),
        "en": (
            "Add",
            "Add administrator",
            "The user of an extension",
            "Extension",
            "Role",
            "Accounting",
            "Save",
            "They are right: save",
            "Cancel",
        ),
    }
    add_button, title, of_extension, extension, role, accounting, save, sure, cancel = words[language]
    address = f"{next(_names)}@example.cn"
    person = portal.add_user("会计", "庚", email=address)
    page = open_portal("administrators", locale=language)
    press(page, add_button)
    dialog = page.get_by_role("dialog", name=title)
    dialog.get_by_label(of_extension).check()
    dialog.get_by_label(extension, exact=True).fill(person.number)
    page.locator(".ant-select-item-option").filter(has_text=person.number).click()
    choose(dialog, role, accounting)
    press(dialog, save)
    question = page.get_by_role("dialog").filter(has_text=address)
    press(question, cancel)
    expect(dialog.get_by_role("alert")).to_be_visible()
    press(dialog, save)
    press(page.get_by_role("dialog").filter(has_text=address), sure)
    page.get_by_role("dialog").filter(has_text=person.number).get_by_role("button").last.click()  # no password yet
    expect(account_row(page, person.number)).to_contain_text(accounting)


def test_custom_role_page_by_page(open_portal: OpenPortal, portal: PortalApi) -> None:
    page = open_portal("administrators/roles")
    press(page, "添加角色")
    name = f"夜班 {next(_names)}"
    page.get_by_role("textbox", name="名称").fill(name)
    page.get_by_role("radio", name="广播/对讲 查看和修改").check()
    page.get_by_role("radio", name="通话记录 查看", exact=True).check()
    press(page, "保存")
    expect(page.get_by_role("link", name=name)).to_be_visible()
    roles = portal.call("GET", "/admin/roles")["roles"]
    made = next(role for role in roles if role["name"] == name)
    assert made["permissions"] == {"paging": "edit", "call_records": "view"}


def test_built_in_role_shows_what_it_may_view_and_change(open_portal: OpenPortal) -> None:
    page = open_portal("administrators/roles")
    row = page.get_by_role("row").filter(has_text="主管")
    expect(row).to_contain_text("查看和修改：分机、组织架构和分机组、呼入路由")
    expect(row).to_contain_text(re.compile("查看：客户端权限、.*系统状态、事件日志"))
    row.get_by_role("link", name="主管").click()
    expect(page.get_by_role("heading", level=1, name="角色 主管")).to_be_visible()
    for name in ("分机 查看和修改", "中继 查看", "事件日志 查看", "操作日志 隐藏"):
        choice = page.get_by_role("radio", name=name, exact=True)
        expect(choice).to_be_checked()
        expect(choice).to_be_disabled()
    press(page, "复制")
    expect(page.get_by_role("textbox", name="名称")).to_have_value("主管 的副本")


def test_second_factor_from_set_up_to_sign_in(open_page: OpenPage, product: Product, add: AddAccount) -> None:
    name = add("administrator")["username"]
    page = open_as(product, open_page, name)
    press(page, "账号")
    page.get_by_role("menuitem", name="管理员账号").click()
    account = page.get_by_role("dialog", name="管理员账号")
    press(account, "启用两步验证")
    dialog = page.get_by_role("dialog", name="启用两步验证")
    expect(dialog.get_by_label("当前密码")).to_have_count(1)  # a form alone
    dialog.get_by_label("当前密码").fill(PASSWORD)
    press(dialog, "下一步")
    expect(dialog.get_by_role("img", name="QR 两步验证")).to_be_visible()
    totp = TOTP(dialog.locator("code").inner_text())
    code = dialog.get_by_label("应用显示的 6 位验证码")
    code.fill("000000" if totp.now() != "000000" else "111111")
    press(dialog, "确认并启用")
    expect(dialog.get_by_text("验证码不正确或已使用过")).to_be_visible()
    code.fill(totp.now())
    press(dialog, "确认并启用")
    shown = page.get_by_role("dialog", name="保存恢复代码")
    codes = shown.get_by_role("list", name="保存恢复代码").get_by_role("listitem")
    expect(codes).to_have_count(10)
    recovery = codes.first.inner_text()
    expect(shown.get_by_role("button", name="完成")).to_be_disabled()
    # nothing else closes it: the codes are shown this once
    expect(shown.get_by_role("button", name=re.compile("关闭|取消"))).to_have_count(0)
    page.keyboard.press("Escape")
    page.mouse.click(5, 5)
    page.wait_for_timeout(500)
    expect(codes).to_have_count(10)
    shown.get_by_role("checkbox", name="我已保存恢复代码").check()
    press(shown, "完成")
    expect(account.get_by_text("还有 10 个恢复代码可用")).to_be_visible()

    other = open_page(f"{product.address}/login")
    other.get_by_label("用户名").fill(name)
    other.get_by_label("密码", exact=True).fill(PASSWORD)
    press(other, "登录")
    other.get_by_label("两步验证码").fill(recovery)
    press(other, "登录")
    expect(other).to_have_url(re.compile("/portal/"))
    expect(other.get_by_role("heading", level=1, name="概览")).to_be_visible()


def test_required_set_up_shows_the_codes_until_they_are_kept(
    open_page: OpenPage, product: Product, add: AddAccount
) -> None:
    first = signed_in(product, add("super")["username"])
    second = add("operator")["username"]  # before the administrator of the tests may do nothing any more
    begun = first.post("/admin/account/second-factor", json={"current_password": PASSWORD}).json()
    confirmed = first.post("/admin/account/second-factor/confirm", json={"code": TOTP(begun["secret"]).now()})
    assert confirmed.status_code == 200, confirmed.text
    policy = "/admin/settings/second-factor"
    version = first.get(policy).json()["version"]
    assert first.put(policy, json={"required": True, "version": version}).status_code == 200
    try:
        page = open_as(product, open_page, second)
        expect(page.get_by_role("heading", level=1, name="请先启用两步验证")).to_be_visible()
        page.get_by_label("当前密码").fill(PASSWORD)
        press(page, "下一步")
        page.get_by_label("应用显示的 6 位验证码").fill(TOTP(page.locator("code").inner_text()).now())
        press(page, "确认并启用")
        codes = page.get_by_role("list", name="保存恢复代码").get_by_role("listitem")
        expect(codes).to_have_count(10)
        page.wait_for_timeout(1500)  # the page has learned by now that nothing is missing any more
        expect(codes).to_have_count(10)
        expect(page.get_by_role("button", name="账号")).to_contain_text(second)
        page.get_by_role("checkbox", name="我已保存恢复代码").check()
        press(page, "完成")
        expect(codes).to_have_count(0)
        expect(page.get_by_role("heading", level=1)).not_to_have_text("请先启用两步验证")
    finally:
        version = first.get(policy).json()["version"]
        assert first.put(policy, json={"required": False, "version": version}).status_code == 200
        first.close()


def signed_in(product: Product, username: str) -> httpx.Client:
    client = httpx.Client(base_url=f"{product.address}/api/v1", headers={"Origin": product.address}, timeout=15)
    answer = client.post("/sessions", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    return client
