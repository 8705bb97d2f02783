"""分机和中继 > 分机 > Linkus服务器: the template of welcome mails, the login mode, and the codec of mobile clients."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.portal.conftest import OpenPortal, press
from tests.browser.portal_api import PASSWORD, Person, PortalApi
from tests.browser.product import Product
from tests.walk.mailbox import Mailbox

TIMEOUT_MS = 30_000  # another run may share the machine
PORT = 2527
TEMPLATE = "/admin/linkus-server/mail-template"
LOGIN_MODE = "/admin/linkus-server/login-mode"
MOBILE_DEFAULT = "/admin/linkus-server/mobile-default"


@pytest.fixture(autouse=True)
def _as_delivered(portal: PortalApi) -> Iterator[None]:
    """Restore the settings of a new server after each test."""
    yield
    begin = portal.call("GET", f"{TEMPLATE}/default")
    _put(portal, TEMPLATE, mode="default", credential_validity_days=7, **begin)
    _put(portal, LOGIN_MODE, login_by_number=True, login_by_email=True)
    _put(portal, MOBILE_DEFAULT, codec="opus", only_this_codec=False, apply_to="new")
    _put(portal, "/admin/mail/language", language="follow_system")


def _put(portal: PortalApi, path: str, **values: object) -> None:
    version = portal.call("GET", path)["version"]
    portal.call("PUT", path, {**values, "version": version})


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_label(field, exact=True).click()
    page.locator(".ant-select-item-option:visible").get_by_text(option, exact=True).click()


def open_custom(page: Page) -> Locator:
    """Open the editor of the administrators' own template, which starts with the default one."""
    choose(page, "模板", "自定义")
    editor = page.get_by_role("textbox", name="邮件内容")
    expect(editor).to_contain_text("你的 Linkus 登录凭证", timeout=TIMEOUT_MS)
    return editor


def preview_frame(page: Page) -> Locator:
    return page.frame_locator("iframe[title=预览]").locator("body")


