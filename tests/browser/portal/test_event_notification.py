"""系统 > 事件通知: levels of the kinds of events, and the contacts who are notified by mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser.portal.conftest import NARROW, OpenPortal, press
from tests.browser.portal.test_mail import PASSWORD, PORT, USERNAME, _forget_mail_server
from tests.browser.portal_api import PortalApi
from tests.browser.product import Product
from tests.walk.mailbox import Mailbox

DUTY = "duty@example.com"


@pytest.fixture
def mailbox(product: Product, portal: PortalApi) -> Iterator[Mailbox]:
    """Return the mailbox behind the configured mail server."""
    with Mailbox(product.host, PORT, USERNAME, PASSWORD) as box:
        version = portal.call("GET", "/admin/mail-server")["version"]
        server = {"host": product.host, "port": PORT, "tls_mode": "none", "username": USERNAME, "password": PASSWORD}
        portal.call("PUT", "/admin/mail-server", {**server, "sender_address": "pbx@example.com", "version": version})
        yield box
        _forget_mail_server(portal)


@pytest.fixture(autouse=True)
def _no_contacts(portal: PortalApi) -> Iterator[None]:
    yield
    for contact in portal.call("GET", "/admin/notification-contacts")["items"]:
        portal.call("DELETE", f"/admin/notification-contacts/{contact['id']}")


def test_contact_is_told_of_a_failed_sign_in(
    open_portal: OpenPortal, product: Product, portal: PortalApi, mailbox: Mailbox, tmp_path: Path
) -> None:
    page = open_portal("event-notification")
    expect(page.get_by_text("还没有通知联系人")).to_be_visible()
    failed = page.get_by_role("row").filter(has_text="网页用户登录失败")
    expect(failed).to_contain_text("警告")
    page.get_by_role("combobox", name="“网页用户登录失败”的级别").click()
    page.locator(".ant-select-item-option").get_by_text("异常", exact=True).click()
    expect(page.get_by_text("“网页用户登录失败”已保存")).to_be_visible()
    page.screenshot(path=tmp_path / "types.png")

    press(page, "添加通知联系人")
    expect(page.get_by_text("添加联系人后，他们会在事件发生时收到邮件。")).to_be_visible()
    press(page, "添加")
    dialog = page.get_by_role("dialog", name="添加通知联系人")
    dialog.get_by_text("其他人员").click()
    press(dialog, "保存")
    expect(dialog.get_by_text("请填写").first).to_be_visible()
    dialog.get_by_label("姓名").fill("值班")
    dialog.get_by_label("邮箱").fill(DUTY)
    dialog.get_by_label("警告").uncheck()
    page.screenshot(path=tmp_path / "dialog.png")
    press(dialog, "保存")
    contact = page.get_by_role("row").filter(has_text="值班")
    expect(contact).to_contain_text("异常")
    expect(contact).not_to_contain_text("警告")

    press(contact, "测试")
    test = page.get_by_role("dialog", name="测试通知“值班”")
    press(test, "发送")
    expect(test.get_by_text("邮件服务器已接收")).to_be_visible()
    page.screenshot(path=tmp_path / "test.png")
    test.get_by_role("button", name="关闭").first.click()
    assert mailbox.wait_for(DUTY)["Subject"].startswith("【通知】管理员登录成功")

    refused = httpx.post(f"{product.address}/api/v1/sessions", json={"username": "nobody", "password": "wrong"})
    assert refused.status_code == 401
    mail = mailbox.wait_for(DUTY, count=2)
    assert mail["Subject"].startswith("【异常】网页用户登录失败")
    page.goto(f"{product.address}/portal/event-log")
    expect(page.get_by_role("row").filter(has_text="“nobody”").first).to_contain_text("网页用户登录失败")
    page.screenshot(path=tmp_path / "log.png")


def test_in_english_on_a_telephone(open_portal: OpenPortal, portal: PortalApi, tmp_path: Path) -> None:
    person = portal.add_person()  # without an email address
    portal.call("POST", "/admin/notification-contacts", {"extension_id": person.id, "levels": ["alert"]})
    page = open_portal("event-notification", viewport=NARROW, locale="en")
    expect(page.get_by_role("heading", level=1)).to_have_text("Event notification")
    expect(page.get_by_role("switch", name="Notify of “Trunk Failed”")).to_be_checked()
    page.screenshot(path=tmp_path / "narrow.png")
    page.get_by_role("tab", name="Notification contacts").click()
    expect(page.get_by_text("The extension has no email address")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW["width"]
    press(page, "Add")
    expect(page.get_by_role("dialog", name="Add a notification contact")).to_be_visible()
    page.screenshot(path=tmp_path / "narrow-dialog.png")
