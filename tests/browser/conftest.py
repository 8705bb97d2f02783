"""Runs the product and a real browser once for all browser tests of a worker. Each test has its own extensions.

`product` runs `linkus serve` with an empty home on its own address (LINKUS_BROWSER_HOST), with the engine image of this
checkout (LINKUS_WALK_IMAGE_HOME, default ./var) and an administrator. `portal` is that administrator's API. `open_page`
opens a page in a browser of a new person.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.browser.portal_api import ADMINISTRATOR, PASSWORD, PortalApi
from tests.browser.product import Product
from tests.support.workers import of_worker
from tests.walk.browser import ARGUMENTS, WAIT_MS
from tests.walk.tone import write_tone

HOST = of_worker(os.environ.get("LINKUS_BROWSER_HOST", "127.0.0.14"))
# The same engine without windows and tabs, so a page opens in a third of the time. The walk, and tests of a browser's
# window (blocked pop-ups), use the whole Chromium.
HEADLESS_SHELL = "/usr/bin/chromium-headless-shell"
WIDE = {"width": 1440, "height": 900}

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.engine)


@pytest.fixture(scope="package")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Product]:
    settings = {"LINKUS_ADMIN_USERNAME": ADMINISTRATOR, "LINKUS_ADMIN_PASSWORD": PASSWORD}
    with Product(tmp_path_factory.mktemp("product") / "home", HOST, **settings) as product:
        yield product


@pytest.fixture(scope="package")
def portal(product: Product) -> Iterator[PortalApi]:
    with PortalApi(product.address) as api:
        yield api


# Not session-scoped: Playwright's synchronous interface keeps an event loop running, which would break the asyncio
# tests of other packages.
@pytest.fixture(scope="package")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    tone = write_tone(tmp_path_factory.mktemp("sound") / "tone.wav", hertz=440)
    expect.set_options(timeout=WAIT_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=HEADLESS_SHELL, args=[*ARGUMENTS, f"--use-file-for-fake-audio-capture={tone}"]
        )
        yield browser
        browser.close()


@pytest.fixture
def open_page(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[OpenPage]:
    with opening(chromium, request) as open_page:
        yield open_page


def sign_in(page: Page, address: str, username: str, password: str, **more: str) -> None:
    """Sign in by the API in one step. The walk and `test_sign_in` sign in as people do."""
    body = {"username": username, "password": password, **more}
    answer = page.request.post(f"{address}/api/v1/sessions", data=body, headers={"Origin": address})
    assert answer.ok, answer.text()


@contextlib.contextmanager
def opening(chromium: Browser, request: pytest.FixtureRequest, **usual: object) -> Iterator[OpenPage]:
    """Open pages of a new person, in Chinese by default. An error of the page's own code fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def open_page(url: str | None = None, **options: object) -> Page:
        defaults = {"locale": "zh-CN", "viewport": WIDE, "permissions": ["microphone"], **usual}
        context = chromium.new_context(**{**defaults, **options})  # type: ignore[arg-type]  # options by name
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        if url is not None:
            page.goto(url)
        return page

    yield open_page
    _photograph(contexts, request)
    for context in contexts:
        context.close()
    assert errors == []


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()  # type: ignore[attr-defined]  # pluggy's Result, which has no public type here
    if report.when == "call":
        item.stash[FAILED] = report.failed
        if report.failed and item.parent is not None:
            item.parent.stash[FAILED] = True  # for pages that all tests of a file share


FAILED = pytest.StashKey[bool]()


def _photograph(contexts: list[BrowserContext], request: pytest.FixtureRequest) -> None:
    """Save the last state of a failed test's pages in test-results/."""
    if not request.node.stash.get(FAILED, False):
        return
    folder = Path("test-results") / "browser"
    folder.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate((page for context in contexts for page in context.pages), 1):
        page.screenshot(path=folder / f"{request.node.name}-{number}.png")
