"""A user is signed in in two browsers that do not know of each other: exactly one answers automatically."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import settings
from tests.browser.client.conftest import OpenClient
from tests.browser.client.test_auto_answer import group  # noqa: F401 fixture
from tests.browser.portal_api import Person, PortalApi
from tests.walk import softphone

ELSEWHERE = "已在其他设备上接听"


def has_no_call(page: Page) -> None:
    """Check that there is no call, neither on the screen nor in the SIP client."""
    expect(page.get_by_role("alertdialog")).to_have_count(0)
    softphone.no_call(page)
    assert page.evaluate("() => window.linkusStats()") is None


def _first_in_call(*pages: Page) -> Page:
    """Return the page that answered. Members answer some moments after the paging caller is connected."""
    end = time.monotonic() + 15
    while True:
        for page in pages:
            if page.evaluate("() => window.linkusStats()") is not None:
                return page
        assert time.monotonic() < end, "nobody answered the page"
        pages[0].wait_for_timeout(100)


def legs(portal: PortalApi, person: Person) -> list[tuple[str, str | None]]:
    calls = portal.call("GET", "/admin/calls")["items"]
    return [(each["state"], each["answered_kind"]) for each in calls if person.number in (each["to"], each["from"])]


# The user denies the microphone, after a while.
_DENIES = """
navigator.mediaDevices.getUserMedia = () => new Promise((_, refuse) =>
  setTimeout(() => refuse(new DOMException("Permission denied", "NotAllowedError")), 2_000));
"""


@pytest.mark.manual("AA-2")
def test_exactly_one_answers_and_the_other_is_told(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
) -> None:
    settings.change(portal, alice, auto_answer=True)
    one, two, caller = open_client(alice), open_client(alice), open_client(bob)
    softphone.dial(caller, alice.number)
    told = one.get_by_text(ELSEWHERE).or_(one.get_by_role("region", name="通话").get_by_text("通话中"))
    expect(told.first).to_be_visible(timeout=10_000)
    answering, other = (two, one) if one.get_by_text(ELSEWHERE).is_visible() else (one, two)
    expect(other.get_by_text(ELSEWHERE)).to_be_visible()
    softphone.in_call(caller)
    softphone.hears(caller)
    softphone.hears(answering)
    has_no_call(other)
    assert legs(portal, alice) == [("talking", "web")]
    # signing out ends the call there; the other browser is not affected
    own = answering.evaluate("async () => (await (await fetch('/api/v1/client/session')).json()).session_id")
    portal.call("DELETE", f"/admin/sessions/{own}")
    softphone.no_call(caller)
    softphone.dial(caller, alice.number)
    softphone.in_call(caller)
    softphone.hears(other)
    softphone.hang_up(caller)
    softphone.no_call(other)


def test_one_without_a_microphone_leaves_the_call_to_another(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
) -> None:
    settings.change(portal, alice, "web", auto_answer=True)
    settings.change(portal, alice, "desktop", auto_answer=True, auto_answer_delay=1)
    first, second, caller = open_client(alice, script=_DENIES), open_client(alice, kind="desktop"), open_client(bob)
    softphone.dial(caller, alice.number)
    # The first browser has claimed the call, so the second only rings. Then it gets the call.
    softphone.rings(second, bob.name)
    expect(second.get_by_role("timer")).to_have_count(0)
    expect(caller.get_by_role("region", name="通话")).to_contain_text("对方正在响铃")
    softphone.in_call(caller)
    softphone.hears(second)
    expect(first.get_by_role("alert").filter(has_text="无法使用麦克风")).to_be_visible()
    has_no_call(first)


@pytest.mark.manual("AA-4")
def test_a_page_comes_where_the_user_speaks(
    portal: PortalApi,
    open_client: OpenClient,
    alice: Person,
    bob: Person,
    group: str,  # noqa: F811
) -> None:
    settings.change(portal, alice, paging_auto_answer=True, paging_preempt=True)
    third = portal.add_user("赵", "敏")
    speaking, idle, first, pager = open_client(alice), open_client(alice), open_client(bob), open_client(third)
    softphone.dial(speaking, bob.number)
    softphone.answer(first)
    softphone.hears(speaking)
    softphone.dial(pager, group)
    expect(speaking.get_by_role("region", name="通话")).to_contain_text(f"广播组 仓库 {group}")
    expect(speaking.get_by_role("list", name="其他通话")).to_contain_text("已保持")
    softphone.hears(speaking)
    expect(idle.get_by_text(ELSEWHERE)).to_be_visible()
    has_no_call(idle)
    softphone.hang_up(pager)
    expect(speaking.get_by_role("list", name="其他通话")).to_have_count(0)
    softphone.hears(first)
    softphone.hang_up(speaking)

    # Exactly one of two idle browsers answers as well.
    softphone.no_call(speaking)
    softphone.dial(pager, group)
    softphone.in_call(pager)
    hearing, other = (speaking, idle) if _first_in_call(speaking, idle) is speaking else (idle, speaking)
    softphone.hears(hearing)
    has_no_call(other)
