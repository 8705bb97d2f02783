"""The first login: the privacy text, then the user's own password, then the client. The text is shown once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.client.conftest import OpenPage
from tests.browser.portal.conftest import OpenPortal, open_portal
from tests.browser.portal_api import OWN_PASSWORD, PortalApi
from tests.browser.product import Product
from tests.walk import softphone

__all__ = ["open_portal"]  # a fixture of the portal's tests
URL = "/admin/settings/privacy"
TEXT = "我们只为接通电话而处理你的号码和通话记录。"


@pytest.fixture(autouse=True)
def no_text_afterwards(portal: PortalApi) -> Iterator[None]:
    """Remove the text afterwards, so that users of other tests have nothing to accept."""
    yield
    version = portal.call("GET", URL)["version"]
    portal.call("PUT", URL, {"text_zh": "", "text_en": "", "version": version})


def test_the_text_comes_first_then_the_password(
    portal: PortalApi, open_page: OpenPage, open_portal: OpenPortal
) -> None:
    boss = open_portal("general")
    boss.get_by_role("tab", name="隐私声明").click()
    boss.get_by_role("textbox", name="中文").fill(TEXT)
    boss.get_by_role("button", name="保存").click()
    asked = boss.get_by_role("dialog", name="让所有用户同意此声明？")
    expect(asked).to_contain_text("每个用户下次登录")
    asked.get_by_role("button", name="保存").click()
    expect(boss.get_by_text("已保存")).to_be_visible()
    assert portal.call("GET", URL)["text_zh"] == TEXT

    person = portal.add_person("新", "同事")
    page = open_page(portal.login_link(person, "web"))
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_role("heading", name="隐私声明")).to_be_visible()
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_role("heading", name="设置你自己的密码")).to_have_count(0)
    page.reload()
    expect(page.get_by_text(TEXT)).to_be_visible()
    page.get_by_role("button", name="同意并继续").click()
    softphone.choose_own_password(page, OWN_PASSWORD)
    softphone.is_ready(page)
    page.reload()
    softphone.is_ready(page)


def test_who_does_not_agree_is_signed_out(product: Product, portal: PortalApi, open_page: OpenPage) -> None:
    person = portal.add_user("另", "一位")
    version = portal.call("GET", URL)["version"]
    portal.call("PUT", URL, {"text_zh": TEXT, "text_en": "", "version": version})
    page = open_page(viewport={"width": 390, "height": 844})
    softphone.sign_in_by_hand(page, product.address, person.number, person.password)
    page.get_by_role("button", name="不同意并退出登录").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    assert portal.devices(person) == []
