"""The core records a caller's message after the tone, into the folder that the brain watches."""

from __future__ import annotations

import asyncio
import wave

import numpy as np

from linkus.voicemail.files import MessageFiles
from tests.calls.conftest import MakePhone, MakeRtp
from tests.calls.engine import Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.media import share

VOICE = 700


async def test_voicemail_records_a_message(
    engine: Engine, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str
) -> None:
    brain.decide = lambda question: {
        "action": "voicemail", "mailbox": "1002", "cid_num": question["from"], "language": "zh-CN",
    }  # fmt: skip
    files = MessageFiles(engine.layout.voicemail_box, engine.layout.home / "voicemail")
    phone, mouth = await make_phone(number), await rtp()
    call = await phone.call("1002", mouth.offer())
    mouth.connect((await call.response(200)).body)
    async with asyncio.timeout(20):  # the prompt, and the tone at its end
        while not list(files.box.glob("*.wav")):
            await asyncio.sleep(0.1)
    mouth.play(VOICE)
    await asyncio.sleep(3)
    await call.bye()
    assert list(files.complete()) == []  # the file may still grow
    async with asyncio.timeout(10):
        while not (found := list(files.complete())):
            await asyncio.sleep(0.1)
    [recording] = found
    assert (recording.mailbox, recording.caller, recording.call_id) == ("1002", number, brain.questions[-1]["call"])
    assert 2.5 <= recording.seconds <= 6
    with wave.open(str(recording.path)) as file:
        assert (file.getframerate(), file.getnchannels()) == (8000, 1)
        samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
    assert share(samples[-12_000:-4_000], VOICE) > 0.8
    recording.path.unlink()


async def test_voicemail_keeps_no_silent_message(
    engine: Engine, brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str
) -> None:
    brain.decide = lambda question: {"action": "voicemail", "mailbox": "1002", "language": "en"}
    files = MessageFiles(engine.layout.voicemail_box, engine.layout.home / "voicemail")
    phone, mouth = await make_phone(number), await rtp()
    call = await phone.call("1002", mouth.offer())
    await call.response(200)
    await asyncio.sleep(1)
    await call.bye()
    await asyncio.sleep(1)
    assert list(files.box.glob("*.wav")) == []
