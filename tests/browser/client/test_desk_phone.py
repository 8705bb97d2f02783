"""A web client and a desk phone: Opus on one side, G.711 on the other."""

from __future__ import annotations

import time

import pytest

from tests.browser.client.conftest import MakeDeskPhone, OpenClient
from tests.browser.portal_api import Person
from tests.walk import softphone
from tests.walk.desk_phone import share_of_tone

MICROPHONE_HERTZ = 440
SPEECH_SECONDS = 2.0


@pytest.mark.manual("OV-1")
def test_the_web_client_calls_the_phone_and_sends_keys(
    open_client: OpenClient, desk_phone: MakeDeskPhone, alice: Person, carol: Person
) -> None:
    page, phone = open_client(alice), desk_phone(carol)
    softphone.dial(page, carol.number)
    phone.wait_for("CALL_INCOMING")
    phone.answer()
    softphone.in_call(page)
    softphone.hears(page)
    softphone.press(page, "拨号盘")
    keys = page.get_by_role("region", name="通话")
    for key in ("1", "#"):
        keys.get_by_role("button", name=key, exact=True).click()
        assert phone.wait_for("CALL_DTMF_START")["param"] == key
        phone.wait_for("CALL_DTMF_END")
    time.sleep(SPEECH_SECONDS)
    softphone.hang_up(page)
    phone.wait_for("CALL_CLOSED")
    assert share_of_tone(phone.recording(), MICROPHONE_HERTZ) > 0.5


@pytest.mark.manual("OV-1")
def test_the_phone_calls_the_web_client(
    open_client: OpenClient, desk_phone: MakeDeskPhone, alice: Person, carol: Person
) -> None:
    page, phone = open_client(alice), desk_phone(carol)
    phone.dial(alice.number)
    softphone.rings(page, carol.name)
    softphone.answer(page)
    phone.wait_for("CALL_ESTABLISHED")
    softphone.hears(page)
    time.sleep(SPEECH_SECONDS)
    phone.hang_up()
    softphone.no_call(page)
    assert share_of_tone(phone.recording(), MICROPHONE_HERTZ) > 0.5
