"""Linkus is disabled in mid-call, and the server's brain dies before the call's last seconds are over (EN-3)."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest
from playwright.sync_api import expect

from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone

LASTS_SECONDS = 10
MAX_DELAY_SECONDS = 40  # until a killed brain is back, knows its calls and ends them, on a busy machine


@pytest.mark.manual("EN-3")
def test_the_call_ends_after_its_seconds_though_the_brain_was_killed_and_goes_on_if_linkus_is_on_again(
    product: Product, portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
) -> None:
    forgiven = portal.add_user("赵", "敏")
    page, other, goes_on = open_client(alice), open_client(bob), open_client(forgiven)
    softphone.dial(goes_on, "*43")
    softphone.dial(page, bob.number)
    softphone.answer(other)
    softphone.hears(page)
    softphone.in_call(goes_on)

    switched = time.monotonic()
    portal.switch_linkus(forgiven, False)
    portal.switch_linkus(alice, False)
    for each in (page, goes_on):
        expect(each.get_by_role("alert").filter(has_text="秒后结束")).to_be_visible()
    portal.switch_linkus(forgiven, True)
    os.kill(json.loads((product.home / "run.json").read_text())["parts"]["linkus"]["pid"], signal.SIGKILL)

    ended = page.get_by_role("heading", name="你已退出登录")
    expect(ended).to_be_visible(timeout=(LASTS_SECONDS + MAX_DELAY_SECONDS) * 1000)
    assert time.monotonic() - switched > LASTS_SECONDS - 1
    expect(page.get_by_role("main")).to_contain_text("管理员已禁用此分机的 Linkus 客户端")
    softphone.no_call(other)
    product.wait_ready()

    # The other call was never affected again.
    expect(goes_on.get_by_role("alert").filter(has_text="本次通话结束后，你将退出登录")).to_be_visible()
    softphone.hears(goes_on)
    softphone.hang_up(goes_on)
    expect(goes_on.get_by_role("heading", name="你已退出登录")).to_be_visible()
