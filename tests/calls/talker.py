"""Acts as a telephone in a call: plays a tone, hears the other side, and answers a new media offer."""

from __future__ import annotations

import asyncio

from tests.calls.media import Rtp, share
from tests.calls.sip import Agent, Call

LOW_TONE_HERTZ, HIGH_TONE_HERTZ = 500, 900
HEARD_SECONDS = 0.3


class Talker:
    def __init__(self, call: Call, media: Rtp, hears: int) -> None:
        self.call, self.media, self._hears = call, media, hears
        self._task = asyncio.create_task(self._answer())

    async def _answer(self) -> None:
        while True:
            request = await self.call.requests.get()
            if request.method == "INVITE":
                self.media.connect(request.body)
                await self.call.reply(request, 200, "OK", self.media.offer())

    async def hears(self, seconds: float) -> None:
        """Wait until the other side's tone is heard."""
        async with asyncio.timeout(seconds):
            while share(self.media.heard(HEARD_SECONDS), self._hears) < 0.7:
                await asyncio.sleep(0.05)

    def close(self) -> None:
        self._task.cancel()


def connect(outgoing: Call, mouth: Rtp, answer: str, incoming: Call, ear: Rtp) -> tuple[Talker, Talker]:
    """Connect the media of both sides. `answer` is the SDP that the caller got."""
    mouth.connect(answer)
    ear.connect(incoming.body)
    mouth.play(LOW_TONE_HERTZ)
    ear.play(HIGH_TONE_HERTZ)
    return Talker(outgoing, mouth, HIGH_TONE_HERTZ), Talker(incoming, ear, LOW_TONE_HERTZ)


async def talking(one: Agent, two: Agent, number: str, mouth: Rtp, ear: Rtp) -> tuple[Talker, Talker]:
    """Let `one` call `two`, and wait until they hear each other."""
    outgoing = await one.call(number, mouth.offer())
    incoming = await two.next_call()
    await incoming.answer(200, "OK", ear.offer())
    answered = await outgoing.response(200)
    await asyncio.wait_for(incoming.acknowledged.wait(), 5)
    ends = connect(outgoing, mouth, answered.body, incoming, ear)
    await asyncio.gather(*(end.hears(10) for end in ends))
    return ends
