"""The client answers automatically only as configured. Times are the browser's own."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import settings, signalling
from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person, PortalApi
from tests.walk import softphone

MAX_DELAY_MS = 1_000  # for the microphone, and the SDP


def watched(open_client: OpenClient, person: Person, kind: str = "web") -> Page:
    return open_client(person, kind=kind, tones=True, script=signalling.SCRIPT)


def took_ms(page: Page) -> int:
    """Return the time from the call to the answer at the caller's side."""
    [answer] = signalling.answers(page)
    return answer.at - signalling.invited(page).at


@pytest.mark.manual("AA-2")
@pytest.mark.parametrize(("kind", "delay", "tone"), [("mobile", 0, True), ("desktop", 3, False)])
def test_a_call_is_answered_after_the_delay(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, kind: str, delay: int, tone: bool
) -> None:
    settings.change(portal, alice, kind, auto_answer=True, auto_answer_delay=delay, auto_answer_tone=tone)
    callee, caller = watched(open_client, alice, kind), open_client(bob)
    settings.forget_tones(callee)
    softphone.dial(caller, alice.number)
    if delay:
        expect(callee.get_by_role("timer")).to_contain_text("秒后自动接听")
    softphone.in_call(caller)
    softphone.hears(caller)
    softphone.hears(callee)
    assert delay * 1000 <= took_ms(callee) <= delay * 1000 + MAX_DELAY_MS
    sounded = settings.tones(callee)
    assert (settings.ANSWERED in sounded) is tone
    # Without a delay nothing rings. With a delay the call is announced like any other.
    assert (settings.RING in sounded) is (delay > 0)
    softphone.hang_up(caller)


@pytest.mark.manual("AA-2")
def test_the_user_stops_it_and_it_rings_on(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
) -> None:
    settings.change(portal, alice, auto_answer=True, auto_answer_delay=2)
    callee, caller = watched(open_client, alice), open_client(bob)
    softphone.dial(caller, alice.number)
    callee.get_by_role("button", name="停止自动接听").click()
    expect(callee.get_by_role("timer")).to_have_count(0)
    callee.wait_for_timeout(3_000)
    softphone.rings(callee, bob.name)
    expect(caller.get_by_role("region", name="通话")).to_contain_text("对方正在响铃")
    softphone.answer(callee)
    softphone.in_call(caller)


@pytest.mark.manual("AA-2")
def test_it_waits_for_the_end_of_the_call_that_goes_on(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
) -> None:
    third = portal.add_user("赵", "敏")
    callee, first, second = open_client(alice), open_client(bob), open_client(third)
    softphone.dial(first, alice.number)
    softphone.answer(callee)
    softphone.in_call(first)
    settings.change(portal, alice, auto_answer=True, auto_answer_delay=1)
    softphone.dial(second, alice.number)
    softphone.rings(callee, third.name)
    expect(callee.get_by_role("timer")).to_have_text("当前通话结束后自动接听")
    callee.wait_for_timeout(2_500)
    softphone.in_call(first)
    expect(callee.get_by_role("alertdialog")).to_be_visible()
    softphone.hang_up(first)
    softphone.in_call(second)
    softphone.hears(second)
    expect(callee.get_by_role("region", name="通话")).to_contain_text(third.name)


def test_one_of_two_pages_answers(portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person) -> None:
    settings.change(portal, alice, auto_answer=True, auto_answer_delay=1)
    one, caller = watched(open_client, alice), open_client(bob)
    two = one.context.new_page()
    two.goto(one.url)
    softphone.is_ready(two)
    softphone.dial(caller, alice.number)
    softphone.in_call(caller)
    softphone.hears(caller)
    taken = [bool(signalling.answers(page)) for page in (one, two)]
    assert sorted(taken) == [False, True]
    answering, other = (one, two) if taken[0] else (two, one)
    softphone.hears(answering)
    expect(other.get_by_role("alertdialog")).to_have_count(0)
    assert other.evaluate("() => window.linkusStats()") is None


def test_stopped_on_one_page_it_is_stopped_on_all(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
) -> None:
    settings.change(portal, alice, auto_answer=True, auto_answer_delay=3)
    one, caller = watched(open_client, alice), open_client(bob)
    two = one.context.new_page()
    two.goto(one.url)
    softphone.is_ready(two)
    softphone.dial(caller, alice.number)
    softphone.rings(one, bob.name)
    two.get_by_role("button", name="停止自动接听").click()
    for page in (one, two):
        expect(page.get_by_role("timer")).to_have_count(0)
    one.wait_for_timeout(4_000)
    for page in (one, two):
        softphone.rings(page, bob.name)


