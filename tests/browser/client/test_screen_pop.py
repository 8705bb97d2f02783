"""The page about a caller: opened at the chosen moment, once, with the values that a real page then receives."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import settings
from tests.browser.client.conftest import OpenClient
from tests.browser.client.crm import Crm
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone
from tests.walk.browser import ARGUMENTS, CHROMIUM, wait_until

PATH = "/c?n=.{{.CallerNumber}}&p={{.CallerDisplayName}}&d={{.DIDNumber}}|{{.DIDName}}&t=.{{.StartTime}}"
NO_POP_MS = 1_500
# Each access of Playwright to a page counts there as a click for five seconds. Longer than the test's countdown.
UNTOUCHED_MS = 8_000


@pytest.fixture
def crm(product: Product) -> Iterator[Crm]:
    with Crm(product.host) as crm:
        yield crm


def pops(portal: PortalApi, person: Person, crm: Crm, kind: str = "web", **values: object) -> None:
    base = {"screen_pop": True, "screen_pop_url": crm.address + PATH, "screen_pop_internal": True}
    settings.change(portal, person, kind, **{**base, **values})


def asked(page: Page, crm: Crm) -> dict[str, str]:
    """Return the query of the only page that was opened."""
    wait_until(lambda: len(crm.asked) > 0, "the page is opened", page)
    [path] = crm.asked
    return {name: value for name, [value] in parse_qs(urlsplit(path).query, keep_blank_values=True).items()}


def opens_nothing(page: Page, crm: Crm) -> None:
    page.wait_for_timeout(NO_POP_MS)
    assert crm.asked == []


@pytest.mark.manual("SP-5", "SP-6")
@pytest.mark.parametrize(("kind", "trigger"), [("desktop", "ringing"), ("web", "answered"), ("desktop", "ended")])
def test_the_page_opens_at_the_chosen_event(
    portal: PortalApi, open_client: OpenClient, crm: Crm, alice: Person, kind: str, trigger: str
) -> None:
    caller_person = portal.add_user("张&a=", "三 #1")
    pops(portal, alice, crm, kind, screen_pop_trigger=trigger)
    callee, caller = open_client(alice, kind=kind), open_client(caller_person)
    began = time.time()
    softphone.dial(caller, alice.number)
    softphone.rings(callee, caller_person.name)
    if trigger != "ringing":
        opens_nothing(callee, crm)
    else:
        asked(callee, crm)
    softphone.answer(callee)
    softphone.in_call(caller)
    if trigger == "ended":
        opens_nothing(callee, crm)
    else:
        asked(callee, crm)
    softphone.hang_up(caller)
    found = asked(callee, crm)
    assert (found["n"], found["p"], found["d"]) == (caller_person.number, caller_person.name, "|")
    started = datetime.strptime(found["t"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    assert began - 2 <= started <= time.time() + 1
    callee.wait_for_timeout(NO_POP_MS)
    assert len(crm.asked) == 1
    # The other page can neither access its opener nor learn the opener's address.
    [opened] = [page for page in callee.context.pages if page.url.startswith(crm.address)]
    expect(opened).to_have_title("null")
    assert crm.referrers == [None]


def test_a_call_that_nobody_took_opens_it_when_it_ends(
    portal: PortalApi, open_client: OpenClient, crm: Crm, alice: Person, bob: Person
) -> None:
    pops(portal, alice, crm, screen_pop_trigger="ended")
    callee, caller = open_client(alice), open_client(bob)
    softphone.dial(caller, alice.number)
    softphone.rings(callee, bob.name)
    softphone.hang_up(caller)
    assert asked(callee, crm)["n"] == bob.number


def test_calls_of_colleagues_open_it_only_when_they_are_chosen(
    portal: PortalApi, open_client: OpenClient, crm: Crm, alice: Person, bob: Person
) -> None:
    """The distinction of outside calls is tested in tests/whole/test_trunks.py and screen-pop.test.ts."""
    pops(portal, alice, crm, screen_pop_internal=False)
    callee, caller = open_client(alice), open_client(bob)
    softphone.dial(caller, alice.number)
    softphone.rings(callee, bob.name)
    opens_nothing(callee, crm)
    softphone.hang_up(caller)
    expect(callee.get_by_role("alertdialog")).to_have_count(0)
    settings.change(portal, alice, screen_pop_internal=True)
    softphone.dial(caller, alice.number)
    softphone.rings(callee, bob.name)
    asked(callee, crm)


@pytest.mark.manual("SP-6")
def test_two_pages_of_one_browser_open_it_once(
    portal: PortalApi, open_client: OpenClient, crm: Crm, alice: Person, bob: Person
) -> None:
    pops(portal, alice, crm)
    one, caller = open_client(alice), open_client(bob)
    two = one.context.new_page()
    two.goto(one.url)
    softphone.is_ready(two)
    softphone.dial(caller, alice.number)
    for page in (one, two):
        softphone.rings(page, bob.name)
    asked(one, crm)
    one.wait_for_timeout(NO_POP_MS)
    assert len(crm.asked) == 1


@pytest.mark.manual("SP-6")
def test_by_hand_from_the_call_window_in_both_directions(
    portal: PortalApi, open_client: OpenClient, crm: Crm, alice: Person, bob: Person
) -> None:
    pops(portal, alice, crm, screen_pop_mode="manual")
    page, other = open_client(alice), open_client(bob)
    tab = page.get_by_role("navigation", name="通话窗口").get_by_role("link", name="CRM")
    for direction in ("in", "out"):
        source, target = (other, page) if direction == "in" else (page, other)
        softphone.dial(source, (alice if direction == "in" else bob).number)
        softphone.answer(target)
        softphone.in_call(page)
        opens_nothing(page, crm)
        tab.click()
        assert asked(page, crm)["n"] == bob.number
        crm.asked.clear()
        page.bring_to_front()
        softphone.hang_up(page)
        softphone.no_call(other)


@pytest.mark.manual("SP-7")
def test_a_browser_that_blocks_it_is_told_of_with_the_remedy(
    portal: PortalApi, product: Product, crm: Crm, alice: Person, bob: Person, open_client: OpenClient
) -> None:
    """Chromium as users have it opens no page without a click."""
    pops(portal, alice, crm)
    caller = open_client(bob)
    kind = caller.context.browser
    assert kind is not None
    blocking = kind.browser_type.launch(
        executable_path=CHROMIUM, args=ARGUMENTS, ignore_default_args=["--disable-popup-blocking"]
    )
    try:
        page = blocking.new_context(locale="zh-CN", permissions=["microphone"]).new_page()
        page.set_default_timeout(10_000)
        softphone.sign_in_by_hand(page, product.address, alice.number, alice.password)
        softphone.is_ready(page)
        # The hint is shown before the first call, too.
        expect(page.get_by_text("来电弹屏已启用。请先允许此页面使用“弹出式窗口和重定向”")).to_be_visible()
        page.get_by_role("link", name="去测试").click()
        page.get_by_role("button", name="测试弹屏").click()
        page.wait_for_timeout(UNTOUCHED_MS)
        expect(page.get_by_text("浏览器阻止了测试页面。")).to_be_visible()

        page.wait_for_timeout(UNTOUCHED_MS)
        softphone.dial(caller, alice.number)
        expect(caller.get_by_role("region", name="通话")).to_contain_text("对方正在响铃")
        page.wait_for_timeout(NO_POP_MS)
        softphone.rings(page, bob.name)
        banner = page.get_by_role("alert").filter(has_text="浏览器阻止了来电弹屏")
        expect(banner).to_be_visible()
        opens_nothing(page, crm)
        banner.get_by_text("允许弹出式窗口和重定向").click()
        for name in ("Chrome：", "Edge：", "Opera："):
            expect(banner).to_contain_text(name)
        banner.get_by_role("button", name="打开网页").click()
        assert asked(page, crm)["n"] == bob.number
        expect(banner).to_have_count(0)
    finally:
        blocking.close()


@pytest.mark.manual("SP-7")
def test_the_test_opens_a_page_of_ours(portal: PortalApi, open_client: OpenClient, crm: Crm, alice: Person) -> None:
    pops(portal, alice, crm)
    page = open_client(alice)
    page.get_by_role("link", name="去测试").click()
    with page.context.expect_page(timeout=15_000) as opened:
        page.get_by_role("button", name="测试弹屏").click()
    expect(opened.value.get_by_role("heading", name="弹屏可以使用")).to_be_visible()
    expect(page.get_by_text("测试页面已打开")).to_be_visible()
    expect(page.get_by_role("link", name="去测试")).to_have_count(0)


def open_page_of_settings(page: Page) -> None:
    page.get_by_role("link", name="设置", exact=True).click()
    expect(page.get_by_role("heading", name="功能")).to_be_visible()
    page.get_by_role("link", name=re.compile("^来电弹屏")).click()


@pytest.mark.manual("SP-8")
@pytest.mark.parametrize("kind", ["web", "desktop"])
def test_the_user_sets_it_and_it_is_synced_both_ways(
    portal: PortalApi, open_client: OpenClient, alice: Person, kind: str
) -> None:
    page = open_client(alice, kind=kind)
    open_page_of_settings(page)
    page.get_by_role("checkbox", name="使用自定义Popup URL来弹出联系人URL").check()
    url = page.get_by_role("textbox", name="弹屏地址")
    for wrong, words in {
        "crm.example/": "http://",
        "https://crm.example/{{.CallerNumer}}": "{{.CallerNumber}}",
        "https://crm.example/{{.Colour}}": "变量 {{.Colour}} 不存在",
    }.items():
        url.fill(wrong)
        expect(page.get_by_role("alert").filter(has_text=words)).to_be_visible()
    url.fill("https://crm.example/c?n=")
    page.get_by_role("button", name="来电显示号码").click()
    expect(url).to_have_value("https://crm.example/c?n={{.CallerNumber}}")
    expect(page.get_by_text("https://crm.example/c?n=13800138000")).to_be_visible()
    page.get_by_role("button", name="保存", exact=True).click()
    settings.wait_saved(
        portal, page, alice, kind, screen_pop=True, screen_pop_url="https://crm.example/c?n={{.CallerNumber}}"
    )
    page.get_by_role("checkbox", name="内部").check()
    page.get_by_role("button", name="通话结束").click()
    settings.wait_saved(portal, page, alice, kind, screen_pop_internal=True, screen_pop_trigger="ended")
    page.get_by_role("radio", name="手动").check()
    settings.wait_saved(portal, page, alice, kind, screen_pop_mode="manual")

    settings.change(portal, alice, kind, screen_pop_mode="automatic", screen_pop_url="https://crm.example/other")
    expect(page.get_by_role("radio", name="自动")).to_be_checked()
    expect(url).to_have_value("https://crm.example/other")
    expect(page.get_by_role("status").filter(has_text="已在别处更改")).to_be_visible()
    settings.change(portal, alice, kind, screen_pop=False)
    expect(page.get_by_role("checkbox", name="使用自定义Popup URL来弹出联系人URL")).not_to_be_checked()


@pytest.mark.manual("SP-1")
def test_the_mobile_client_has_no_such_page(open_client: OpenClient, alice: Person) -> None:
    page = open_client(alice, kind="mobile")
    page.get_by_role("link", name="设置", exact=True).click()
    expect(page.get_by_role("link", name="高级")).to_be_visible()
    expect(page.get_by_text("来电弹屏")).to_have_count(0)
