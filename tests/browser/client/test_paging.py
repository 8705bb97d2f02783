"""A group that an administrator creates is paged from a browser. Members hear it by their own settings."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client.conftest import MakeDeskPhone, OpenClient
from tests.browser.conftest import OpenPage
from tests.browser.portal.conftest import press
from tests.browser.portal_api import ADMINISTRATOR, PASSWORD, Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone
from tests.walk.desk_phone import share_of_tone

MICROPHONE_HERTZ = 440
SPEECH_SECONDS = 2.0


@pytest.fixture
def portal_page(product: Product, open_page: OpenPage) -> Page:
    page = open_page()
    body = {"username": ADMINISTRATOR, "password": PASSWORD}
    page.request.post(f"{product.address}/api/v1/sessions", data=body, headers={"Origin": product.address})
    page.goto(f"{product.address}/portal/paging-groups/new")
    return page


def make_group(page: Page, number: str, callers: str, *members: Person) -> None:
    page.get_by_role("textbox", name="号码", exact=True).fill(number)
    page.get_by_label("名称").fill("仓库")
    page.get_by_role("radio", name=callers).check()
    press(page.get_by_role("region", name="成员"), "粘贴号码")
    paste = page.get_by_role("dialog", name="粘贴号码")
    paste.get_by_label("分机号码").fill(" ".join(member.number for member in members))
    press(paste, "添加")
    press(page, "保存")
    expect(page.get_by_text(f"已添加广播组 {number} 仓库")).to_be_visible()


def test_a_page_is_heard_by_a_browser_and_a_desk_phone(
    open_client: OpenClient, desk_phone: MakeDeskPhone, portal_page: Page, alice: Person, bob: Person, carol: Person
) -> None:
    make_group(portal_page, "641", "所有分机", bob, carol)
    caller, listener, phone = open_client(alice), open_client(bob), desk_phone(carol)
    softphone.dial(caller, "641")
    softphone.rings(listener, alice.name)
    softphone.answer(listener)
    phone.wait_for("CALL_INCOMING")
    phone.answer()
    softphone.hears(listener)
    time.sleep(SPEECH_SECONDS)
    softphone.hears_nothing(caller)  # one-way: the microphones of both members play a tone
    softphone.hang_up(caller)
    softphone.no_call(listener)
    phone.wait_for("CALL_CLOSED")
    assert share_of_tone(phone.recording(), MICROPHONE_HERTZ) > 0.5

    portal_page.get_by_role("link", name="通话记录").click()
    press(portal_page, "通讯类型")
    portal_page.get_by_role("menuitem", name="广播", exact=True).click()
    row = portal_page.get_by_role("row").filter(has_text="641")
    for text in (alice.number, "广播", "已接通"):
        expect(row).to_contain_text(text)


def test_a_member_on_a_call_is_left_alone_unless_its_settings_say_otherwise(
    open_client: OpenClient,
    desk_phone: MakeDeskPhone,
    portal_page: Page,
    portal: PortalApi,
    alice: Person,
    bob: Person,
    carol: Person,
) -> None:
    make_group(portal_page, "642", "所有分机", bob, carol)
    caller, listener, phone = open_client(alice), open_client(bob), desk_phone(carol)
    place = f"/admin/extensions/{bob.id}/client-settings/web"

    def set_call_waiting(value: bool) -> None:
        version = portal.call("GET", place)["version"]
        portal.call("PUT", place, {"kind": "web", "version": version, "values": {"call_waiting": value}})

    softphone.dial(listener, "*43")  # a call with itself
    softphone.in_call(listener)
    set_call_waiting(False)
    softphone.dial(caller, "642")
    phone.wait_for("CALL_INCOMING")  # the other member is paged: both calls began together
    phone.answer()
    phone.wait_for("CALL_ESTABLISHED")
    expect(listener.get_by_role("alertdialog")).to_have_count(0)
    softphone.hang_up(caller)
    phone.wait_for("CALL_CLOSED")
    softphone.no_call(caller)

    set_call_waiting(True)
    softphone.dial(caller, "642")
    softphone.rings(listener, alice.name)


def test_only_members_may_page(
    open_client: OpenClient, portal_page: Page, alice: Person, bob: Person, carol: Person
) -> None:
    make_group(portal_page, "643", "仅成员", bob, carol)
    stranger, member, listener = open_client(alice), open_client(bob), open_client(carol)
    softphone.dial(stranger, "643")
    expect(stranger.get_by_role("region", name="通话")).to_contain_text("你没有权限拨打此号码", timeout=15_000)
    expect(listener.get_by_role("alertdialog")).to_have_count(0)
    softphone.dial(member, "643")
    softphone.rings(listener, bob.name)


def test_a_member_answers_by_itself_and_takes_its_call_up_again(
    open_client: OpenClient, portal_page: Page, portal: PortalApi, alice: Person, bob: Person
) -> None:
    make_group(portal_page, "644", "所有分机", bob)
    caller, listener = open_client(alice), open_client(bob)
    place = f"/admin/extensions/{bob.id}/client-settings/web"
    values = {"paging_auto_answer": True, "paging_preempt": True}
    body = {"kind": "web", "version": portal.call("GET", place)["version"], "values": values}
    portal.call("PUT", place, body)
    softphone.dial(caller, "644")
    softphone.hears(listener)  # nobody has clicked anything
    softphone.hang_up(caller)
    softphone.no_call(listener)
    softphone.no_call(caller)

    softphone.dial(listener, "*43")
    softphone.hears(listener)
    softphone.dial(caller, "644")
    expect(listener.get_by_text("已保持").first).to_be_visible()
    softphone.hears(listener)
    softphone.hang_up(caller)
    expect(listener.get_by_text("已保持")).to_have_count(0)
    softphone.in_call(listener)
    softphone.hears(listener)
