"""The first administrator, on a server that nobody has used yet."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.portal.conftest import press
from tests.browser.product import Product
from tests.support.workers import of_worker

HOST = of_worker(os.environ.get("LINKUS_PORTAL_HOST", "127.0.0.24"))
PASSWORD = "Lotus7Bridge"
NEW_PASSWORD = "Harbour58Lantern"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    with Product(tmp_path_factory.mktemp("fresh") / "home", HOST) as product:
        yield product


def fill(page: Page, username: str, password: str, again: str) -> None:
    page.get_by_label("用户名").fill(username)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_label("再次输入密码").fill(again)


def test_the_page_speaks_the_language_of_the_browser(fresh: Product, open_page: OpenPage) -> None:
    page = open_page(fresh.setup_link, locale="en-GB")
    expect(page.get_by_role("heading", name="Create the administrator")).to_be_visible()
    press(page, "Language")
    page.get_by_role("menuitem", name="中文").click()
    expect(page.get_by_role("heading", name="创建管理员")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "zh-CN"
    page.goto(f"{fresh.address}/portal/setup#t=once-more")
    expect(page.get_by_text("链接无效")).to_be_visible()


def test_becoming_administrator(fresh: Product, open_page: OpenPage) -> None:
    page = open_page(fresh.setup_link)
    expect(page.get_by_role("heading", name="创建管理员")).to_be_visible()
    assert "t=" not in page.url

    fill(page, "admin", PASSWORD, PASSWORD + "x")
    press(page, "创建并进入")
    expect(page.get_by_text("两次输入的密码不一致")).to_be_visible()

    # everything that is wrong is marked at once: the password, the rule that it breaks, and the repetition
    fill(page, "admin", "short1A", "short1B")
    password = page.locator(".ant-form-item").filter(has=page.get_by_label("密码", exact=True))
    expect(password.locator(".ant-form-item-explain-error")).to_have_text("密码不符合下面标出的要求")
    expect(page.get_by_text("两次输入的密码不一致")).to_be_hidden()
    press(page, "创建并进入")
    broken = page.get_by_role("listitem").filter(has=page.get_by_role("img", name="未满足"))
    expect(broken).to_have_text(["10 到 63 个字符"])
    expect(page.get_by_text("两次输入的密码不一致")).to_be_visible()
    expect(page.get_by_label("密码", exact=True)).to_be_focused()

    fill(page, "admin", PASSWORD, PASSWORD)
    press(page, "创建并进入")
    expect(page.get_by_role("heading", name="概览")).to_be_visible()
    expect(page.get_by_role("region", name="接下来")).to_contain_text("填写公司名称")

    again = open_page(fresh.setup_link)
    expect(again.get_by_text("已有管理员")).to_be_visible()
    expect(again.get_by_role("link", name="前往登录")).to_be_visible()


def test_without_a_session_the_sign_in_page_leads_back(fresh: Product, open_page: OpenPage) -> None:
    page = open_page(f"{fresh.address}/portal/status")
    expect(page).to_have_url(f"{fresh.address}/login?next=%2Fportal%2Fstatus")
    page.get_by_label("用户名").fill("admin")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    press(page, "登录")
    expect(page.get_by_role("heading", name="系统状态")).to_be_visible()
    page.get_by_role("button", name="账号").click()
    page.get_by_role("menuitem", name="退出登录").click()
    expect(page.get_by_label("用户名")).to_be_visible()


def test_changing_ones_own_password(fresh: Product, open_page: OpenPage) -> None:
    """管理员账号, in the menu at the upper right. Tested here, because it ends all other sessions of the account."""
    page, other = open_page(), open_page()
    for each in (page, other):
        assert sign_in(each, fresh, PASSWORD)
    page.goto(f"{fresh.address}/portal/")
    press(page, "账号")
    page.get_by_role("menuitem", name="管理员账号").click()
    dialog = page.get_by_role("dialog", name="管理员账号")
    dialog.get_by_label("当前密码").fill("not this one")
    dialog.get_by_label("新密码", exact=True).fill("short")
    broken = dialog.get_by_label("密码要求").locator("li.portal_secondary")
    expect(broken).not_to_have_count(0)
    dialog.get_by_label("新密码", exact=True).fill(NEW_PASSWORD)
    expect(broken).to_have_count(0)
    dialog.get_by_label("再次输入新密码").fill("another")
    press(dialog, "保存")
    expect(dialog.get_by_text("两次输入的密码不一致")).to_be_visible()
    dialog.get_by_label("再次输入新密码").fill(NEW_PASSWORD)
    press(dialog, "保存")
    expect(dialog.locator(".ant-form-item-has-error").get_by_label("当前密码")).to_be_visible(timeout=30_000)
    assert other.request.get(f"{fresh.address}/api/v1/admin/settings/general").ok

    dialog.get_by_label("当前密码").fill(PASSWORD)
    press(dialog, "保存")
    expect(page.get_by_text("已保存，其他浏览器已退出登录")).to_be_visible(timeout=30_000)
    assert other.request.get(f"{fresh.address}/api/v1/admin/settings/general").status == 401
    assert not sign_in(other, fresh, PASSWORD)
    assert sign_in(other, fresh, NEW_PASSWORD)


def sign_in(page: Page, product: Product, password: str) -> bool:
    body = {"username": "admin", "password": password}
    headers = {"Origin": product.address}
    return page.request.post(f"{product.address}/api/v1/sessions", data=body, headers=headers).ok
