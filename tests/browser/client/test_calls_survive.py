"""Calls survive events of a page and its devices: it is reloaded, it crashes, a headset is unplugged."""

from __future__ import annotations

import json
import os
import signal

import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.browser.client import settings
from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone

BACK = 15_000  # loading, registering and calling on a machine that is busy with several browsers
RELOADS = int(os.environ.get("LINKUS_TEST_RELOADS", "2"))

# Every microphone and every AudioContext that the page opens, so that the test can act on them.
HANDLES = """
(() => {
  window.tracks = [];
  const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (constraints) => {
    const stream = await open(constraints);
    window.tracks.push(...stream.getAudioTracks());
    return stream;
  };
  window.contexts = [];
  const Real = window.AudioContext;
  window.AudioContext = class extends Real {
    constructor(...given) {
      super(...given);
      window.contexts.push(this);
    }
  };
})();
"""
UNPLUG = """() => {
  const track = window.tracks.at(-1);
  track.stop();
  track.dispatchEvent(new Event("ended"));
}"""


def talk(caller: Page, called: Page, number: str) -> None:
    softphone.dial(caller, number)
    softphone.answer(called)
    softphone.in_call(caller)
    softphone.hears(caller)
    softphone.hears(called)


def is_back(page: Page) -> None:
    expect(page.get_by_role("region", name="通话").get_by_text("通话中")).to_be_visible(timeout=BACK)
    softphone.hears(page)


def records(portal: PortalApi, person: Person) -> list[dict[str, object]]:
    items = portal.call("GET", "/admin/call-records")["items"]
    return [each for each in items if person.number in (each["from_number"], each["to_number"])]


