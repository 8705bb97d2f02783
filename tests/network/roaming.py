"""A browser whose machine has two uplinks, Wi-Fi and cable, that both lead to a server. The other party of its call is
at the server."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Playwright, expect, sync_playwright

from tests.browser.conftest import HEADLESS_SHELL, sign_in
from tests.browser.portal_api import ADMINISTRATOR, PASSWORD, Person, PortalApi
from tests.browser.product import Product
from tests.network.topology import Link, Network, Node
from tests.walk import softphone
from tests.walk.browser import ARGUMENTS, WAIT_MS
from tests.walk.tone import write_tone

SERVER = "10.9.0.5"
GATEWAYS = {"eth0": "10.1.0.1", "eth1": "10.2.0.1"}
ADDRESSES = {"eth0": "10.1.0.20/24", "eth1": "10.2.0.20/24"}
BOTH_NETWORKS_MS = (
    4_000  # as when a cable is plugged in; Chromium on Linux looks at its networks 2 s after they have changed
)

# The longest time without a packet of sound, as counted by the browser, to a twentieth of a second.
GAPS = """
(() => {
  const connections = [];
  const Connection = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Connection {
    constructor(...given) {
      super(...given);
      connections.push(this);
    }
  };
  let last = 0;
  let since = performance.now();
  window.longestGap = 0;
  const look = async () => {
    let count = 0;
    for (const connection of connections)
      (await connection.getStats()).forEach(({ type, packetsReceived }) => {
        if (type === "inbound-rtp") count += packetsReceived;
      });
    const now = performance.now();
    if (count !== last) since = now;
    last = count;
    window.longestGap = Math.max(window.longestGap, now - since);
    setTimeout(look, 50);
  };
  look();
  window.forgetGaps = () => { window.longestGap = 0; since = performance.now(); };
})();
"""


@dataclass
class Roaming:
    """Two people in a call. The network of the first one changes."""

    portal: PortalApi
    mover: Page
    peer: Page
    uplinks: list[Link]
    current: int = 0

    def switch(self) -> None:
        """Change from Wi-Fi to cable, or back. The new uplink is up for some seconds before the old one goes down."""
        old, new = self.uplinks[self.current], self.uplinks[1 - self.current]
        new.up()
        new.add(ADDRESSES[new.name])
        self.mover.wait_for_timeout(BOTH_NETWORKS_MS)
        _route(new)
        old.remove(ADDRESSES[old.name])
        old.down()
        self.current = 1 - self.current

    def lose(self, milliseconds: int) -> None:
        """Take the uplink down for a while, as when a router restarts, and restore it."""
        link = self.uplinks[self.current]
        link.down()
        self.mover.wait_for_timeout(milliseconds)
        link.up()
        _route(link)

    def gaps(self) -> tuple[float, float]:
        """Return the longest times without sound, in seconds, here and there."""
        here, there = (page.evaluate("() => window.longestGap") / 1000 for page in (self.mover, self.peer))
        return here, there

    def forget(self) -> None:
        for page in (self.mover, self.peer):
            page.evaluate("() => forgetGaps()")


def _route(link: Link) -> None:
    link.node.run("ip", "-4", "route", "replace", "default", "via", GATEWAYS[link.name], "dev", link.name)


def _chromium(playwright: Playwright, tone: Path, node: Node, folder: Path) -> Browser:
    """Start Chromium on the machine `node`."""
    starter = folder / f"chromium-{node.name}"
    starter.write_text(f'#!/bin/sh\nexec nsenter --net={node.path} {HEADLESS_SHELL} "$@"\n')
    starter.chmod(0o755)
    return playwright.chromium.launch(
        executable_path=str(starter), args=[*ARGUMENTS, f"--use-file-for-fake-audio-capture={tone}"]
    )


def _client(browser: Browser, address: str, person: Person) -> Page:
    context = browser.new_context(
        ignore_https_errors=True, locale="zh-CN", permissions=["microphone"], reduced_motion="reduce"
    )
    page = context.new_page()
    page.add_init_script(GAPS)
    sign_in(page, address, person.number, person.password, client_kind="web")
    page.goto(address)
    softphone.is_ready(page)
    return page


@contextlib.contextmanager
def roaming(folder: Path, *, both_move: bool = False) -> Iterator[Roaming]:
    """Start a call of two people. With `both_move` they share the uplinks, so both lose their network together."""
    expect.set_options(timeout=WAIT_MS)
    with contextlib.ExitStack() as opened:
        network = opened.enter_context(Network())
        wifi, cable, lan = (network.switch(each) for each in ("wifi", "cable", "lan"))
        server, mover = network.node("server"), network.node("mover")
        server.plug(lan, f"{SERVER}/24")
        server.plug(wifi, "10.1.0.1/24")
        server.plug(cable, "10.2.0.1/24")
        uplinks = [mover.plug(wifi, ADDRESSES["eth0"]), mover.plug(cable)]
        _route(uplinks[0])
        uplinks[1].down()
        with server.inside():
            administrator = {"LINKUS_ADMIN_USERNAME": ADMINISTRATOR, "LINKUS_ADMIN_PASSWORD": PASSWORD}
            product = opened.enter_context(Product(folder / "home", SERVER, scheme="https", **administrator))
            portal = opened.enter_context(PortalApi(product.address, verify=False))
            people = [portal.add_user("王", "小芳"), portal.add_user("李", "建国")]
            playwright = opened.enter_context(sync_playwright())
            tone = write_tone(folder / "tone.wav", hertz=440)
            pages = []
            for node, person in zip((mover, mover if both_move else server), people, strict=True):
                browser = _chromium(playwright, tone, node, folder)
                opened.callback(browser.close)
                pages.append(_client(browser, product.address, person))
            softphone.dial(pages[0], people[1].number)
            softphone.answer(pages[1])
            for page in pages:
                softphone.in_call(page)
                softphone.hears(page)
            yield Roaming(portal, pages[0], pages[1], uplinks)
