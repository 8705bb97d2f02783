"""An administrator with the portal open, and common steps of the portal's tests."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import OpenPage, sign_in
from tests.browser.portal_api import ADMINISTRATOR, PASSWORD, Person, PortalApi
from tests.browser.product import Product

NARROW = {"width": 390, "height": 844}

OpenPortal = Callable[..., Page]
_numbers = itertools.count(7001)


@pytest.fixture
def open_portal(product: Product, open_page: OpenPage) -> OpenPortal:
    return portal_opener(product, open_page)


def portal_opener(product: Product, open_page: OpenPage) -> OpenPortal:
    """Open a page of the portal, for an administrator who is signed in."""

    def open_portal(path: str = "", **options: object) -> Page:
        page = open_page(**options)
        sign_in(page, product.address, ADMINISTRATOR, PASSWORD)
        page.goto(f"{product.address}/portal/{path}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        return page

    return open_portal


@pytest.fixture
def number() -> str:
    """Return the number of an extension that does not exist yet."""
    return str(next(_numbers))


def row(page: Page, number: str) -> Locator:
    return page.get_by_role("row").filter(has=page.get_by_role("cell", name=number, exact=True))


def find(page: Page, number: str) -> Locator:
    """Find the row of an extension as people do: by the search box."""
    page.get_by_role("searchbox", name="搜索").fill(number)
    expect(page.get_by_text("共 1 项")).to_be_visible()
    return row(page, number)


def press(place: Page | Locator, name: str) -> None:
    place.get_by_role("button", name=name, exact=True).click()


def read(portal: PortalApi, person: Person) -> dict[str, Any]:
    found: dict[str, Any] = portal.call("GET", f"/admin/extensions/{person.id}")
    return found


def change(portal: PortalApi, person: Person, **values: object) -> None:
    """Change an extension as another administrator would at the same time."""
    body = {name: value for name, value in read(portal, person).items() if name in WRITABLE}
    portal.call("PUT", f"/admin/extensions/{person.id}", {**body, **values})


WRITABLE = {
    "number",
    "first_name",
    "last_name",
    "mobile_number",
    "caller_id",
    "language",
    "email_language",
    "registration_name",
    "phone_max_contacts",
    "emergency_caller_id",
    "voicemail_enabled",
    "linkus_enabled",
    "version",
}
