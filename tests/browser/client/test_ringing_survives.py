"""A ringing call survives events of the connections and pages of both sides."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person
from tests.walk import softphone

# Every connection of the page to the edge, so that the test can close it.
SOCKETS = """
(() => {
  window.sockets = [];
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      if (this.url.includes("/ws/sip")) window.sockets.push(this);
    }
  };
})();
"""
# The browser keeps a connection for a moment after the page has closed it, but reads nothing from it any more.
CLOSE = """() => {
  const socket = sockets.at(-1);
  const closed = socket.onclose;
  socket.onmessage = null;
  socket.close();
  socket.onclose = null;
  closed(new CloseEvent("close"));
}"""

RELOAD_TIMEOUT_MS = 15_000  # loading and registering on a machine that is busy with several browsers


def renew(page: Page) -> None:
    count = page.evaluate("() => sockets.length")
    page.evaluate(CLOSE)
    page.wait_for_function("(count) => sockets.length > count && sockets.at(-1).readyState === 1", arg=count)
    softphone.is_ready(page)


def calls(caller: Page, called: Page, alice: Person, bob: Person) -> None:
    softphone.dial(caller, bob.number)
    softphone.rings(called, alice.name)
    expect(caller.get_by_role("region", name="通话")).to_contain_text("对方正在响铃")


class TestAConnectionIsRenewed:
    @pytest.mark.parametrize("who", ["caller", "called"])
    def test_the_call_goes_on(self, open_client: OpenClient, alice: Person, bob: Person, who: str) -> None:
        caller, called = open_client(alice, script=SOCKETS), open_client(bob, script=SOCKETS)
        calls(caller, called, alice, bob)
        renew(caller if who == "caller" else called)
        softphone.rings(called, alice.name)
        softphone.answer(called)
        for page in (caller, called):
            softphone.in_call(page)
            softphone.hears(page)
        softphone.hang_up(caller)
        softphone.no_call(called)

    @pytest.mark.parametrize("who", ["caller", "called"])
    def test_the_caller_may_give_up(self, open_client: OpenClient, alice: Person, bob: Person, who: str) -> None:
        caller, called = open_client(alice, script=SOCKETS), open_client(bob, script=SOCKETS)
        calls(caller, called, alice, bob)
        renew(caller if who == "caller" else called)
        softphone.hang_up(caller)
        expect(called.get_by_role("alertdialog")).to_have_count(0)
        softphone.no_call(caller)

    def test_the_called_one_may_decline(self, open_client: OpenClient, alice: Person, bob: Person) -> None:
        caller, called = open_client(alice, script=SOCKETS), open_client(bob)
        calls(caller, called, alice, bob)
        renew(caller)
        called.get_by_role("button", name="拒接").click()
        expect(caller.get_by_role("region", name="通话")).to_contain_text("对方已拒接")


class TestAPageIsLoadedAgain:
    def test_it_rings_there_again_and_nobody_else_notices(
        self, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        caller, called, handheld = open_client(alice), open_client(bob), open_client(bob, kind="mobile")
        calls(caller, called, alice, bob)
        softphone.rings(handheld, alice.name)
        called.on("dialog", lambda dialog: dialog.accept())
        called.reload()
        expect(called.get_by_role("alertdialog")).to_contain_text(alice.name, timeout=RELOAD_TIMEOUT_MS)
        softphone.rings(handheld, alice.name)
        expect(caller.get_by_role("region", name="通话")).to_contain_text("对方正在响铃")
        softphone.answer(called)
        for page in (caller, called):
            softphone.in_call(page)
            softphone.hears(page)
        expect(handheld.get_by_role("alertdialog")).to_have_count(0)
        softphone.hang_up(caller)
        softphone.no_call(called)

    def test_a_call_in_that_moment_waits_for_it(self, open_client: OpenClient, alice: Person, bob: Person) -> None:
        caller, called = open_client(alice), open_client(bob)
        address = called.url
        called.goto("about:blank")
        softphone.dial(caller, bob.number)
        called.goto(address)
        expect(called.get_by_role("alertdialog")).to_contain_text(alice.name, timeout=RELOAD_TIMEOUT_MS)
        softphone.answer(called)
        softphone.in_call(caller)
        softphone.hang_up(caller)
