"""A user's own password: the first one, a change, and a forgotten one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client.conftest import OpenClient
from tests.browser.conftest import OpenPage
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone
from tests.walk.mailbox import Mailbox

NEW = "Lamp-under-The-Tree-46"
PORT = 2536
ACCOUNT = ("pbx", "Mail-Server-52")
RESET_LINK = re.compile(r"https?://\S+/reset-password#t=\S+")
ASKED = "如果此账号存在并填写了邮箱地址"


@pytest.fixture
def mailbox(product: Product, portal: PortalApi) -> Iterator[Mailbox]:
    """Run the product's mail server for this test."""
    before = portal.call("GET", "/admin/mail-server")
    settings = {
        "host": product.host,
        "port": PORT,
        "tls_mode": "none",
        "username": ACCOUNT[0],
        "password": ACCOUNT[1],
        "sender_address": "pbx@example.com",
        "sender_name": "",
    }
    with Mailbox(product.host, PORT, *ACCOUNT) as mailbox:
        saved = portal.call("PUT", "/admin/mail-server", {**settings, "version": before["version"]})
        yield mailbox
        without = {**settings, "host": "", "username": "", "password": "", "sender_address": ""}
        portal.call("PUT", "/admin/mail-server", {**without, "version": saved["version"]})


def fill_new(page: Page, password: str, again: str | None = None) -> None:
    page.get_by_label("新密码", exact=True).fill(password)
    page.get_by_label("再次输入新密码").fill(password if again is None else again)


def test_who_was_given_a_password_chooses_an_own_one_first(
    product: Product, portal: PortalApi, open_page: OpenPage
) -> None:
    person = portal.add_person("周", "同")
    page = open_page()
    softphone.sign_in_by_hand(page, product.address, person.number, person.password)
    softphone.choose_own_password(page, person.password, person.password)
    expect(page.get_by_text("新密码不能与当前密码相同。")).to_be_visible()
    page.reload()
    softphone.choose_own_password(page, NEW, "Not-The-Password-1")
    expect(page.get_by_text("当前密码不正确。")).to_be_visible()
    softphone.choose_own_password(page, NEW, person.password)
    softphone.is_ready(page)
    page.reload()
    softphone.is_ready(page)


@pytest.mark.manual("CR-4")
def test_who_comes_by_a_link_need_not_know_the_password_that_was_given(portal: PortalApi, open_page: OpenPage) -> None:
    person = portal.add_person("周", "通")
    page = open_page()
    softphone.redeem(page, portal.login_link(person), person.number)
    expect(page.get_by_role("heading", name="设置你自己的密码")).to_be_visible()
    expect(page.get_by_label("当前密码")).to_have_count(0)
    softphone.choose_own_password(page, NEW)
    softphone.is_ready(page)


def test_a_password_is_changed_in_the_settings(open_client: OpenClient, product: Product, alice: Person) -> None:
    other, page = open_client(alice), open_client(alice)
    page.get_by_role("link", name="设置", exact=True).click()
    page.get_by_role("link", name="修改密码").click()
    rules = page.get_by_role("list", name="密码要求").get_by_role("listitem")

    page.get_by_label("当前密码").fill(alice.password)
    fill_new(page, f"Lamp-{alice.number}-5555")
    expect(rules.filter(has_text="一个数字")).to_have_class(re.compile("kept"))
    expect(rules.filter(has_text="1234")).not_to_have_class(re.compile("kept"))
    expect(rules.filter(has_text="分机号码")).not_to_have_class(re.compile("kept"))
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("新密码还不符合下面的全部要求。")).to_be_visible()
    expect(page.get_by_label("新密码", exact=True)).to_be_focused()

    fill_new(page, NEW, again="Lamp")
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_text("两次输入的新密码不一致。")).to_be_visible()
    fill_new(page, NEW)
    expect(page.get_by_text("强", exact=True)).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="密码已修改")).to_contain_text("1 台设备")
    expect(other.get_by_role("alert")).to_have_text("密码已修改，请使用新密码登录。")
    softphone.sign_in_by_hand(other, product.address, alice.number, NEW)
    softphone.is_ready(other)


def test_a_forgotten_password_is_set_by_mail(
    product: Product, portal: PortalApi, open_page: OpenPage, mailbox: Mailbox
) -> None:
    person = portal.add_user("吴", "忘", email="wang@example.com")
    page = open_page(f"{product.address}/login")
    page.get_by_role("link", name="忘记密码？").click()
    page.get_by_role("button", name="发送链接").click()
    expect(page.get_by_text("请输入用户名。")).to_be_visible()
    page.get_by_label("用户名").fill(person.number)
    page.get_by_role("button", name="发送链接").click()
    expect(page.get_by_role("status")).to_contain_text(ASKED)

    body = mailbox.wait_for("wang@example.com", 30).get_body(("plain",))
    assert body is not None
    found = RESET_LINK.search(body.get_content())
    assert found
    page.goto(found[0])
    expect(page.get_by_role("main")).to_contain_text(f"分机 {person.number}（{person.name}）")
    page.get_by_label("新密码", exact=True).fill(f"Lamp-{person.name[1:]}-Tree-46")
    rules = page.get_by_role("list", name="密码要求").get_by_role("listitem")
    expect(rules.filter(has_text="姓名")).not_to_have_class(re.compile("kept"))
    fill_new(page, NEW)
    page.get_by_role("button", name="保存新密码").click()
    expect(page.get_by_role("heading", name="密码已修改")).to_be_visible()
    assert "t=" not in page.url
    page.get_by_role("link", name="登录").click()
    softphone.sign_in_by_hand(page, product.address, person.number, NEW)
    softphone.is_ready(page)
    expect(open_page(found[0]).get_by_role("alert")).to_contain_text("此链接已被使用")


def test_nobody_learns_whether_there_is_such_an_account(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{product.address}/forgot-password")
    page.get_by_label("用户名").fill("no-such-person@example.com")
    page.get_by_role("button", name="发送链接").click()
    expect(page.get_by_role("status")).to_contain_text(ASKED)


def test_a_reset_link_that_is_not_one(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{product.address}/reset-password#t=no-such-token")
    expect(page.get_by_role("alert")).to_contain_text("无法识别此链接")
    page.get_by_role("link", name="重新发送链接").click()
    expect(page.get_by_role("heading", name="忘记密码")).to_be_visible()
