"""Watches idle web clients on a busy machine: whether a page says that it is ready while no call can reach it."""

from __future__ import annotations

import multiprocessing
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from playwright.sync_api import Error, Page, expect
from playwright.sync_api import TimeoutError as PageTimeout

from tests.browser.portal_api import PortalApi

READY = "已就绪"
LOOK_SECONDS = 15
RINGS_SECONDS = 10  # a call to a client whose connection has just died waits until it has another
CALL_END_TIMEOUT_MS = 60_000  # pages draw slowly on a busy machine; only the ringing is measured
HOGS_A_PROCESSOR = 2


@dataclass(frozen=True, slots=True)
class Idle:
    """An idle page, and its extension."""

    page: Page
    number: str


@dataclass(slots=True)
class Findings:
    clients: int
    seconds: float = 0.0
    looks: int = 0  # one client each
    not_ready: int = 0  # looks at which a client said that it cannot be called
    false_ready: int = 0  # looks at which a client said Ready while the server knew it was lost, twice in a row
    calls: int = 0
    unheard: int = 0  # calls that did not ring at a client that said Ready

    def __str__(self) -> str:
        return (
            f"{self.clients} clients, {self.seconds:.0f} s: {self.looks} looks, {self.not_ready} not ready, "
            f"{self.false_ready} false Ready; {self.calls} calls, {self.unheard} unheard"
        )


def _burn() -> None:
    while True:
        pass


@contextmanager
def hog() -> Iterator[None]:
    """Keep all processors busy with other work."""
    processes = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(HOGS_A_PROCESSOR * _processors())]
    for process in processes:
        process.start()
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.join()


def _processors() -> int:
    return len(os.sched_getaffinity(0))


def says_ready(page: Page) -> bool:
    """Return whether a page says Ready. A page that does not draw within LOOK_SECONDS counts as not ready."""
    try:
        return READY in (page.get_by_role("status").first.text_content(timeout=LOOK_SECONDS * 1000) or "")
    except PageTimeout:
        sys.stderr.write(f"a page shows no state: {page.url} {_text_of(page)}\n")
        return False


def _text_of(page: Page) -> str:
    try:
        return repr(page.locator("body").inner_text(timeout=LOOK_SECONDS * 1000)[:500])
    except Error as error:
        return str(error).splitlines()[0]


def watch(portal: PortalApi, idle: Sequence[Idle], caller: Page, seconds: float) -> Findings:
    """Look at every client about once a second, compare with the server's state, and call one now and then."""
    findings = Findings(len(idle))
    began = time.monotonic()
    lying: set[str] = set()
    next_call = began + 5
    while (passed := time.monotonic() - began) < seconds:
        online = _online(portal)
        before, lying = lying, set()
        for client in idle:
            findings.looks += 1
            if not says_ready(client.page):
                findings.not_ready += 1
            elif client.number not in online:
                lying.add(client.number)
                findings.false_ready += client.number in before
        if time.monotonic() >= next_call:
            _call(caller, random.choice(list(idle)), findings)  # noqa: S311 any client will do
            next_call = time.monotonic() + 10
        findings.seconds = passed
        time.sleep(0.5)
    return findings


def _online(portal: PortalApi) -> set[str]:
    return {each["number"] for each in portal.call("GET", "/admin/extensions?online=web&page_size=200")["items"]}


def _call(caller: Page, client: Idle, findings: Findings) -> None:
    """Call a client as a proof: if it says Ready, it must ring."""
    if not says_ready(client.page):
        return
    findings.calls += 1
    caller.get_by_role("link", name="拨号盘").click()
    caller.get_by_role("textbox", name="号码").fill(client.number)
    caller.get_by_role("button", name="呼叫", exact=True).click()
    try:
        expect(client.page.get_by_role("alertdialog")).to_be_visible(timeout=RINGS_SECONDS * 1000)
    except (AssertionError, Error):
        findings.unheard += 1
    _hang_up(caller)
    expect(client.page.get_by_role("alertdialog")).to_have_count(0, timeout=CALL_END_TIMEOUT_MS)


def _hang_up(caller: Page) -> None:
    """End the call. The button is pressed by script: on a busy machine a page can take minutes until it has drawn what
    the mouse would hit, and only the ringing is measured."""
    button = caller.get_by_role("button", name="挂断")
    until = time.monotonic() + CALL_END_TIMEOUT_MS / 1000
    while button.count() and time.monotonic() < until:
        with suppress(Error):  # the call has ended meanwhile
            button.first.evaluate("button => button.click()", timeout=1000)
    expect(button).to_have_count(0, timeout=CALL_END_TIMEOUT_MS)