@pytest.mark.manual("WM-3", "WM-4", "WM-6")
def test_a_template_of_ones_own_is_edited_and_previewed(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("模板", "甲", email="template@example.com")
    page = open_portal("extensions")
    press(page, "Linkus服务器")
    expect(page.get_by_role("tab", name="邮件模板")).to_have_attribute("aria-selected", "true")
    choose(page, "登录凭证有效期 (天)", "14 天")
    editor = open_custom(page)

    # choose the extension of the preview, and follow the preview while typing
    page.get_by_label("使用此分机的数据").click()
    page.keyboard.type(person.number)
    # click, because Enter takes the marked option, which changes while the list narrows
    page.locator(".ant-select-item-option:visible").get_by_text(person.name).click(timeout=TIMEOUT_MS)
    expect(page.locator(".portal_preview-extension")).to_contain_text(person.name)
    expect(preview_frame(page)).to_contain_text(f"{person.name}，你好", timeout=TIMEOUT_MS)
    editor.locator("h2").click()
    page.keyboard.press("End")
    page.keyboard.type("，欢迎")
    press(page, "插入变量")
    page.get_by_role("menuitem", name="邮箱地址").click()
    expect(preview_frame(page).locator("h2")).to_have_text(
        "你的 Linkus 登录凭证，欢迎template@example.com", timeout=TIMEOUT_MS
    )
    frame = page.locator("iframe[title=预览]")
    assert frame.get_attribute("sandbox") == ""

    # the source is the same text
    page.get_by_text("源代码", exact=True).click()
    expect(page.get_by_role("textbox", name="邮件内容")).to_have_value(
        containing("，欢迎{{.EmailAddress}}</h2>"), timeout=TIMEOUT_MS
    )
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible(timeout=TIMEOUT_MS)
    saved = portal.call("GET", TEMPLATE)
    assert (saved["mode"], saved["credential_validity_days"]) == ("custom", 14)
    assert "，欢迎{{.EmailAddress}}</h2>" in saved["body"]
    assert '<img src="{{.MobileQRCode}}"' in saved["body"]


def containing(text: str) -> re.Pattern[str]:
    return re.compile(re.escape(text))


@pytest.mark.manual("WM-6")
def test_a_wrong_variable_is_named_at_its_field_and_never_saved(open_portal: OpenPortal, portal: PortalApi) -> None:
    page = open_portal("extensions/linkus-server")
    open_custom(page)
    page.get_by_text("源代码", exact=True).click()
    page.get_by_role("textbox", name="邮件内容").fill("<p>{{.FirstNam}} {{.WebLoginLink}}</p>\n<p>{{.Colour}}</p>")
    page.get_by_label("邮件主题").fill("{{.WebLoginLink}}")
    wrong = page.locator(".ant-form-item-has-error")
    expect(wrong).to_have_count(2, timeout=TIMEOUT_MS)
    expect(wrong.nth(0)).to_contain_text("主题中不能使用 {{.WebLoginLink}}")
    expect(wrong.nth(1)).to_contain_text("变量 {{.FirstNam}} 不存在，是否应为 {{.FirstName}}？")
    expect(wrong.nth(1)).to_contain_text("第 2 行第 4 列的变量 {{.Colour}} 不存在")
    press(page, "保存")
    expect(page.get_by_label("邮件主题")).to_be_focused(timeout=TIMEOUT_MS)
    assert portal.call("GET", TEMPLATE)["mode"] == "default"

    press(page, "改为 {{.FirstName}}")
    expect(page.get_by_role("textbox", name="邮件内容")).to_have_value(re.compile(r"\{\{\.FirstName\}\}"))


def test_what_buttons_change_is_unsaved_as_well(open_portal: OpenPortal, portal: PortalApi) -> None:
    _put(portal, TEMPLATE, mode="custom", credential_validity_days=7, subject="x", body="<p>{{.WebLoginLink}}</p>")
    page = open_portal("extensions/linkus-server")
    press(page, "在主题中插入变量")
    page.get_by_role("menuitem", name="分机号码").click()
    page.get_by_role("link", name="概览").click()
    press(page.get_by_role("dialog", name="有未保存的更改"), "留在此页")
    expect(page.get_by_role("textbox", name="邮件主题")).to_have_value(containing("{{.ExtensionNumber}}"))


def test_credentials_left_out_are_warned_of_before_saving(open_portal: OpenPortal, portal: PortalApi) -> None:
    page = open_portal("extensions/linkus-server")
    open_custom(page)
    page.get_by_text("源代码", exact=True).click()
    page.get_by_role("textbox", name="邮件内容").fill("<p>你好 {{.FirstName}}<script>1</script></p>")
    fields = page.locator("section", has=page.get_by_role("textbox", name="邮件主题"))
    expect(fields.get_by_text("正文中没有登录链接或二维码")).to_be_visible(timeout=TIMEOUT_MS)
    press(page, "保存")
    dialog = page.get_by_role("dialog", name="保存前请确认")
    expect(dialog).to_contain_text("正文中没有登录链接或二维码", timeout=TIMEOUT_MS)
    expect(dialog).to_contain_text("<script>")
    press(dialog, "取消")
    expect(dialog).to_be_hidden()
    assert portal.call("GET", TEMPLATE)["mode"] == "default"
    press(page, "保存")
    press(page.get_by_role("dialog", name="保存前请确认"), "仍然保存")
    expect(page.get_by_text("已保存")).to_be_visible(timeout=TIMEOUT_MS)
    assert portal.call("GET", TEMPLATE)["body"] == "<p>你好 {{.FirstName}}</p>"

    # and restore the default
    press(page, "恢复默认")
    press(page.get_by_role("dialog", name="用默认模板替换主题和内容？"), "替换")
    expect(page.get_by_role("textbox", name="邮件内容")).to_have_value(re.compile("MobileQRCode"), timeout=TIMEOUT_MS)


def test_a_source_does_nothing_in_the_administrators_page(open_portal: OpenPortal) -> None:
    page = open_portal("extensions/linkus-server")
    page.evaluate("window.broken = 0")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    open_custom(page)
    page.get_by_text("源代码", exact=True).click()
    page.get_by_role("textbox", name="邮件内容").fill(
        "<p onclick='window.broken=1'>x</p><img src='http://127.0.0.1:1/p.png' onerror='window.broken=1'>"
        "<script>window.broken=1</script><a href='javascript:window.broken=1'>y</a>"
    )
    page.get_by_text("排版", exact=True).click()
    editor = page.get_by_role("textbox", name="邮件内容")
    expect(editor).to_contain_text("x")
    editor.get_by_text("x").click()
    editor.get_by_text("y").click()
    assert page.evaluate("window.broken") == 0
    assert [url for url in asked if ":1/" in url] == []


def test_a_test_mail_comes_as_it_is_being_edited(open_portal: OpenPortal, portal: PortalApi, product: Product) -> None:
    settings = {"host": product.host, "port": PORT, "tls_mode": "none", "username": "pbx", "password": "Mail-52"}
    with Mailbox(product.host, PORT, "pbx", "Mail-52") as mailbox:
        _put(portal, "/admin/mail-server", **settings, sender_address="pbx@example.com", sender_name="")
        page = open_portal("extensions/linkus-server")
        open_custom(page)
        page.get_by_label("邮件主题").fill("试一试 {{.ExtensionNumber}}")
        press(page, "发送测试邮件")
        dialog = page.get_by_role("dialog", name="发送测试邮件")
        dialog.get_by_label("收件人").fill("me@example.com")
        press(dialog, "发送")
        expect(dialog.get_by_role("alert")).to_contain_text("邮件服务器已接受测试邮件", timeout=TIMEOUT_MS)
        assert mailbox.wait_for("me@example.com")["Subject"] == "试一试 1001"
        empty = {**settings, "host": "", "username": "", "password": ""}
        _put(portal, "/admin/mail-server", **empty, sender_address="", sender_name="")


def sign_in(product: Product, username: str) -> httpx.Response:
    body = {"username": username, "password": PASSWORD, "client_kind": "web", "transport": "bearer"}
    return httpx.post(f"{product.address}/api/v1/sessions", json=body, timeout=15)


@pytest.mark.manual("LM-1")
def test_the_login_mode_says_whom_it_signs_out_and_then_does(
    open_portal: OpenPortal, portal: PortalApi, product: Product
) -> None:
    person = portal.add_person("登录", "甲", email="mode@example.com")
    assert sign_in(product, "mode@example.com").status_code == 201
    page = open_portal("extensions/linkus-server?tab=login-mode")
    by_number, by_email = page.get_by_label("分机号码"), page.get_by_label("邮箱地址")

    by_number.uncheck()
    by_email.uncheck()
    expect(page.get_by_text("至少勾选一种")).to_be_visible()
    press(page, "保存")
    assert portal.call("GET", LOGIN_MODE)["login_by_number"] is True

    by_number.check()
    expect(page.get_by_text("保存后，1 台客户端会退出登录（1 个分机）")).to_be_visible(timeout=TIMEOUT_MS)
    press(page, "保存")
    dialog = page.get_by_role("dialog", name="1 台客户端将退出登录，仍要保存？")
    press(dialog, "取消")
    expect(dialog).to_be_hidden()
    assert len(portal.devices(person)) == 1
    press(page, "保存")
    press(page.get_by_role("dialog", name="1 台客户端将退出登录，仍要保存？"), "保存")
    expect(page.get_by_text("已保存，1 台客户端已退出登录")).to_be_visible(timeout=TIMEOUT_MS)
    assert portal.devices(person) == []
    assert sign_in(product, "mode@example.com").status_code == 401
    assert sign_in(product, person.number).status_code == 201

    portal.add_person("登录", "无邮箱")
    by_email.check()
    by_number.uncheck()
    effect = portal.call("GET", f"{LOGIN_MODE}/effect?login_by_number=false&login_by_email=true")
    without = f"{effect['without_email']} 个分机没有邮箱地址，将无法手动登录"
    expect(page.get_by_role("alert").filter(has_text=without)).to_be_visible(timeout=TIMEOUT_MS)
    # the product is shared: people of other tests may have signed in by number before
    others = effect["sessions"]
    press(page, "保存")
    dialog = page.get_by_role("dialog", name=f"{others} 台客户端将退出登录，仍要保存？")
    expect(dialog).to_contain_text(without)
    press(dialog, "保存")
    expect(page.get_by_text(f"已保存，{others} 台客户端已退出登录").last).to_be_visible(timeout=TIMEOUT_MS)
    assert sign_in(product, person.number).status_code == 401
    assert sign_in(product, "mode@example.com").status_code == 201


def codec_of(portal: PortalApi, person: Person) -> tuple[str, bool]:
    values = portal.call("GET", f"/admin/extensions/{person.id}/client-settings/mobile")["values"]
    return values["codec"], values["only_this_codec"]


@pytest.mark.manual("CO-1")
def test_the_mobile_default_for_new_extensions_or_for_all(open_portal: OpenPortal, portal: PortalApi) -> None:
    old = portal.add_person("编码", "旧")
    page = open_portal("extensions/linkus-server?tab=mobile")
    choose(page, "Linkus手机端编解码", "iLBC（仅透传）")
    expect(page.get_by_text("Linkus 手机端不能使用 iLBC")).to_be_visible()
    expect(page.get_by_label("只使用此编解码")).to_be_disabled()
    choose(page, "Linkus手机端编解码", "G.722")
    expect(page.get_by_text("Linkus 手机端不能使用 iLBC")).to_be_hidden()
    expect(page.get_by_label("只使用此编解码")).to_be_enabled()
    press(page, "保存")
    press(page.get_by_role("dialog", name="应用到哪些分机？"), "确认")
    expect(page.get_by_text("以后添加的分机使用新配置").last).to_be_visible(timeout=TIMEOUT_MS)
    new = portal.add_person("编码", "新")
    assert (codec_of(portal, old), codec_of(portal, new)) == (("opus", False), ("g722", False))

    page.get_by_label("只使用此编解码").check()
    choose(page, "Linkus手机端编解码", "G.711 A-law (PCMA)")
    press(page, "保存")
    dialog = page.get_by_role("dialog", name="应用到哪些分机？")
    dialog.get_by_label("所有分机").check()
    press(dialog, "确认")
    expect(page.get_by_text("已保存，已应用到")).to_be_visible(timeout=TIMEOUT_MS)
    assert (codec_of(portal, old), codec_of(portal, new)) == (("pcma", True), ("pcma", True))


@pytest.mark.manual("CO-2")
def test_the_codec_of_one_extension_and_what_others_change(open_portal: OpenPortal, portal: PortalApi) -> None:
    person = portal.add_person("编码", "甲")
    path = f"/admin/extensions/{person.id}/client-settings/mobile"
    page = open_portal(f"extensions/{person.id}?tab=linkus")
    choose(page, "Linkus手机端编解码", "G.722")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible(timeout=TIMEOUT_MS)
    assert codec_of(portal, person) == ("g722", False)

    chosen = page.get_by_role("region", name="手机端").locator(".ant-select-content")
    # a change elsewhere appears immediately on the open page
    values = {"codec": "pcmu", "only_this_codec": True}
    _put(portal, path, kind="mobile", values=values)
    expect(page.get_by_label("只使用此编解码")).to_be_checked(timeout=TIMEOUT_MS)
    expect(chosen).to_have_text("G.711 µ-law (PCMU)")

    # and while somebody types, so that no change is lost unnoticed
    choose(page, "Linkus手机端编解码", "Opus")
    _put(portal, path, kind="mobile", values={**values, "codec": "pcma"})
    expect(page.get_by_text("内容已被他人修改")).to_be_visible(timeout=TIMEOUT_MS)
    press(page, "保存")
    expect(page.get_by_text("内容已被他人修改")).to_be_visible()
    assert codec_of(portal, person) == ("pcma", True)
    press(page, "重新加载")
    expect(chosen).to_have_text("G.711 A-law (PCMA)", timeout=TIMEOUT_MS)


def test_the_language_of_notification_mails(open_portal: OpenPortal, portal: PortalApi) -> None:
    page = open_portal("email")
    page.get_by_role("tab", name="邮件模板").click()
    choose(page, "通知邮件语言", "English")
    press(page, "保存")
    expect(page.get_by_text("已保存")).to_be_visible(timeout=TIMEOUT_MS)
    expect(page.get_by_text("现在的邮件使用英文")).to_be_visible()
    assert portal.call("GET", "/admin/mail/language")["effective"] == "en"


@pytest.mark.manual("OV-4")
def test_what_clients_need_is_one_click_away(open_portal: OpenPortal) -> None:
    page = open_portal("extensions/linkus-server")
    with page.expect_popup() as opened:
        page.get_by_role("link", name="客户端要求和安装").click()
    expect(opened.value.get_by_role("listitem").filter(has_text="Google Chrome 87")).to_be_visible()
