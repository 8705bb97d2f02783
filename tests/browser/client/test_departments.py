"""Colleagues as a tree of departments, on every kind of client."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Response, expect

from tests.browser.client.conftest import HANDHELD, OpenClient
from tests.browser.conftest import OpenPage, sign_in
from tests.browser.portal import organizing
from tests.browser.portal.organizing import RULES, add_department, put
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product

KINDS = pytest.mark.parametrize("kind", ["web", "desktop", "mobile"])
UPDATE_TIMEOUT_MS = 5_000  # open clients read their lists again within seconds


@pytest.fixture(autouse=True)
def nothing_left(portal: PortalApi) -> Iterator[None]:
    organizing.clear(portal)
    yield
    organizing.clear(portal)


def open_colleagues(page: Page) -> None:
    page.get_by_role("navigation").get_by_role("link", name=re.compile("(^| )分机$")).click()


def department(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def colleague(page: Page, person: Person) -> Locator:
    return page.get_by_role("link", name=re.compile(f" {person.number} "))


@KINDS
def test_departments_open_and_colleagues_are_called(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, kind: str
) -> None:
    sales = add_department(portal, "销售部")
    east = add_department(portal, "华东", sales)
    add_department(portal, "空部门")
    put(portal, east, alice, bob)
    page = open_client(alice, kind=kind)
    open_colleagues(page)
    page.get_by_role("button", name="部门", exact=True).click()
    expect(department(page, "空部门")).to_have_count(0)  # nobody is in it
    expect(colleague(page, bob)).to_have_count(0)
    department(page, "销售部").focus()
    page.keyboard.press("Enter")
    expect(department(page, "销售部")).to_have_attribute("aria-expanded", "true")
    department(page, "华东").click()
    expect(colleague(page, bob)).to_be_visible()
    expect(colleague(page, alice)).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    colleague(page, bob).click()
    expect(page.get_by_role("article")).to_contain_text("销售部 / 华东")

    open_colleagues(page)  # the tree is as it was left
    expect(colleague(page, bob)).to_be_visible()
    search = page.get_by_role("searchbox")
    search.fill("华")
    found = page.get_by_role("list", name="部门").get_by_role("button", name=re.compile("^华东"))
    expect(found).to_contain_text("销售部")
    search.fill(bob.number)
    expect(colleague(page, bob)).to_contain_text("销售部 / 华东")
    search.fill("华")
    found.click()
    expect(search).to_have_value("")
    expect(department(page, "华东")).to_have_attribute("aria-expanded", "true")

    page.reload()  # the choice is kept in this browser
    open_colleagues(page)
    expect(department(page, "销售部")).to_be_visible()


def test_the_tree_follows_changes_and_hides_what_a_rule_hides(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, carol: Person
) -> None:
    one, two = add_department(portal, "一部"), add_department(portal, "二部")
    put(portal, one, bob)
    page = open_client(alice)
    open_colleagues(page)
    page.get_by_role("button", name="部门", exact=True).click()
    expect(department(page, "二部")).to_have_count(0)
    put(portal, two, carol)
    expect(department(page, "二部")).to_be_visible(timeout=UPDATE_TIMEOUT_MS)
    department(page, "二部").click()
    expect(colleague(page, carol)).to_be_visible()
    answers: list[Response] = []
    page.on("response", lambda response: answers.append(response))
    body = {"subjects": {"extension_ids": [alice.id]}, "targets": {"department_ids": [one]}}
    portal.call("POST", RULES, body)
    expect(department(page, "二部")).to_have_count(0, timeout=UPDATE_TIMEOUT_MS)
    expect(department(page, "一部")).to_be_visible()
    texts = [answer.text() for answer in answers if re.search("/client/(colleagues|organization)", answer.url)]
    assert texts
    assert all(carol.number not in text for text in texts)


def test_in_english_on_a_telephone(
    product: Product, portal: PortalApi, open_page: OpenPage, alice: Person, bob: Person
) -> None:
    put(portal, add_department(portal, "Sales"), bob)
    page = open_page(locale="en", **HANDHELD)
    sign_in(page, product.address, alice.number, alice.password, client_kind="web")
    page.goto(f"{product.address}/#/colleagues")
    page.get_by_role("button", name="Departments", exact=True).click()
    department(page, "Sales").click()
    expect(colleague(page, bob)).to_be_visible()
    page.get_by_role("searchbox").fill("sal")
    expect(page.get_by_role("list", name="Departments").get_by_role("button")).to_have_count(1)
