"""系统 > 事件通知: levels of the kinds of events, and the contacts who are notified by mail."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.portal.conftest import NARROW, OpenPortal, press
from tests.browser.portal.test_mail import PASSWORD, PORT, USERNAME, _forget_mail_server
from tests.browser.portal_api import PASSWORD as ADMINISTRATOR_PASSWORD
from tests.browser.portal_api import PortalApi
from tests.browser.product import Product
from tests.event_notification.receiver import Receiver, receiving
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


def choose_level(page: Page, kind: str, level: str) -> None:
    page.get_by_role("combobox", name=f"“{kind}”的级别").click()
    page.locator(".ant-select-item-option").get_by_text(level, exact=True).click()
    expect(page.get_by_text(f"“{kind}”已保存")).to_be_visible()


def test_contact_is_told_of_a_failed_sign_in(
    open_portal: OpenPortal, product: Product, portal: PortalApi, mailbox: Mailbox, tmp_path: Path
) -> None:
    page = open_portal("event-notification")
    expect(page.get_by_text("还没有通知联系人")).to_be_visible()
    failed = page.get_by_role("row").filter(has_text="网页用户登录失败")
    expect(failed).to_contain_text("警告")
    choose_level(page, "网页用户登录失败", "异常")
    page.screenshot(path=tmp_path / "types.png")

    press(page, "添加通知联系人")
    expect(page.get_by_text("添加联系人后，他们会在事件发生时收到邮件或 Webhook。")).to_be_visible()
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


@pytest.fixture
def _default_templates(portal: PortalApi) -> Iterator[None]:
    yield
    path = "/admin/event-types/web_sign_in_failed/templates/zh-CN"
    portal.call("PUT", path, {"mode": "default", "version": portal.call("GET", path)["version"]})


@pytest.mark.manual("OV-8")
@pytest.mark.usefixtures("_default_templates")
def test_mail_about_an_event_has_the_companys_own_words(
    open_portal: OpenPortal, product: Product, portal: PortalApi, mailbox: Mailbox, tmp_path: Path
) -> None:
    page = open_portal("event-notification/contacts")
    press(page, "添加")
    dialog = page.get_by_role("dialog", name="添加通知联系人")
    dialog.get_by_text("其他人员").click()
    dialog.get_by_label("姓名").fill("值班")
    dialog.get_by_label("邮箱").fill(DUTY)
    press(dialog, "保存")
    expect(page.get_by_role("row").filter(has_text="值班")).to_be_visible()
    page.get_by_role("tab", name="事件类型").click()
    choose_level(page, "网页用户登录失败", "警告")
    page.get_by_role("link", name="“网页用户登录失败”的邮件模板").click()
    preview = page.get_by_role("region", name="预览")
    expect(preview.frame_locator("iframe").get_by_text("“zhangwei”从 192.0.2.10 登录")).to_be_visible()

    page.get_by_label("模板", exact=True).click()
    page.locator(".ant-select-item-option").get_by_text("自定义", exact=True).click()
    expect(page.get_by_label("邮件主题")).to_have_value("【{{.EventLevel}}】{{.EventName}} - {{.CompanyName}}")
    page.get_by_label("邮件主题").fill("{{.EventLevel}}，请看：")
    press(page, "在主题中插入变量")
    page.get_by_role("menuitem", name="IP 地址").click()
    page.get_by_text("源代码", exact=True).click()
    page.get_by_label("邮件内容").last.fill("<p>有人用 {{.Username}} 登录：{{.Reason}}</p>")
    press(page, "改为 {{.UserName}}")
    expect(preview.frame_locator("iframe").get_by_text("有人用 zhangwei 登录：用户名或密码错误。")).to_be_visible()
    expect(preview).to_contain_text("警告，请看：192.0.2.10")
    page.screenshot(path=tmp_path / "template.png")

    press(page, "发送测试邮件")
    dialog = page.get_by_role("dialog", name="发送测试邮件")
    dialog.get_by_label("收件人").fill("me@example.com")
    press(dialog, "发送")
    expect(dialog.get_by_text("邮件服务器已接受测试邮件")).to_be_visible()
    dialog.get_by_role("button", name="关闭").first.click()
    assert mailbox.wait_for("me@example.com")["Subject"] == "警告，请看：192.0.2.10"

    press(page, "保存")
    expect(page.get_by_text("已保存", exact=True)).to_be_visible()
    refused = httpx.post(f"{product.address}/api/v1/sessions", json={"username": "stranger", "password": "wrong"})
    assert refused.status_code == 401
    mail = mailbox.wait_for(DUTY)
    assert mail["Subject"].startswith("警告，请看：127.")
    plain = mail.get_body(("plain",))
    assert plain is not None
    assert "有人用 stranger 登录：用户名或密码错误。" in plain.get_content()

    press(page, "取消")
    expect(page.get_by_role("link", name="“网页用户登录失败”的邮件模板")).to_have_text("自定义 · 中文")


def test_template_of_the_other_language_on_a_narrow_screen(open_portal: OpenPortal, tmp_path: Path) -> None:
    page = open_portal("event-notification/trunk_failed/en", viewport=NARROW, locale="en")
    expect(page.get_by_role("heading", name="Email template: Trunk Failed")).to_be_visible()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("[Warning] Trunk Failed")
    page.screenshot(path=tmp_path / "narrow.png", full_page=True)
    page.get_by_text("Chinese", exact=True).click()
    expect(page.get_by_role("region", name="Preview")).to_contain_text("【警告】中继不可用")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_program_is_told_by_webhook(open_portal: OpenPortal, product: Product, tmp_path: Path) -> None:
    with receiving(Receiver()) as receiver:
        page = open_portal("event-notification/contacts")
        press(page, "添加")
        dialog = page.get_by_role("dialog", name="添加通知联系人")
        dialog.get_by_text("程序（Webhook）").click()
        dialog.get_by_label("名称").fill("SIEM")
        press(dialog, "保存")
        expect(dialog.get_by_text("请填写", exact=True)).to_be_visible()
        expect(dialog.get_by_label("Webhook 地址")).to_be_focused()
        dialog.get_by_label("Webhook 地址").fill("example.com")
        press(dialog, "保存")
        expect(dialog.get_by_text("请输入完整的网址")).to_be_visible()
        dialog.get_by_label("Webhook 地址").fill(receiver.url)
        page.screenshot(path=tmp_path / "webhook.png")
        press(dialog, "保存")
        secret = page.get_by_role("dialog", name="“SIEM”的签名密钥")
        expect(secret.get_by_text("whsec_")).to_be_visible()
        page.screenshot(path=tmp_path / "secret.png")
        secret.get_by_role("button", name="关闭").last.click()
        row = page.get_by_role("row").filter(has_text="SIEM")
        expect(row).to_contain_text(receiver.url)

        press(row, "测试")
        test = page.get_by_role("dialog", name="测试通知“SIEM”")
        press(test, "发送")
        expect(test.get_by_text("接收程序已接收")).to_be_visible()
        receiver.status = 503
        press(test, "发送")
        expect(test.get_by_text("返回 HTTP 503")).to_be_visible()
        test.get_by_role("button", name="关闭").first.click()
        expect(row).to_contain_text("上一次通知未送达：127.0.0.1 返回 HTTP 503")
        page.screenshot(path=tmp_path / "refused.png")

        receiver.status = 200
        before = len(receiver.requests)
        refused = httpx.post(f"{product.address}/api/v1/sessions", json={"username": "siem", "password": "wrong"})
        assert refused.status_code == 401
        expect(row).not_to_contain_text("上一次通知未送达", timeout=30_000)
        assert len(receiver.requests) == before + 1


def test_role_that_may_only_view_sees_a_contact_but_saves_nothing(
    open_page: OpenPage, product: Product, portal: PortalApi, tmp_path: Path
) -> None:
    contact = {"name": "SIEM", "webhook_url": "https://siem.example.com/hook", "levels": ["alert"]}
    portal.call("POST", "/admin/notification-contacts", contact)
    role = portal.call("POST", "/admin/roles", {"name": "只看通知", "permissions": {"event_notification": "view"}})
    account = {"username": "watcher", "password": ADMINISTRATOR_PASSWORD, "role": role["key"]}
    portal.call("POST", "/admin/administrators", account)
    page = open_page()
    sign_in(page, product.address, "watcher", ADMINISTRATOR_PASSWORD)
    page.goto(f"{product.address}/portal/event-notification/contacts")
    row = page.get_by_role("row").filter(has_text="SIEM")
    press(row, "查看")
    dialog = page.get_by_role("dialog", name="SIEM")
    expect(dialog.get_by_label("Webhook 地址")).to_be_disabled()
    expect(dialog.get_by_role("button", name="保存")).to_have_count(0)
    page.screenshot(path=tmp_path / "view.png")
    dialog.get_by_role("button", name="关闭").last.click()
    expect(dialog).to_be_hidden()
    expect(row.get_by_role("button", name="测试")).to_have_count(0)