class TestAPageIsLoadedAgain:
    @pytest.mark.parametrize("who", ["caller", "called"])
    def test_the_call_is_back_each_time(
        self, portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person, who: str
    ) -> None:
        caller, called = open_client(alice), open_client(bob)
        talk(caller, called, bob.number)
        page, other = (caller, called) if who == "caller" else (called, caller)
        asked: list[str] = []

        def leave(dialog: Dialog) -> None:
            asked.append(dialog.type)
            dialog.accept()

        page.on("dialog", leave)
        for count in range(1, RELOADS + 1):
            page.reload()
            assert asked == ["beforeunload"] * count
            expect(other.get_by_role("region", name="通话")).not_to_contain_text("正在等待对方返回", timeout=BACK)
            is_back(page)
            softphone.hears(other)
        assert len(portal.call("GET", "/admin/calls")["items"]) == 1
        softphone.hang_up(page)
        softphone.no_call(other)
        softphone.no_call(page)
        expect(page.get_by_role("region", name="通话")).to_have_count(0, timeout=10_000)
        assert len(records(portal, alice)) == 1

    def test_who_waits_is_told_and_hears_music(self, open_client: OpenClient, alice: Person, bob: Person) -> None:
        caller, called = open_client(alice), open_client(bob)
        talk(caller, called, bob.number)
        address = called.url
        called.on("dialog", lambda dialog: dialog.accept())
        called.goto("about:blank")
        expect(caller.get_by_role("region", name="通话")).to_contain_text("正在等待对方返回", timeout=BACK)
        softphone.hears(caller)
        called.goto(address)
        is_back(called)
        softphone.hears(caller)
        softphone.hang_up(caller)

    def test_a_page_that_crashed_is_come_back_to_from_another_tab(
        self, chromium: Browser, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        caller = open_client(alice)
        others = renderers(chromium)
        called = open_client(bob)
        talk(caller, called, bob.number)
        address, context = called.url, called.context
        for pid in renderers(chromium) - others:
            os.kill(pid, signal.SIGKILL)
        another = context.new_page()
        another.goto(address)
        another.get_by_role("button", name="回到通话").click(timeout=BACK)
        is_back(another)
        softphone.hears(caller)
        softphone.hang_up(another)
        softphone.no_call(caller)


def renderers(chromium: Browser) -> set[int]:
    """Return the processes that render the pages."""
    found = chromium.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return {each["id"] for each in found if each["type"] == "renderer"}


class TestTheOtherSide:
    def test_a_held_user_is_told(self, open_client: OpenClient, alice: Person, bob: Person) -> None:
        caller, called = open_client(alice), open_client(bob)
        talk(caller, called, bob.number)
        for page, other in ((caller, called), (called, caller)):
            softphone.press(page, "保持")
            expect(other.get_by_role("region", name="通话")).to_contain_text("对方已保持通话")
            softphone.press(page, "恢复")
            expect(other.get_by_role("region", name="通话")).not_to_contain_text("对方已保持通话")
        softphone.hang_up(caller)

    def test_nginx_that_is_started_again_is_not_heard(
        self, product: Product, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        """Audio does not go through nginx: nobody is put on hold, and the call can be ended afterwards."""
        caller, called = open_client(alice), open_client(bob)
        talk(caller, called, bob.number)
        parts = json.loads((product.home / "run.json").read_text())["parts"]
        os.kill(parts["nginx"]["pid"], signal.SIGKILL)
        for _ in range(4):
            softphone.hears(caller)
            softphone.hears(called)
        for page in (caller, called):
            softphone.is_ready(page)
            softphone.in_call(page)
        softphone.hears(caller)
        softphone.hang_up(called)
        softphone.no_call(caller)


class TestDevices:
    def test_a_microphone_that_is_unplugged_is_replaced(
        self, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        caller, called = open_client(alice, script=HANDLES), open_client(bob)
        talk(caller, called, bob.number)
        caller.evaluate(UNPLUG)
        expect(caller.get_by_text("麦克风已断开，正在使用“")).to_be_visible()
        softphone.hears(called)
        caller.evaluate("""() => { navigator.mediaDevices.getUserMedia = () =>
            Promise.reject(new DOMException("Requested device not found", "NotFoundError")) }""")
        caller.evaluate(UNPLUG)
        expect(caller.get_by_text("对方听不到你的声音")).to_be_visible()
        softphone.in_call(caller)
        softphone.hang_up(caller)

    def test_another_microphone_counts_at_once(self, open_client: OpenClient, alice: Person, bob: Person) -> None:
        caller, called = open_client(alice, script=HANDLES), open_client(bob)
        talk(caller, called, bob.number)
        caller.get_by_role("link", name="设置").first.click()
        choice = caller.get_by_role("combobox", name="麦克风")
        expect(choice.locator("option").nth(1)).to_be_attached()  # the browser has listed the devices
        names = choice.locator("option").all_inner_texts()
        choice.select_option(names[-1])
        caller.wait_for_function("(name) => tracks.at(-1).label === name && tracks.length === 2", arg=names[-1])
        assert caller.evaluate("() => tracks.map((track) => track.readyState)") == ["ended", "live"]
        softphone.hears(called)
        softphone.hang_up(called)


class TestNothingStopsACall:
    def test_a_notification_that_the_browser_refuses(self, open_client: OpenClient, alice: Person, bob: Person) -> None:
        """Chrome on Android: `new Notification()` throws."""
        refuses = """
          Object.defineProperty(document, "hidden", { get: () => true });
          window.Notification = class { constructor() { throw new TypeError("Illegal constructor"); } };
          window.Notification.permission = "granted";
          ServiceWorkerRegistration.prototype.showNotification = function (title, options) {
            window.shown = [title, options.tag];
            return Promise.resolve();
          };
        """
        caller, called = open_client(alice), open_client(bob, script=refuses)
        called.wait_for_function("() => navigator.serviceWorker.ready.then((one) => one.active !== null)")
        softphone.dial(caller, bob.number)
        softphone.rings(called, alice.name)
        expect(caller.get_by_role("region", name="通话")).to_contain_text("对方正在响铃")
        called.wait_for_function("() => window.shown")
        assert called.evaluate("() => window.shown[0]") == f"{alice.name} 来电"
        softphone.answer(called)
        softphone.hears(caller)
        softphone.hang_up(caller)

    def test_a_browser_that_tells_nothing_of_its_codecs(
        self, portal: PortalApi, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        """Firefox ESR: no getCapabilities, no setCodecPreferences."""
        lacks = """
          delete RTCRtpReceiver.getCapabilities;
          delete RTCRtpSender.getCapabilities;
          delete RTCRtpTransceiver.prototype.setCodecPreferences;
        """
        for person in (alice, bob):
            settings.change(portal, person, "mobile", codec="pcma")
        caller = open_client(alice, kind="mobile", script=lacks)
        called = open_client(bob, kind="mobile", script=lacks)
        talk(caller, called, bob.number)
        softphone.hang_up(called)
        softphone.no_call(caller)

    def test_sound_that_the_system_took_away_comes_back_with_a_touch(
        self, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        """An iPhone does so for a telephone call of its own."""
        caller, called = open_client(alice, script=HANDLES), open_client(bob)
        talk(caller, called, bob.number)
        caller.evaluate("() => Promise.all(contexts.map((context) => context.suspend()))")
        banner = caller.get_by_text("轻触以恢复声音")
        expect(banner).to_be_visible()
        caller.get_by_role("heading").first.click()
        expect(banner).to_have_count(0)
        caller.wait_for_function("() => contexts.every((context) => context.state === 'running')")
        softphone.hang_up(caller)
