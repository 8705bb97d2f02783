"""A call during a call: the tone, the three choices, and switching between the two."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import settings
from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person, PortalApi
from tests.walk import softphone
from tests.walk.browser import wait_until


@pytest.fixture
def third(portal: PortalApi) -> Person:
    return portal.add_user("赵", "敏")


Pages = tuple[Page, Page, Page]


@pytest.fixture
def waiting(open_client: OpenClient, alice: Person, bob: Person, third: Person) -> Pages:
    """Alice is in a call with Bob, and the third user calls her."""
    callee, first, second = open_client(alice), open_client(bob), open_client(third)
    softphone.dial(first, alice.number)
    softphone.answer(callee)
    softphone.hears(callee)
    softphone.dial(second, alice.number)
    softphone.rings(callee, third.name)
    return callee, first, second


def choose(page: Page, choice: str) -> None:
    page.get_by_role("alertdialog").get_by_role("button", name=choice, exact=True).click()


@pytest.mark.manual("CW-3")
def test_a_waiting_call_is_heard_as_a_tone_and_held_and_taken(
    open_client: OpenClient, alice: Person, bob: Person, third: Person
) -> None:
    callee, first, second = open_client(alice, tones=True), open_client(bob), open_client(third)
    softphone.dial(first, alice.number)
    softphone.answer(callee)
    softphone.hears(callee)
    settings.forget_tones(callee)
    softphone.dial(second, alice.number)
    softphone.rings(callee, third.name)
    wait_until(lambda: settings.WAITING in settings.tones(callee), "the waiting tone sounds", callee)
    assert settings.RING not in settings.tones(callee)
    expect(callee.get_by_role("alertdialog")).to_contain_text("当前通话将被保持")

    # The caller hears music meanwhile.
    softphone.hears_music(second)
    choose(callee, "保持并接听")
    softphone.hears(second)
    others = callee.get_by_role("list", name="其他通话")
    expect(others).to_contain_text(bob.name)
    expect(others).to_contain_text("已保持")
    # There and back again.
    callee.get_by_role("button", name=f"切换到与 {bob.name} 的通话").click()
    softphone.hears(first)
    expect(others).to_contain_text(third.name)
    callee.get_by_role("button", name=f"切换到与 {third.name} 的通话").click()
    expect(others).to_contain_text(bob.name)
    softphone.hears(second)
    softphone.hang_up(second)
    softphone.press(callee, "恢复")
    softphone.hears(first)
    softphone.hang_up(first)


def test_a_waiting_call_is_refused(waiting: Pages) -> None:
    callee, first, second = waiting
    callee.keyboard.press("Alt+r")
    expect(second.get_by_role("region", name="通话")).to_contain_text("对方已拒接")
    softphone.in_call(callee)
    softphone.hears(first)


def test_the_call_that_goes_on_is_ended_and_the_new_one_taken(waiting: Pages) -> None:
    callee, first, second = waiting
    choose(callee, "挂断并接听")
    expect(first.get_by_role("region", name="通话")).to_contain_text("对方已挂断")
    softphone.hears(second)
    softphone.hears(callee)
    expect(callee.get_by_role("list", name="其他通话")).to_have_count(0)


def test_with_call_waiting_off_no_second_call_comes(
    portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, third: Person
) -> None:
    settings.change(portal, alice, call_waiting=False)
    callee, first, second = open_client(alice), open_client(bob), open_client(third)
    softphone.dial(first, alice.number)
    softphone.rings(callee, bob.name)
    # A call that already rings when the other is answered is refused too.
    softphone.dial(second, alice.number)
    expect(callee.get_by_role("alertdialog")).to_contain_text("另有 1 个来电")
    callee.keyboard.press("Alt+a")
    softphone.in_call(first)
    busy = second.get_by_role("region", name="通话").filter(has_text="对方正在通话中")
    expect(busy).to_be_visible(timeout=20_000)
    expect(callee.get_by_role("alertdialog")).to_have_count(0)
    softphone.dial(second, alice.number)
    expect(busy).to_have_count(0)
    expect(busy).to_be_visible(timeout=20_000)
    expect(callee.get_by_role("alertdialog")).to_have_count(0)
    softphone.in_call(callee)


def test_a_page_of_this_browser_stays_silent_while_another_is_on_a_call(
    open_client: OpenClient, alice: Person, bob: Person, third: Person
) -> None:
    callee, first, second = open_client(alice, tones=True), open_client(bob), open_client(third)
    softphone.dial(first, alice.number)
    softphone.answer(callee)
    softphone.hears(callee)
    idle = callee.context.new_page()
    idle.goto(callee.url)
    softphone.is_ready(idle)
    idle.mouse.click(5, 5)
    softphone.dial(second, alice.number)
    softphone.rings(callee, third.name)
    softphone.rings(idle, third.name)
    expect(idle.get_by_role("alertdialog")).to_contain_text("你正在另一个页面中通话")
    wait_until(lambda: settings.WAITING in settings.tones(callee), "the waiting tone sounds", callee)
    assert settings.RING not in settings.tones(idle)
    # When the other call is answered there, the call here is held: nobody is in two calls at the same time.
    idle.get_by_role("alertdialog").get_by_role("button", name="接听", exact=True).click()
    softphone.hears(second)
    softphone.in_call(callee, "已保持")
