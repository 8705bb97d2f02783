"""Signing in and out by user name and password."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.client.conftest import HANDHELD, OpenClient
from tests.browser.conftest import OpenPage
from tests.browser.portal_api import ADMINISTRATOR, PASSWORD, Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone


@pytest.mark.manual("OV-6", "CR-6", "EN-2")
@pytest.mark.parametrize(("device", "kind"), [({}, "web"), (HANDHELD, "mobile")], ids=["computer", "telephone"])
def test_a_user_signs_in_and_is_ready(
    product: Product, portal: PortalApi, open_page: OpenPage, alice: Person, device: dict[str, Any], kind: str
) -> None:
    page = open_page(**device)
    softphone.sign_in_by_hand(page, product.address, alice.number, alice.password)
    softphone.is_ready(page)
    expect(page).to_have_url(f"{product.address}/")
    assert [each["client_kind"] for each in portal.devices(alice)] == [kind]


def test_a_page_that_is_loaded_again_is_still_signed_in(open_client: OpenClient, alice: Person) -> None:
    page = open_client(alice)
    page.reload()
    softphone.is_ready(page)


def test_an_administrator_lands_in_the_portal(product: Product, open_page: OpenPage) -> None:
    page = open_page()
    softphone.sign_in_by_hand(page, product.address, ADMINISTRATOR, PASSWORD)
    page.wait_for_url(re.compile(r"/portal/"))


def test_a_page_that_asks_for_a_sign_in_is_opened_afterwards(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{product.address}/login?next=/portal/extensions")
    page.get_by_label("用户名").fill(ADMINISTRATOR)
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录", exact=True).click()
    page.wait_for_url(re.compile(r"/portal/extensions"))


def test_a_wrong_password_is_said_in_words(product: Product, open_page: OpenPage, alice: Person) -> None:
    page = open_page()
    softphone.sign_in_by_hand(page, product.address, alice.number, "Wrong-Password-1")
    expect(page.get_by_role("alert")).to_contain_text("密码")
    expect(page).to_have_url(re.compile("/login$"))
    page.get_by_label("密码", exact=True).fill(alice.password)
    page.keyboard.press("Enter")
    softphone.is_ready(page)


def test_missing_fields_are_named_and_the_first_is_focused(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{product.address}/login")
    page.get_by_role("button", name="登录", exact=True).click()
    expect(page.get_by_text("请输入用户名。")).to_be_visible()
    expect(page.get_by_text("请输入密码。")).to_be_visible()
    expect(page.get_by_label("用户名")).to_be_focused()


@pytest.mark.manual("EN-3")
def test_a_user_without_linkus_cannot_sign_in(product: Product, portal: PortalApi, open_page: OpenPage) -> None:
    person = portal.add_person(linkus_enabled=False)
    page = open_page()
    softphone.sign_in_by_hand(page, product.address, person.number, person.password)
    expect(page.get_by_role("alert")).to_contain_text("Linkus")
    expect(page).to_have_url(re.compile("/login$"))


def test_the_browsers_language_comes_first_and_the_page_has_a_switch(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{product.address}/login", locale="en-GB")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.get_by_role("button", name="中文").click()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="登录")).to_be_visible()


def test_nobody_signed_in_is_sent_to_sign_in(product: Product, open_page: OpenPage) -> None:
    page = open_page(f"{product.address}/")
    page.wait_for_url(re.compile("/login$"))


def test_signing_out(product: Product, open_client: OpenClient, alice: Person) -> None:
    page = open_client(alice)
    page.get_by_role("button", name="退出登录").click()
    expect(page.get_by_role("alert")).to_have_text("你已在此设备上退出登录。")
    page.goto(f"{product.address}/")
    page.wait_for_url(re.compile("/login$"))


@pytest.mark.manual("EN-3")
def test_switching_linkus_off_ends_it_at_once_and_says_why(
    portal: PortalApi, open_client: OpenClient, alice: Person
) -> None:
    page = open_client(alice)
    portal.switch_linkus(alice, enabled=False)
    expect(page.get_by_role("alert")).to_contain_text("管理员已禁用此分机的 Linkus 客户端")


@pytest.mark.manual("CR-6")
def test_who_was_signed_out_comes_back_by_hand_as_the_same_client(
    portal: PortalApi, open_client: OpenClient, alice: Person
) -> None:
    page = open_client(alice, kind="desktop")
    (device,) = portal.devices(alice)
    portal.sign_out(device["id"])
    expect(page.get_by_role("alert")).to_have_text("管理员已让此设备退出登录。")
    page.get_by_role("link", name="重新登录").click()
    expect(page.get_by_role("combobox", name="客户端")).to_have_value("desktop")
    page.get_by_label("用户名").fill(alice.number)
    page.get_by_label("密码", exact=True).fill(alice.password)
    page.keyboard.press("Enter")
    softphone.is_ready(page)
    assert [each["client_kind"] for each in portal.devices(alice)] == ["desktop"]


def test_a_user_signs_an_own_device_out(open_client: OpenClient, alice: Person) -> None:
    first, second = open_client(alice), open_client(alice)
    second.get_by_role("link", name="设置", exact=True).click()
    second.get_by_role("button", name=re.compile("^让 .* 退出登录$")).click()
    expect(first.get_by_role("alert")).to_contain_text("退出登录")
    expect(second.get_by_role("button", name=re.compile("^让 .* 退出登录$"))).to_have_count(0)
