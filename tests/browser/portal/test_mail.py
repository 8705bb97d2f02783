"""The mail server, welcome mails and their log."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal.conftest import OpenPortal, press, row
from tests.browser.portal_api import PortalApi
from tests.browser.product import Product
from tests.walk.mailbox import Mailbox, links

PORT = 2526
USERNAME, PASSWORD = "pbx", "Mail-Server-52"
NO_MAIL_SERVER = {
    "host": "",
    "port": 25,
    "tls_mode": "none",
    "username": "",
    "password": "",
    "sender_address": "",
    "sender_name": "",
}


@pytest.fixture
def mailbox(product: Product) -> Iterator[Mailbox]:
    with Mailbox(product.host, PORT, USERNAME, PASSWORD) as mailbox:
        yield mailbox


@pytest.fixture(autouse=True)
def _no_mail_server(portal: PortalApi) -> Iterator[None]:
    """Start and end each test without a mail server."""
    _forget_mail_server(portal)
    yield
    _forget_mail_server(portal)


def _forget_mail_server(portal: PortalApi) -> None:
    version = portal.call("GET", "/admin/mail-server")["version"]
    portal.call("PUT", "/admin/mail-server", {**NO_MAIL_SERVER, "version": version})


def fill_mail_server(page: Page, host: str, password: str = PASSWORD) -> None:
    page.get_by_label("服务器地址").fill(host)
    page.get_by_label("加密方式").click()
    page.locator(".ant-select-item-option").get_by_text("不加密", exact=True).click()
    expect(page.get_by_label("端口")).to_have_value("25")
    page.get_by_label("端口").fill(str(PORT))
    page.get_by_label("用户名").fill(USERNAME)
    page.get_by_label("密码", exact=True).fill(password)
    page.get_by_label("发件人地址").fill("pbx@example.com")


def try_mail(page: Page, recipient: str) -> Locator:
    press(page, "发送测试邮件")
    dialog = page.get_by_role("dialog", name="发送测试邮件")
    dialog.get_by_label("收件人").fill(recipient)
    press(dialog, "发送")
    return dialog


def test_the_mail_servers_own_answer_is_shown(open_portal: OpenPortal, product: Product, mailbox: Mailbox) -> None:
    page = open_portal("email")
    fill_mail_server(page, product.host, password="wrong")
    dialog = try_mail(page, "admin@example.com")
    expect(dialog.get_by_role("alert")).to_contain_text("测试邮件发送失败")
    expect(dialog.locator("pre")).to_contain_text("535")
    press(dialog, "取消")

    page.get_by_label("密码", exact=True).fill(PASSWORD)
    dialog = try_mail(page, "admin@example.com")
    expect(dialog.get_by_role("alert")).to_contain_text("服务器已接受测试邮件")
    expect(dialog.locator("pre")).to_contain_text("250 2.0.0 kept as walk-1")
    assert "pbx@example.com" in mailbox.wait_for("admin@example.com")["From"]
    press(dialog, "取消")

    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    page.reload()
    expect(page.get_by_label("服务器地址")).to_have_value(product.host)
    expect(page.get_by_label("密码", exact=True)).to_have_value("")
    expect(page.get_by_label("密码", exact=True)).to_have_attribute("placeholder", "已设置，留空则不变")


def test_wrong_settings_are_said_at_their_fields(open_portal: OpenPortal) -> None:
    page = open_portal("email")
    page.get_by_label("服务器地址").fill("smtp server")
    page.get_by_label("发件人地址").fill("nobody")
    press(page, "保存")
    expect(page.get_by_label("服务器地址")).to_be_focused()
    expect(page.locator(".ant-form-item-has-error")).to_have_count(2)


@pytest.mark.manual("CR-1")
def test_without_a_mail_server_codes_and_links_are_on_the_screen(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("屏幕", "甲")
    page = open_portal("extensions?search=屏幕")
    row(page, person.number).get_by_role("checkbox").check()
    press(page, "欢迎邮件")
    dialog = page.get_by_role("dialog", name="欢迎邮件")
    expect(dialog).to_contain_text("还没有设置邮件服务器")
    # the server of the tests has a loopback address
    expect(dialog.get_by_role("alert").filter(has_text="手机和其他电脑无法打开")).to_be_visible()
    expect(dialog.get_by_role("link", name="设置对外地址")).to_have_attribute("href", "/portal/general")
    expect(dialog.get_by_text("再把二维码和链接交给用户")).to_be_visible()
    expect(dialog.get_by_role("table")).to_have_count(0)  # nothing is to be mailed
    sheet = dialog.get_by_role("article", name=f"{person.number} {person.name}")
    for kind in ("手机端", "桌面端", "网页端"):
        expect(sheet.get_by_role("img", name=f"QR {kind}")).to_be_visible()
    link = sheet.get_by_role("link").last.get_attribute("href")
    assert link is not None
    token = link.partition("#t=")[2]
    facts = portal.call("POST", "/credentials/inspect", {"token": token})
    assert (facts["status"], facts["extension_number"], facts["client_kind"]) == ("valid", person.number, "web")

    # printing shows only the sheets
    page.emulate_media(media="print")
    expect(sheet).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()


@pytest.mark.manual("CR-1")
def test_each_extension_gets_its_mail_or_the_reason(
    open_portal: OpenPortal, portal: PortalApi, product: Product, mailbox: Mailbox
) -> None:
    good = portal.add_person("邮件", "甲", email="jia@example.com")
    off = portal.add_person("邮件", "乙", email="yi@example.com", linkus_enabled=False)
    without = portal.add_person("邮件", "丙")
    bad = portal.add_person("邮件", "丁", email="nobody@example.com")
    page = open_portal("email")
    fill_mail_server(page, product.host)
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()

    page.get_by_role("link", name="分机", exact=True).click()
    page.get_by_role("searchbox").fill("邮件")
    expect(page.get_by_text("共 4 项")).to_be_visible()
    page.get_by_role("columnheader").get_by_role("checkbox").check()
    press(page, "欢迎邮件")
    dialog = page.get_by_role("dialog", name="欢迎邮件")
    result = {
        person.number: dialog.get_by_role("row").filter(has_text=person.number) for person in (good, off, without, bad)
    }
    # before sending: who would get none, why, and the remedy
    expect(dialog).to_contain_text("还没有发送。以下 2 个分机收不到欢迎邮件")
    expect(result[off.number]).to_contain_text("未启用 Linkus 客户端")
    expect(result[off.number].get_by_role("link", name="启用 Linkus")).to_be_visible()
    expect(result[without.number].get_by_role("link", name="填写邮箱地址")).to_be_visible()
    expect(result[good.number]).to_have_count(0)
    # the selection remains after a visit to fix something
    result[without.number].get_by_role("link", name="填写邮箱地址").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(without.number)
    page.go_back()
    expect(page.get_by_text("已选 4 项")).to_be_visible()
    press(page, "欢迎邮件")
    press(dialog, "启用 Linkus")
    expect(dialog).to_contain_text("以下 1 个分机收不到欢迎邮件")
    expect(result[off.number]).to_have_count(0)
    assert portal.call("GET", "/admin/welcome-mails?search=邮件")["total"] == 0
    portal.switch_linkus(off, enabled=False)  # somebody else, at this moment
    press(dialog, "发送给其余 3 个分机")
    expect(result[without.number]).to_contain_text("未发送")
    expect(result[off.number]).to_contain_text("未发送")
    # each row follows its mail; failures are explained and come first
    expect(result[good.number]).to_contain_text("已发送", timeout=30_000)
    expect(result[bad.number]).to_contain_text("发送失败", timeout=30_000)
    expect(result[bad.number]).to_contain_text("550 5.1.1 No such user here")
    expect(dialog.get_by_role("row").nth(1)).to_contain_text(bad.number)

    # retry only those that could not be sent
    page.route("**/api/v1/admin/welcome-mails", lambda route: route.fulfill(status=500, body="{}"), times=1)
    press(dialog, "启用 Linkus 并发送")
    press(dialog, "重试")
    expect(result[off.number]).to_contain_text("已发送", timeout=30_000)
    expect(dialog.get_by_role("alert").filter(has_text="2 封欢迎邮件已发送")).to_be_visible(timeout=30_000)
    assert [mailbox.count(address) for address in ("jia@example.com", "yi@example.com")] == [1, 1]

    dialog.get_by_role("link", name="1 封发送失败").click()
    expect(page.get_by_text("共 1 项")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("nobody@example.com")
    for chip in ("状态", "提交时间"):
        press(page, f"清除筛选：{chip}")
    sent = page.get_by_role("row").filter(has_text="jia@example.com")
    expect(sent).to_contain_text("已发送")
    expect(sent).to_contain_text("250 2.0.0 kept as walk-1")

    # the open log follows the events of the credentials
    token = links(mailbox.wait_for("jia@example.com"))["web"].partition("#t=")[2]
    portal.call("POST", "/credentials/redeem", {"token": token, "transport": "bearer"})
    expect(sent).to_contain_text("已在网页端登录")
    expect(sent).to_contain_text("网页端：")
    expect(sent).to_contain_text("来自 127.0.0.1")

    # unused credentials are revoked, and sent again with new ones
    other = page.get_by_role("row").filter(has_text="yi@example.com")
    unused = links(mailbox.wait_for("yi@example.com"))["web"].partition("#t=")[2]
    other.get_by_role("checkbox").check()
    press(page, "作废凭证")
    press(page.get_by_role("dialog", name="作废未使用的登录凭证？"), "作废凭证")
    expect(page.get_by_text("已作废 1 封邮件的登录凭证")).to_be_visible(timeout=30_000)
    expect(other).to_contain_text("凭证已作废", timeout=30_000)
    assert portal.call("POST", "/credentials/inspect", {"token": unused})["status"] != "valid"
    press(other, "再次发送")
    press(page.get_by_role("dialog", name="给 1 个分机再发一次欢迎邮件？"), "发送")
    again = page.get_by_role("dialog", name="欢迎邮件")
    expect(again.get_by_role("row").filter(has_text=off.number)).to_contain_text("已发送", timeout=30_000)
    page.keyboard.press("Escape")
    expect(other).to_have_count(2, timeout=30_000)


@pytest.mark.parametrize("width", [1440, 390])
def test_an_outage_is_shown_in_the_servers_own_words_until_mail_works_again(
    open_portal: OpenPortal, portal: PortalApi, product: Product, mailbox: Mailbox, width: int
) -> None:
    person = portal.add_person("断线", "甲", email=f"duan{width}@example.com")
    page = open_portal("email", viewport={"width": width, "height": 900})
    status = open_portal("status", viewport={"width": width, "height": 900})
    fill_mail_server(page, product.host, password="changed-at-the-provider")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible()
    part = status.get_by_role("listitem", name="邮件服务器")
    status.reload()
    expect(part).to_contain_text("正常")

    people = open_portal(f"extensions?search={person.number}", viewport={"width": width, "height": 900})
    people.get_by_role("checkbox", name=f"选择 {person.number}").check()
    press(people, "欢迎邮件")
    sending = people.get_by_role("dialog", name="欢迎邮件")
    expect(sending.get_by_role("alert").filter(has_text="请先设置对外地址，再发送欢迎邮件")).to_be_visible()
    assert portal.call("GET", f"/admin/welcome-mails?search={person.number}")["total"] == 0
    press(sending, "发送给 1 个分机")
    since = re.compile(r"自 \d{4}[-/年]\d{1,2}[-/月]\d{1,2}日? \d\d:\d\d")
    outage = page.get_by_role("alert").filter(has_text="默认邮件服务器异常")
    expect(outage).to_contain_text(since)
    expect(outage).to_contain_text("535 5.7.8 Authentication credentials invalid")
    expect(part).to_contain_text("535 5.7.8 Authentication credentials invalid")
    expect(part).not_to_contain_text("正常")
    expect(page.get_by_label("服务器地址")).to_have_value(product.host)
    expect(sending.get_by_role("alert").filter(has_text="默认邮件服务器异常")).to_contain_text("535 5.7.8")

    page.get_by_label("密码", exact=True).fill(PASSWORD)
    press(page, "保存")
    mailbox.wait_for(f"duan{width}@example.com")
    expect(outage).to_have_count(0)
    expect(sending).to_contain_text("1 封欢迎邮件已发送")
    expect(part).to_contain_text("正常")
    expect(part).not_to_contain_text("535")
