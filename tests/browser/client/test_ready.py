"""Ready means ready: the state on the page is correct within ten seconds, and colleagues and the portal agree."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client.conftest import OpenClient
from tests.browser.conftest import OpenPage, sign_in
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.support.idle import Idle, hog, watch
from tests.support.relay import Relay
from tests.walk import softphone

PROMISE_SECONDS = 10
# Every change of the text that says whether calls can be made, with the browser's own time.
SCRIPT = """
window.states = [];
new MutationObserver(() => {
  const said = document.querySelector("[role=status]")?.textContent?.trim();
  if (said && window.states.at(-1)?.said !== said) window.states.push({ said, at: Date.now() });
}).observe(document, { childList: true, subtree: true, characterData: true });
"""

OpenBehind = Callable[[Person], Page]


@pytest.fixture
def relay(product: Product) -> Iterator[Relay]:
    """Run a relay in front of nginx, at its own address."""
    last = int(product.host.rpartition(".")[2])
    with Relay((f"127.0.1.{last}", 8088), (product.host, 8088)) as relay:
        relay.address = f"http://127.0.1.{last}:8088"  # type: ignore[attr-defined]
        yield relay


@pytest.fixture
def open_behind(relay: Relay, open_page: OpenPage) -> OpenBehind:
    """Open a person's client whose connections all go through the relay."""
    address: str = relay.address  # type: ignore[attr-defined]

    def open_behind(person: Person) -> Page:
        page = open_page()
        page.context.add_init_script(SCRIPT)
        sign_in(page, address, person.number, person.password, client_kind="web")
        page.goto(address)
        softphone.is_ready(page)
        return page

    return open_behind


def states(page: Page, since: float) -> list[dict[str, Any]]:
    """Return the states that the page has shown since then."""
    return [each for each in page.evaluate("() => states") if each["at"] >= since * 1000]


def says_otherwise(page: Page, since: float) -> None:
    """Check that within ten seconds after `since` the page shows another state than Ready."""
    page.wait_for_function(
        "since => states.some(({ said, at }) => said !== '已就绪' && at >= since * 1000)",
        arg=since,
        timeout=PROMISE_SECONDS * 1000 + 5000,
    )
    first = next(each for each in states(page, since) if each["said"] != "已就绪")
    assert first["at"] / 1000 - since < PROMISE_SECONDS


class TestDeadPath:
    def test_a_call_in_the_moment_of_the_loss_rings(
        self, relay: Relay, open_behind: OpenBehind, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        """The browser's connections die silently, as behind a router that has forgotten them."""
        page, caller = open_behind(alice), open_client(bob)
        relay.freeze()
        since = time.time()
        softphone.dial(caller, alice.number)
        says_otherwise(page, since)
        softphone.rings(page, bob.name)
        softphone.answer(page)
        softphone.in_call(page)
        softphone.is_ready(page)
        softphone.hang_up(caller)
        softphone.no_call(page)

    def test_nobody_says_that_a_client_without_a_network_is_there(
        self,
        portal: PortalApi,
        relay: Relay,
        open_behind: OpenBehind,
        open_client: OpenClient,
        alice: Person,
        bob: Person,
    ) -> None:
        page, colleague = open_behind(alice), open_client(bob)
        colleague.get_by_role("searchbox", name="搜索姓名或分机").fill(alice.number)  # the list may be long
        row = colleague.get_by_role("listitem").filter(has_text=alice.number)
        expect(row.get_by_text("在线", exact=True)).to_be_visible()
        relay.cut()
        since = time.time()
        says_otherwise(page, since)
        # the page notices first; the others follow within ten more seconds
        expect(row.get_by_text("离线", exact=True)).to_be_visible(timeout=(PROMISE_SECONDS + 5) * 1000)
        assert time.time() - since < 2 * PROMISE_SECONDS
        online = portal.call("GET", f"/admin/extensions?search={alice.number}")["items"][0]["online"]
        assert not any(online.values())
        relay.mend()
        softphone.is_ready(page)
        expect(row.get_by_text("在线", exact=True)).to_be_visible(timeout=PROMISE_SECONDS * 1000)

    def test_a_call_goes_on_over_the_new_connection(
        self, relay: Relay, open_behind: OpenBehind, open_client: OpenClient, alice: Person, bob: Person
    ) -> None:
        page, other = open_behind(alice), open_client(bob)
        softphone.dial(page, bob.number)
        softphone.answer(other)
        softphone.hears(page)
        since = time.time()
        relay.freeze()
        says_otherwise(page, since)
        softphone.is_ready(page)
        softphone.in_call(page)
        softphone.press(page, "保持")
        softphone.in_call(page, "已保持")
        softphone.hang_up(other)
        softphone.no_call(page)


class TestWhatTheBrowserSays:
    def test_offline_is_shown_at_once_and_online_connects_at_once(self, open_client: OpenClient, alice: Person) -> None:
        page = open_client(alice, script=SCRIPT)
        page.context.set_offline(True)
        expect(page.get_by_role("status").get_by_text("离线", exact=True)).to_be_visible(timeout=2000)
        page.context.set_offline(False)
        softphone.is_ready(page)


# While `away` is set, connections go to an address where nobody answers.
AWAY_SCRIPT = """
window.sockets = [];
window.refused = 0;
window.opened = {};
window.WebSocket = class extends WebSocket {
  constructor(url, ...more) {
    super(window.away ? url.replace("/ws/", "/nowhere/") : url, ...more);
    const isOfEvents = url.endsWith("/ws/events");
    window.sockets.push(this);
    this.addEventListener("open", () => { window.opened[isOfEvents ? "events" : "sip"] = Date.now(); });
    this.addEventListener("error", () => { window.refused += isOfEvents; });
  }
};
"""


def test_when_one_connection_comes_back_the_other_does_not_wait(open_client: OpenClient, alice: Person) -> None:
    page = open_client(alice, script=AWAY_SCRIPT)
    page.evaluate("() => { window.away = true; for (const socket of sockets) socket.close(); }")
    # from now on the next attempt for events is at least four seconds away
    page.wait_for_function("() => refused === 3")
    page.evaluate("() => { window.away = false; window.opened = {}; }")
    page.get_by_role("button", name="立即重试").click()  # of the phone
    page.wait_for_function("() => opened.sip && opened.events")
    opened = page.evaluate("() => opened")
    assert opened["events"] - opened["sip"] < 2_000, opened
    softphone.is_ready(page)


class TestColleagues:
    def test_who_is_added_appears_and_who_is_deleted_goes(
        self, portal: PortalApi, open_client: OpenClient, alice: Person
    ) -> None:
        page = open_client(alice)
        added = portal.add_person("赵", "新来")
        page.get_by_role("searchbox", name="搜索姓名或分机").fill(added.number)  # the list may be long
        row = page.get_by_role("listitem").filter(has_text=added.number)
        expect(row).to_contain_text("赵新来")
        portal.call("POST", "/admin/extensions/delete", {"ids": [added.id]})
        expect(row).to_have_count(0)


def test_idle_clients_on_a_busy_machine(portal: PortalApi, open_client: OpenClient) -> None:
    """Run for a minute what `make test-long` runs for an hour."""
    caller = open_client(portal.add_user())
    people = [portal.add_user() for _ in range(3)]
    idle = [Idle(open_client(person), person.number) for person in people]
    with hog():
        found = watch(portal, idle, caller, 60)
    assert (found.false_ready, found.unheard) == (0, 0), found
    assert found.calls > 0, found
