"""A caller from outside leaves a message. The page is notified, plays it and deletes it."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.client.conftest import OpenClient
from tests.browser.portal_api import Person, PortalApi
from tests.browser.product import Product
from tests.support.workers import port_of_worker
from tests.walk.browser import wait_until
from tests.walk.desk_phone import DeskPhone
from tests.walk.tone import write_phone_tone

CALLER, DID = "13800138000", "02155550123"
HERTZ = 600
SPEECH_SECONDS = 3.0
NARROW_WIDTH = 390
# The sound that the page really plays: the strongest pitch at its loudspeaker, 0 for silence.
LISTEN = """() => {
  const context = new AudioContext();
  const ear = context.createAnalyser();
  ear.fftSize = 4096;
  context.createMediaElementSource(document.querySelector("audio")).connect(ear).connect(context.destination);
  window.pitch = () => {
    const found = new Float32Array(ear.frequencyBinCount);
    ear.getFloatFrequencyData(found);
    const best = found.reduce((top, value, at) => (value > found[top] ? at : top), 0);
    return found[best] > -60 ? (best * context.sampleRate) / ear.fftSize : 0;
  };
}"""


@pytest.fixture
def caller(product: Product, tmp_path: Path) -> Iterator[DeskPhone]:
    """Return a telephone behind a provider."""
    tone = write_phone_tone(tmp_path / "tone.wav", HERTZ)
    with DeskPhone(tmp_path / "outside", port_of_worker(15200), tone) as phone:
        phone.start_outside(product.host, CALLER)
        yield phone


@pytest.fixture
def mailbox(portal: PortalApi, alice: Person, caller: DeskPhone) -> Iterator[Person]:
    """Route calls to the DID to this person's voicemail."""
    trunk = {"name": "留言", "kind": "peer", "host": caller.address}
    trunk_id = portal.call("POST", "/admin/trunks", trunk)["id"]
    route = {"name": "留言", "did_number": DID, "destination": "voicemail", "extension_id": alice.id}
    portal.call("POST", "/admin/inbound-routes", {**route, "trunk_id": trunk_id})
    yield alice
    portal.call("DELETE", f"/admin/trunks/{trunk_id}")  # and its route with it


def leave_message(product: Product, caller: DeskPhone, page: Page) -> None:
    box = product.home / "engine" / "run" / "asterisk" / "voicemail"
    caller.dial(f"sip:{DID}@{product.host}")
    caller.wait_for("CALL_ESTABLISHED")
    wait_until(lambda: any(box.glob("*.wav")), "after prompt and tone it is recorded", page, 20)
    time.sleep(SPEECH_SECONDS)
    caller.hang_up()


def test_a_message_arrives_is_heard_and_deleted(
    product: Product, portal: PortalApi, open_client: OpenClient, mailbox: Person, caller: DeskPhone
) -> None:
    page = open_client(mailbox)
    page.get_by_role("link", name="语音信箱").click()
    expect(page.get_by_text("还没有留言")).to_be_visible()
    leave_message(product, caller, page)

    expect(page.get_by_role("status", name="1 条新留言")).to_be_visible(timeout=30_000)
    page.get_by_role("link", name=re.compile(f"^{CALLER}，新留言，00:0[2-5]，")).click()
    expect(page.get_by_role("heading", name=CALLER)).to_be_visible()
    position = page.get_by_role("slider", name="播放位置")
    expect(position).to_have_attribute("aria-valuetext", re.compile(r"^00:00，共 00:0[2-5]$"))
    page.evaluate(LISTEN)
    page.get_by_role("button", name="播放", exact=True).press("Enter")
    wait_until(lambda: abs(float(page.evaluate("window.pitch()")) - HERTZ) < 30, "the caller is heard", page)
    page.get_by_role("button", name="暂停").press("Enter")

    # heard after it was played, here and on the server
    expect(page.get_by_role("status", name="1 条新留言")).to_have_count(0)
    expect(page.get_by_role("link", name=re.compile(f"^{CALLER}，已听，"))).to_be_visible()
    position.press("Home")
    position.press("ArrowRight")
    expect(position).to_have_attribute("aria-valuetext", re.compile("^00:02，"))
    assert page.evaluate("document.querySelector('audio').currentTime") == 2

    page.set_viewport_size({"width": NARROW_WIDTH, "height": 844})
    expect(page.get_by_role("button", name="回拨", exact=True)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW_WIDTH
    page.get_by_role("button", name="删除", exact=True).click()
    question = page.get_by_role("group", name=re.compile(f"^删除 {CALLER} 的留言？"))
    expect(question.get_by_role("button", name="删除留言")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("还没有留言")).to_be_visible()
    assert list((product.home / "voicemail").rglob("*.wav")) == []
