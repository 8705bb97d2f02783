"""One-time links: their page, and that each works only once."""

from __future__ import annotations

import io
import re

import httpx
import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import expect

from tests.browser.client.conftest import OpenClient
from tests.browser.conftest import OpenPage
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone


@pytest.mark.manual("CR-4", "CR-5")
def test_a_link_signs_in_once(portal: PortalApi, open_page: OpenPage, alice: Person) -> None:
    link = portal.login_link(alice)
    page = open_page(link)
    facts = page.get_by_role("main")
    for word in (alice.number, alice.name, "网页端", "只能使用一次"):
        expect(facts).to_contain_text(word)
    page.get_by_role("button", name="登录", exact=True).click()
    softphone.is_ready(page)
    assert "t=" not in page.url

    again = open_page(link)
    expect(again.get_by_role("heading", name="此链接已被使用")).to_be_visible()
    expect(again.get_by_role("alert")).to_contain_text("请联系管理员重新发送欢迎邮件")
    expect(again.get_by_role("button", name="登录", exact=True)).to_have_count(0)


@pytest.mark.manual("CR-5")
def test_opening_a_link_does_not_use_it_up(portal: PortalApi, open_page: OpenPage, alice: Person) -> None:
    link = portal.login_link(alice)
    for method in ("HEAD", "GET"):
        assert httpx.request(method, link).status_code == 200
    expect(open_page(link).get_by_role("main")).to_contain_text(alice.number)
    page = open_page(link)
    page.get_by_role("button", name="登录", exact=True).click()
    softphone.is_ready(page)


def test_the_token_leaves_the_history(portal: PortalApi, open_page: OpenPage, alice: Person) -> None:
    page = open_page(portal.login_link(alice))
    page.get_by_role("button", name="登录", exact=True).click()
    softphone.is_ready(page)
    page.go_back()
    assert "t=" not in page.url


def test_two_browsers_one_link(portal: PortalApi, open_page: OpenPage, alice: Person) -> None:
    """Both pages show the link as valid. The second to press the button gets an error."""
    link = portal.login_link(alice)
    first, second = open_page(link), open_page(link)
    for page in (first, second):
        expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    first.get_by_role("button", name="登录", exact=True).click()
    softphone.is_ready(first)
    second.get_by_role("button", name="登录", exact=True).click()
    expect(second.get_by_role("heading", name="此链接已被使用")).to_be_visible()


@pytest.mark.parametrize(("end", "words"), [("#t=no-such-token", "无法识别此链接"), ("", "链接不完整")])
def test_a_link_that_is_not_one(product: Product, open_page: OpenPage, end: str, words: str) -> None:
    page = open_page(f"{product.address}/login/web{end}")
    expect(page.get_by_role("heading", name=words)).to_be_visible()
    page.get_by_role("button", name="使用密码登录").click()
    expect(page.get_by_label("用户名")).to_be_visible()


@pytest.mark.manual("EN-3")
def test_a_link_of_a_user_whose_linkus_is_off(portal: PortalApi, open_page: OpenPage, alice: Person) -> None:
    link = portal.login_link(alice)
    portal.switch_linkus(alice, enabled=False)
    expect(open_page(link).get_by_role("heading", name=re.compile("失效|无法识别"))).to_be_visible()


def test_another_extension_in_this_browser_is_signed_out_first(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
) -> None:
    page = open_client(alice)
    page.goto(portal.login_link(bob))
    expect(page.get_by_role("main")).to_contain_text(f"此浏览器目前登录的是分机 {alice.number}（{alice.name}）")
    page.get_by_role("button", name="登录", exact=True).click()
    softphone.is_ready_as(page, bob.number)
    assert portal.devices(alice) == []


@pytest.mark.manual("CR-4", "CR-5")
def test_a_mobile_link_on_a_computer_can_be_scanned_or_used_there(
    portal: PortalApi, open_page: OpenPage, alice: Person
) -> None:
    link = portal.login_link(alice, "mobile")
    page = open_page(link)
    page.get_by_text("像应用一样打开").click()
    expect(page.get_by_role("main")).to_contain_text("电脑上的 Chrome 或 Edge")
    picture = page.get_by_role("img", name="在手机上登录的二维码")
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture.screenshot())))
    assert code.text == link
    page.get_by_role("button", name="在此浏览器中登录").click()
    softphone.is_ready(page)
    assert [device["client_kind"] for device in portal.devices(alice)] == ["mobile"]


@pytest.mark.manual("CR-4")
def test_a_mobile_link_on_a_telephone_just_signs_in(portal: PortalApi, open_page: OpenPage, alice: Person) -> None:
    page = open_page(portal.login_link(alice, "mobile"), viewport={"width": 390, "height": 844}, has_touch=True)
    expect(page.get_by_role("button", name="登录", exact=True)).to_be_visible()
    expect(page.get_by_role("img", name="在手机上登录的二维码")).to_have_count(0)
    page.get_by_text("像应用一样打开").click()
    expect(page.get_by_role("main")).to_contain_text("Android 上的 Chrome")
    # If the browser offers to install the client, its offer replaces the text.
    page.evaluate(
        """() => window.dispatchEvent(Object.assign(new Event("beforeinstallprompt", { cancelable: true }), {
            prompt: () => { window.asked = true; return Promise.resolve() },
        }))"""
    )
    page.get_by_role("button", name="安装为应用").click()
    assert page.evaluate("() => window.asked") is True


@pytest.mark.manual("OV-4")
def test_what_clients_need_is_said_before_signing_in(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{product.address}/login")
    page.get_by_role("link", name="客户端要求").click()
    # A page over http:// at an address other than loopback has no microphone.
    secure = page.evaluate("() => window.isSecureContext")
    expect(page.get_by_role("main")).to_contain_text("此浏览器符合要求" if secure else "此页面不是通过 https:// 打开的")
    for name in ("Google Chrome 87", "Microsoft Edge 87", "Opera 72"):
        expect(page.get_by_role("listitem").filter(has_text=name)).to_be_visible()
    assert httpx.get(f"{product.address}/manifest.json").json()["display"] == "standalone"
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", name="What clients need")).to_be_visible()
    page.get_by_role("link", name="User's guide").click()
    expect(page.get_by_role("heading", name="Calling")).to_be_visible()
    page.get_by_role("link", name="What clients need").click()
    page.get_by_role("link", name="Back to signing in").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
