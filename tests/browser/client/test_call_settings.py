"""设置 > 功能 > 呼叫 of desktop and web, 设置 > 高级 of mobile: changed by the user, and updated from the portal."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import settings
from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person, PortalApi

TICKS = {
    "call_waiting": "呼叫等待",
    "auto_answer": "自动应答",
    "auto_answer_tone": "自动应答提示音",
    "paging_auto_answer": "自动应答广播组来电",
    "paging_preempt": "广播组来电抢占接听",
}


def open_settings(page: Page, kind: str) -> None:
    page.get_by_role("link", name="设置", exact=True).click()
    page.get_by_role("link", name="高级" if kind == "mobile" else "呼叫", exact=True).click()


@pytest.mark.manual("CW-1", "CW-4", "AA-1", "AA-3", "AA-5")
@pytest.mark.parametrize("kind", ["web", "desktop", "mobile"])
def test_both_sides_change_it_and_follow_each_other(
    portal: PortalApi, open_client: OpenClient, alice: Person, kind: str
) -> None:
    page = open_client(alice, kind=kind)
    open_settings(page, kind)
    boxes = {name: page.get_by_role("checkbox", name=words).first for name, words in TICKS.items()}
    paging_tone = page.get_by_role("group", name="广播/对讲").get_by_role("checkbox", name="自动应答提示音")
    expect(boxes["call_waiting"]).to_be_checked()
    boxes["call_waiting"].uncheck()
    settings.wait_saved(portal, page, alice, kind, call_waiting=False)
    for name in ("auto_answer", "auto_answer_tone", "paging_auto_answer", "paging_preempt"):
        boxes[name].check()
        settings.wait_saved(portal, page, alice, kind, **{name: True})
    paging_tone.check()
    settings.wait_saved(portal, page, alice, kind, paging_tone=True)
    delay = page.get_by_role("textbox", name="自动接听延迟时长")
    delay.fill("61")
    delay.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="0 到 60")).to_be_visible()
    delay.fill("60")
    delay.press("Enter")
    settings.wait_saved(portal, page, alice, kind, auto_answer_delay=60)

    settings.change(
        portal, alice, kind,
        call_waiting=True, auto_answer_delay=5, auto_answer_tone=False, paging_preempt=False, paging_tone=False,
    )  # fmt: skip
    expect(boxes["call_waiting"]).to_be_checked()
    expect(delay).to_have_value("5")
    for box in (boxes["auto_answer_tone"], boxes["paging_preempt"], paging_tone):
        expect(box).not_to_be_checked()
    expect(page.get_by_role("status").filter(has_text="已在别处更改")).to_be_visible()


def test_two_pages_of_a_user_follow_each_other(portal: PortalApi, open_client: OpenClient, alice: Person) -> None:
    one, two = open_client(alice), open_client(alice)
    for page in (one, two):
        open_settings(page, "web")
    one.get_by_role("checkbox", name="自动应答").first.check()
    expect(two.get_by_role("checkbox", name="自动应答").first).to_be_checked()
    # The second change is based on the first: no conflict.
    two.get_by_role("textbox", name="自动接听延迟时长").fill("9")
    two.get_by_role("textbox", name="自动接听延迟时长").press("Tab")
    settings.wait_saved(portal, two, alice, auto_answer=True, auto_answer_delay=9)
    expect(one.get_by_role("textbox", name="自动接听延迟时长")).to_have_value("9")


def test_a_device_has_a_remark(portal: PortalApi, open_client: OpenClient, alice: Person) -> None:
    page = open_client(alice)
    page.get_by_role("link", name="设置", exact=True).click()
    page.get_by_role("button", name="编辑").first.click()
    page.get_by_role("textbox", name="备注").fill("前台电脑")
    page.keyboard.press("Enter")
    expect(page.get_by_text("前台电脑")).to_be_visible()
    [device] = portal.devices(alice)
    assert device["remark"] == "前台电脑"
    # An administrator's change appears immediately.
    portal.call("PUT", f"/admin/sessions/{device['id']}", {"remark": "会议室"})
    expect(page.get_by_text("会议室")).to_be_visible()
