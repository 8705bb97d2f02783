"""Opus over DTLS-SRTP in a real browser, G.711 over RTP at a desk phone, and the core between them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from tests.calls.browser import FLAGS, BrowserMedia
from tests.calls.conftest import MakeClient, MakePhone, MakeRtp, MediaFreed
from tests.calls.fake_brain import FakeBrain
from tests.calls.media import share

pytestmark = pytest.mark.browser


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield browser
        await browser.close()


class TestTranscoding:
    async def test_browser_calls_a_desk_phone(
        self,
        browser: Browser,
        make_client: MakeClient,
        make_phone: MakePhone,
        rtp: MakeRtp,
        media_freed: MediaFreed,
        number: str,
        another: str,
    ) -> None:
        client, phone, mouth = await make_client(number), await make_phone(another), await rtp()
        media = await BrowserMedia.open(browser, 700)
        call = await client.call(another, await media.offer())
        incoming = await phone.next_call()
        await incoming.answer(180, "Ringing")
        await incoming.answer(200, "OK", mouth.offer("0 101", ("0 PCMU/8000",)))
        answered = await call.response(200)
        await media.accept(answered.body)
        mouth.connect(incoming.body)
        mouth.play(1000)
        await media.wait_connected()
        await asyncio.sleep(2)
        assert share(mouth.heard(), 700) > 0.9
        hertz, decibel = await media.heard()
        assert hertz == pytest.approx(1000, abs=20)
        assert decibel > -60
        found = await media.statistics()
        assert found["codec"] == "audio/opus"
        assert found["dtls"] == "connected"
        assert found["lost"] == 0
        await call.bye()
        await media.close()
        await media_freed()

    async def test_desk_phone_calls_a_browser(
        self,
        browser: Browser,
        brain: FakeBrain,
        make_client: MakeClient,
        make_phone: MakePhone,
        rtp: MakeRtp,
        media_freed: MediaFreed,
        number: str,
        another: str,
    ) -> None:
        brain.decide = lambda _: {"action": "dial", "targets": [f"{another}.web"], "timeout": 20}
        client, phone, mouth = await make_client(another), await make_phone(number), await rtp()
        media = await BrowserMedia.open(browser, 700)
        call = await phone.call(another, mouth.offer("0 101", ("0 PCMU/8000",)))
        incoming = await client.next_call()
        await incoming.answer(180, "Ringing")
        await incoming.answer(200, "OK", await media.answer(incoming.body))
        answered = await call.response(200)
        mouth.connect(answered.body)
        mouth.play(1000)
        await media.wait_connected()
        await asyncio.sleep(2)
        assert share(mouth.heard(), 700) > 0.9
        assert (await media.heard())[0] == pytest.approx(1000, abs=20)
        # Hold and resume: the browser's connection survives a new offer from the core's side.
        held = await call.ask("INVITE", mouth.offer("0 101", ("0 PCMU/8000",)).replace("a=sendrecv", "a=sendonly"))
        assert held.status == 200
        back = await call.ask("INVITE", mouth.offer("0 101", ("0 PCMU/8000",)))
        assert back.status == 200
        await asyncio.sleep(1.5)
        assert share(mouth.heard(), 700) > 0.9
        assert (await media.heard())[0] == pytest.approx(1000, abs=20)
        await incoming.bye()
        await media.close()
        await media_freed()

    async def test_browsers_hear_each_other(
        self,
        browser: Browser,
        brain: FakeBrain,
        make_client: MakeClient,
        number: str,
        another: str,
    ) -> None:
        brain.decide = lambda _: {"action": "dial", "targets": [f"{another}.web"], "timeout": 20}
        caller, called = await make_client(number), await make_client(another)
        one, other = await BrowserMedia.open(browser, 700), await BrowserMedia.open(browser, 1500)
        call = await caller.call(another, await one.offer())
        incoming = await called.next_call()
        await incoming.answer(200, "OK", await other.answer(incoming.body))
        await one.accept((await call.response(200)).body)
        await one.wait_connected()
        await other.wait_connected()
        await asyncio.sleep(1.5)
        assert (await one.heard())[0] == pytest.approx(1500, abs=20)
        assert (await other.heard())[0] == pytest.approx(700, abs=20)
        await call.bye()
        await one.close()
        await other.close()

    async def test_early_media_reaches_a_browser(
        self, browser: Browser, brain: FakeBrain, make_client: MakeClient, number: str, another: str
    ) -> None:
        brain.decide = lambda _: {"action": "prompt", "prompt": "busy", "cause": 17, "language": "en"}
        client, media = await make_client(number), await BrowserMedia.open(browser, 700)
        call = await client.call(another, await media.offer())
        await media.accept((await call.response(183)).body)
        await media.wait_connected()
        loudest = -200.0
        for _ in range(20):
            await asyncio.sleep(0.1)
            loudest = max(loudest, (await media.heard())[1])
        assert loudest > -60
        await call.cancel()
        await call.response(487)
        await media.close()
