"""The page of the API description works in a browser, behind nginx, and asks no other host."""

from __future__ import annotations

from urllib.parse import urlsplit

from playwright.sync_api import Page, expect

from tests.browser.conftest import OpenPage
from tests.browser.product import Product


def watched(page: Page) -> tuple[list[str], list[str]]:
    """Return what the page will complain of, and the hosts that it will ask."""
    complaints: list[str] = []
    hosts: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: hosts.append(urlsplit(request.url).netloc))
    return complaints, hosts


def test_newcomer_finds_how_to_sign_in(product: Product, open_page: OpenPage) -> None:
    page = open_page()
    complaints, hosts = watched(page)
    page.goto(f"{product.address}/api/docs")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("#operations-tag-sessions").click()
    summary = page.get_by_text("Sign in with user name and password", exact=True)
    expect(summary).to_be_visible()
    summary.click()
    expect(page.locator(".opblock-body").get_by_text("Correct-Horse-7").first).to_be_visible()
    assert complaints == []
    assert {host for host in hosts if host} == {urlsplit(product.address).netloc}
