"""A caller in a browser calls somebody on a call: the audio and the texts that they get, in the caller's language."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client import listening, settings
from tests.browser.client.conftest import OpenClient
from tests.browser.client.test_call_waiting import choose
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.walk import softphone
from tests.walk.browser import wait_until
from tests.whole.recognise import HEARD_IN_PIECES, LEAD, likeness_in_pieces, likenesses, which

PROMPTS = ("busy", "call-waiting", "unavailable")
PROMPT_SECONDS = 10.0  # the longest prompt, and the delay of a busy machine
MIN_SAMPLES = 40_000  # samples, five seconds: four of speech


@pytest.fixture
def chinese(portal: PortalApi) -> Person:
    return portal.add_user("赵", "敏", language="zh-CN")


@pytest.fixture
def english(portal: PortalApi) -> Person:
    return portal.add_user("Smith", "Ann", language="en")


def wait_heard(page: Page, product: Product, language: str, name: str) -> None:
    """Wait until the browser has received this prompt, in this language and no other."""
    found: dict[tuple[str, str], float] = {}

    def is_heard() -> bool:
        heard = listening.sound(page)
        if len(heard) < MIN_SAMPLES:
            return False
        found.update(likenesses(heard, product.home / "prompts", PROMPTS, likeness_in_pieces))
        return which(found, HEARD_IN_PIECES, LEAD) == (language, name)

    try:
        wait_until(is_heard, f"{name} is heard in {language}", page, PROMPT_SECONDS)
    except AssertionError as error:
        heard = listening.sound(page)
        error.add_note(f"{len(heard) / 8000:.1f} s were heard: {found}\n{listening.describe(page)}")
        raise


@pytest.mark.manual("CW-2")
def test_with_call_waiting_off_a_browser_hears_busy_and_then_gets_486(
    product: Product,
    portal: PortalApi,
    open_client: OpenClient,
    alice: Person,
    bob: Person,
    chinese: Person,
    english: Person,
) -> None:
    settings.change(portal, alice, call_waiting=False)
    callee, first = open_client(alice), open_client(bob)
    softphone.dial(first, alice.number)
    softphone.answer(callee)
    softphone.in_call(first)
    for person in (chinese, english):  # one after the other: a busy browser loses pieces of its audio
        page = open_client(person, script=listening.SCRIPT)
        softphone.dial(page, alice.number)
        # The page shows the reason for six seconds. On a busy machine, comparing the recorded audio takes longer.
        expect(page.get_by_role("region", name="通话")).to_contain_text("对方正在通话中", timeout=20_000)
        wait_heard(page, product, person.language, "busy")
        *early, last = listening.answers(page)
        assert early
        assert all(each == {"status": 183, "sdp": True} for each in early)
        assert last["status"] == 486
    # The user in the call heard nothing of it, and talks on.
    expect(callee.get_by_role("alertdialog")).to_have_count(0)
    softphone.hears(callee)


@pytest.mark.manual("CW-3")
def test_with_call_waiting_on_a_browser_is_asked_to_wait_until_it_is_taken(
    product: Product,
    portal: PortalApi,
    open_client: OpenClient,
    alice: Person,
    bob: Person,
    chinese: Person,
    english: Person,
) -> None:
    callee, first = open_client(alice, tones=True), open_client(bob)
    softphone.dial(first, alice.number)
    softphone.answer(callee)
    softphone.in_call(first)
    settings.forget_tones(callee)
    for person, choice in ((chinese, "拒接"), (english, "挂断并接听")):
        caller = open_client(person, script=listening.SCRIPT)
        softphone.dial(caller, alice.number)
        softphone.rings(callee, person.name)
        wait_until(lambda: settings.WAITING in settings.tones(callee), "the waiting tone sounds", callee)
        wait_heard(caller, product, person.language, "call-waiting")
        assert [each["status"] for each in listening.answers(caller) if each["sdp"]]
        assert all(each["status"] < 200 for each in listening.answers(caller))
        choose(callee, choice)
        window = caller.get_by_role("region", name="通话")
        expect(window).to_contain_text("对方已拒接" if choice == "拒接" else "通话中")
    softphone.hears(caller)
    softphone.hears(callee)