def test_a_page_that_was_never_clicked_says_what_is_in_the_way(
    portal: PortalApi, open_client: OpenClient, alice: Person
) -> None:
    settings.change(portal, alice, auto_answer=True)
    page = open_client(
        alice,
        permissions=[],
        script="""
        const query = navigator.permissions.query.bind(navigator.permissions);
        navigator.permissions.query = async (what) =>
          what.name === "microphone" ? Object.assign(new EventTarget(), { state: "prompt" }) : query(what);
        navigator.mediaDevices.getUserMedia = () =>
          Promise.reject(new DOMException("Permission denied", "NotAllowedError"));
    """,
    )
    expect(page.get_by_role("alert").filter(has_text="还没有允许此页面使用麦克风")).to_be_visible()
    page.get_by_role("button", name="允许麦克风").click()
    expect(page.get_by_role("alert").filter(has_text="还没有允许此页面使用麦克风")).to_have_count(0)
    # The user denies the microphone.
    expect(page.get_by_role("alert").filter(has_text="浏览器不允许此页面使用麦克风")).to_be_visible()


PAGED: dict[str, bool] = {"paging_auto_answer": True, "paging_tone": True}


@pytest.fixture
def group(portal: PortalApi, alice: Person) -> str:
    """Create a one-way paging group with Alice in it, and return its number."""
    number = f"63{alice.id % 100:02d}"
    body = {"number": number, "name": "仓库", "mode": "one_way", "callers": "all", "member_ids": [alice.id]}
    portal.call("POST", "/admin/paging-groups", body)
    return number


@pytest.mark.manual("AA-4")
def test_a_page_is_answered_at_once(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, group: str
) -> None:
    settings.change(portal, alice, "web", **PAGED)
    callee, caller = open_client(alice, tones=True), open_client(bob)
    settings.forget_tones(callee)
    softphone.dial(caller, group)
    window = callee.get_by_role("region", name="通话")
    expect(window).to_contain_text("通话中")
    expect(window).to_contain_text(bob.name)
    expect(window).to_contain_text(f"广播组 仓库 {group}")
    expect(window).to_contain_text("对方听不到你的声音")
    softphone.hears(callee)
    assert settings.ANSWERED in settings.tones(callee)
    assert settings.RING not in settings.tones(callee)
    softphone.hang_up(caller)
    softphone.no_call(callee)


@pytest.mark.manual("AA-4")
def test_a_page_takes_the_place_of_a_call_and_gives_it_back(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, group: str
) -> None:
    settings.change(portal, alice, "web", **PAGED, paging_preempt=True, call_waiting=False)
    third = portal.add_user("赵", "敏")
    callee, first, pager = open_client(alice), open_client(bob), open_client(third)
    softphone.dial(first, alice.number)
    softphone.answer(callee)
    softphone.hears(callee)
    softphone.dial(pager, group)
    expect(callee.get_by_role("region", name="通话")).to_contain_text(f"广播组 仓库 {group}")
    expect(callee.get_by_role("list", name="其他通话")).to_contain_text(bob.name)
    expect(callee.get_by_role("list", name="其他通话")).to_contain_text("已保持")
    softphone.hears(callee)
    softphone.hang_up(pager)
    expect(callee.get_by_role("list", name="其他通话")).to_have_count(0)
    softphone.in_call(callee)
    softphone.hears(first)
    softphone.hears(callee)


def test_without_preemption_a_page_during_a_call_waits_for_the_user(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, group: str
) -> None:
    settings.change(portal, alice, "web", **PAGED)
    third = portal.add_user("赵", "敏")
    callee, first, pager = open_client(alice), open_client(bob), open_client(third)
    softphone.dial(first, alice.number)
    softphone.answer(callee)
    softphone.in_call(first)
    softphone.dial(pager, group)
    softphone.rings(callee, third.name)
    expect(callee.get_by_role("alertdialog")).to_contain_text("对方听不到你的声音")
    callee.wait_for_timeout(1_000)
    expect(callee.get_by_role("alertdialog")).to_be_visible()
    softphone.in_call(callee)
