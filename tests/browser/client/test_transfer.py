"""Transferring a call to a colleague."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person, PortalApi
from tests.walk import softphone


def test_a_call_is_handed_on(portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person) -> None:
    third = portal.add_user("赵", "敏")
    caller, middle, colleague = open_client(alice), open_client(bob), open_client(third)
    softphone.dial(caller, bob.number)
    softphone.answer(middle)
    softphone.in_call(middle)
    softphone.press(middle, "转接")
    middle.get_by_label("转接目标号码").fill(third.number)
    middle.get_by_role("button", name="确认转接").click()
    softphone.rings(colleague, alice.name)
    expect(middle.get_by_role("region", name="通话")).to_contain_text("已转接")
    softphone.answer(colleague)
    softphone.hears(caller)
    softphone.hears(colleague)
    expect(caller.get_by_role("region", name="通话")).to_contain_text(third.name)
    softphone.hang_up(caller)
    softphone.no_call(colleague)
