"""Two web clients in a call with each other: real SIP, real media."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person
from tests.walk import softphone


@pytest.mark.manual("OV-1", "OV-3")
def test_two_users_hear_each_other(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, callee = open_client(alice), open_client(bob)
    softphone.dial(caller, bob.number)
    softphone.rings(callee, alice.name)
    softphone.answer(callee)
    for page in (caller, callee):
        softphone.in_call(page)
        softphone.hears(page)
        assert page.evaluate("() => window.linkusStats()")["codec"].lower() == "opus"
    softphone.hang_up(caller)
    expect(caller.get_by_role("region", name="通话")).to_contain_text("你已挂断")
    expect(callee.get_by_role("region", name="通话")).to_contain_text("对方已挂断")
    softphone.no_call(caller)
    softphone.no_call(callee)
    assert caller.evaluate("() => window.linkusStats()") is None


def test_the_callee_hangs_up(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, callee = open_client(alice), open_client(bob)
    softphone.dial(caller, bob.number)
    softphone.answer(callee)
    softphone.in_call(caller)
    softphone.hang_up(callee)
    expect(caller.get_by_role("region", name="通话")).to_contain_text("对方已挂断")


def test_mute_and_hold(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, callee = open_client(alice), open_client(bob)
    softphone.dial(caller, bob.number)
    softphone.answer(callee)
    softphone.hears(caller)
    softphone.hears(callee)

    softphone.press(caller, "静音")
    softphone.in_call(caller, "已静音")
    softphone.hears_nothing(callee)
    softphone.hears(caller)
    softphone.press(caller, "取消静音")
    softphone.hears(callee)

    softphone.press(caller, "保持")
    softphone.in_call(caller, "已保持")
    softphone.hears_nothing(caller)
    softphone.press(caller, "恢复")
    softphone.in_call(caller)
    softphone.hears(caller)
    softphone.hears(callee)

    # A call muted before hold is still muted after it.
    softphone.press(caller, "静音")
    softphone.press(caller, "保持")
    softphone.in_call(caller, "已保持")
    softphone.press(caller, "恢复")
    softphone.in_call(caller, "已静音")
    softphone.hears_nothing(callee)
    softphone.hang_up(caller)


def test_a_call_that_nobody_answers_is_missed(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, callee = open_client(alice), open_client(bob)
    softphone.dial(caller, bob.number)
    softphone.rings(callee, alice.name)
    expect(caller.get_by_role("region", name="通话")).to_contain_text("对方正在响铃")
    softphone.hang_up(caller)
    expect(caller.get_by_role("region", name="通话")).to_contain_text("已取消呼叫")
    expect(callee.get_by_role("alertdialog")).to_have_count(0)
    softphone.missed_call(callee, alice.name)
    # After a look the mark disappears, and calling back takes one click.
    expect(callee.get_by_label("1 个未接来电")).to_have_count(0)
    callee.get_by_role("button", name=f"回拨 {alice.name}").click()
    softphone.rings(caller, bob.name)


def test_a_declined_call(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, callee = open_client(alice), open_client(bob)
    softphone.dial(caller, bob.number)
    callee.get_by_role("button", name="拒接", exact=True).click()
    expect(caller.get_by_role("region", name="通话")).to_contain_text("对方已拒接")
    expect(callee.get_by_role("alertdialog")).to_have_count(0)


def test_a_user_who_is_not_online(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller = open_client(alice)
    softphone.dial(caller, bob.number)
    expect(caller.get_by_role("region", name="通话")).to_contain_text("对方不在线", timeout=15_000)


def test_a_number_that_does_not_exist(open_client: OpenClient, alice: Person) -> None:
    caller = open_client(alice)
    softphone.dial(caller, "7654321")
    expect(caller.get_by_role("region", name="通话")).to_contain_text("号码不存在", timeout=15_000)


def test_what_is_no_number_is_not_dialled(open_client: OpenClient, alice: Person) -> None:
    page = open_client(alice)
    softphone.dial(page, "小芳")
    expect(page.get_by_role("alert")).to_contain_text("不是可以拨打的号码")
    softphone.dial(page, alice.number)
    expect(page.get_by_role("alert")).to_contain_text("你自己的分机")


def test_all_pages_of_a_user_ring_and_one_answers(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, desk, home = open_client(alice), open_client(bob), open_client(bob)
    softphone.dial(caller, bob.number)
    softphone.rings(desk, alice.name)
    softphone.rings(home, alice.name)
    softphone.answer(home)
    expect(desk.get_by_role("alertdialog")).to_have_count(0)
    softphone.hears(home)
    expect(desk.get_by_label("1 个未接来电")).to_have_count(0)
    softphone.hang_up(home)


def test_a_call_goes_on_while_doing_other_things(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, callee = open_client(alice), open_client(bob)
    softphone.dial(caller, bob.number)
    softphone.answer(callee)
    softphone.in_call(caller)
    caller.get_by_role("link", name="分机").click()
    bar = caller.get_by_role("region", name="通话")
    expect(bar).to_contain_text(bob.name)
    bar.get_by_role("link", name="返回通话").click()
    expect(caller.get_by_role("button", name="静音", exact=True)).to_be_visible()
    softphone.hang_up(caller)


def test_keys_typed_and_numbers_pasted_are_dialled(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller, callee = open_client(alice), open_client(bob)
    caller.keyboard.type(bob.number)
    expect(caller.get_by_role("textbox", name="号码")).to_have_value(bob.number)
    caller.keyboard.press("Enter")
    softphone.rings(callee, alice.name)
    softphone.hang_up(caller)


def test_a_colleague_is_found_seen_online_and_called(open_client: OpenClient, alice: Person, bob: Person) -> None:
    caller = open_client(alice)
    caller.get_by_role("link", name="分机").click()
    caller.get_by_role("searchbox").fill(bob.number)
    row = caller.get_by_role("listitem").filter(has_text=bob.number)
    expect(row).to_contain_text("离线")
    callee = open_client(bob)
    expect(row).to_contain_text("在线")
    row.get_by_role("button", name=f"呼叫 {bob.name}").click()
    softphone.answer(callee)
    caller.get_by_role("link", name="分机").click()
    expect(row).to_contain_text("通话中")
    softphone.hang_up(caller)
    expect(row).to_contain_text("在线")
