"""Measures calls between two browsers over nginx's WebSocket: the time until the called page gets the INVITE."""

from collections.abc import Iterator

from playwright.sync_api import Page

from bench.calls import RINGING_LIMIT_MS
from bench.figures import Figure, percentile
from bench.instance import Instance
from tests.browser.portal_api import PortalApi
from tests.walk import softphone
from tests.walk.browser import Chromium
from tests.walk.tone import write_tone

CALLS = 40
# Records when an INVITE leaves a page and when one arrives, by the clock that both pages share. The difference is the
# time of nginx, edge, core and brain, without the work of either browser.
SCRIPT = """
(() => {
  const now = () => performance.timeOrigin + performance.now();
  window.invites = { sent: [], received: [] };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...given) {
      super(...given);
      this.addEventListener("message", ({ data }) => {
        if (String(data).startsWith("INVITE ")) window.invites.received.push(now());
      });
    }
    send(data) {
      if (String(data).startsWith("INVITE ")) window.invites.sent.push(now());
      super.send(data);
    }
  };
})();
"""


def ringing_browser(instance: Instance) -> Iterator[Figure]:
    """Measure one call at a time on an idle machine: from the caller's first INVITE to the called page's INVITE."""
    folder = instance.home / "bench" / "browsers"
    folder.mkdir(parents=True)
    with PortalApi(instance.portal) as portal, Chromium(write_tone(folder / "tone.wav", hertz=440), folder) as chromium:
        caller, called = _user(chromium, portal), _user(chromium, portal)
        times = [_call(caller, *called) for _ in range(CALLS)]
    yield Figure("invite_to_browser_p95", percentile(times, 0.95), "ms", "limit", RINGING_LIMIT_MS)
    yield Figure("invite_to_browser_p50", percentile(times, 0.5), "ms", "limit", RINGING_LIMIT_MS)


def _user(chromium: Chromium, portal: PortalApi) -> tuple[Page, str]:
    user = portal.add_user()
    page = chromium.person()
    page.context.add_init_script(SCRIPT)
    softphone.sign_in_by_hand(page, portal.address, user.number, user.password)
    softphone.is_ready(page)
    return page, user.number


def _call(caller: tuple[Page, str], page: Page, number: str) -> float:
    """Return the time in milliseconds."""
    calling, name = caller
    for each in (calling, page):
        each.evaluate("() => { invites.sent.length = invites.received.length = 0 }")
    softphone.dial(calling, number)
    softphone.rings(page, name)
    softphone.hang_up(calling)
    for each in (calling, page):
        softphone.no_call(each)
    sent: float = calling.evaluate("() => invites.sent[0]")
    received: float = page.evaluate("() => invites.received[0]")
    return received - sent
