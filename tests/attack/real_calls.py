"""Places real calls between two phones, with speech in both directions, during an attack."""

from __future__ import annotations

import asyncio
import contextlib
import time
from typing import Protocol

from tests.attack.stalls import Stalls
from tests.calls.engine import Engine
from tests.calls.media import Rtp, share
from tests.calls.sip import Agent, Call

CALL_EVERY_SECONDS = 3.0
TONES = (440, 1000)
SECONDS_UNTIL_HEARD = 8.0
REGISTER_EVERY_SECONDS = 100.0  # registrations last 300 s, and a storm may last an hour


class CallReport(Protocol):
    calls: int
    failed_calls: list[str]


class RealCalls:
    def __init__(self, engine: Engine, caller: Agent, called: Agent, caller_rtp: Rtp, called_rtp: Rtp) -> None:
        self.engine = engine
        self.caller, self.called, self.caller_rtp, self.called_rtp = caller, called, caller_rtp, called_rtp
        self.number = called.aor.partition(".")[0]
        self.outgoing: Call | None = None

    def is_own(self, dialled: str) -> bool:
        return dialled == self.number

    async def place(self, until: float, report: CallReport) -> None:
        stalls = Stalls()
        stalls.start()
        try:
            await self._place(until, report, stalls)
        finally:
            stalls.stop()

    async def _place(self, until: float, report: CallReport, stalls: Stalls) -> None:
        started, registered = time.monotonic(), 0.0  # an hour's storm rests between its parts: register first
        while time.monotonic() < until:
            begun = time.monotonic()
            stalls.forget()
            if begun - registered > REGISTER_EVERY_SECONDS:
                for phone in (self.caller, self.called):
                    assert (await phone.register()).status == 200
                registered = begun
            report.calls += 1
            try:
                async with asyncio.timeout(20):
                    await self.one()
            except Exception as error:  # noqa: BLE001 for any error the call failed, and the report says so
                what = f"after {time.monotonic() - started:.0f} s: {type(error).__name__}: {error} ({stalls})"
                report.failed_calls += [what, *self._log_of_call()]
                await self._hang_up()
            for phone, rtp in ((self.caller, self.caller_rtp), (self.called, self.called_rtp)):
                phone.forget()
                del rtp.packets[:-1000]
            await asyncio.sleep(max(0.0, begun + CALL_EVERY_SECONDS - time.monotonic()))

    async def _hear_each_other(self) -> None:
        """Wait for both tones. The storm's senders share this process and delay its packets."""
        async with asyncio.timeout(SECONDS_UNTIL_HEARD):
            while min(share(self.called_rtp.heard(0.8), TONES[0]), share(self.caller_rtp.heard(0.8), TONES[1])) < 0.8:
                await asyncio.sleep(0.1)

    def _log_of_call(self) -> list[str]:
        """Return what edge and core have logged of the call: after an hour nobody finds it in the logs."""
        if self.outgoing is None:
            return []
        lines = [line for part in ("kamailio", "asterisk") for line in self.engine.log(part).splitlines()]
        return [line for line in lines if self.outgoing.call_id in line][-10:]

    async def _hang_up(self) -> None:
        """End a call that failed, so that the next one begins with idle phones."""
        if self.outgoing is not None:
            with contextlib.suppress(TimeoutError, AssertionError):
                await (self.outgoing.bye() if self.outgoing.target else self.outgoing.cancel())
        await asyncio.sleep(1)  # the INVITE or its end may still be on the way to the called phone
        while not self.called.incoming.empty():
            await self.called.incoming.get_nowait().answer(486, "Busy Here")

    async def one(self) -> None:
        self.outgoing = None
        outgoing = self.outgoing = await self.caller.call(self.number, self.caller_rtp.offer())
        incoming = await self.called.next_call()
        await incoming.answer(180, "Ringing")
        await incoming.answer(200, "OK", self.called_rtp.offer())
        answered = await outgoing.response(200)
        self.caller_rtp.connect(answered.body)
        self.called_rtp.connect(incoming.body)
        self.caller_rtp.play(TONES[0])
        self.called_rtp.play(TONES[1])
        try:
            await self._hear_each_other()
        finally:
            self.caller_rtp.stop()
            self.called_rtp.stop()
        await outgoing.bye()
        await asyncio.wait_for(incoming.ended, 5)
        self.caller_rtp.packets.clear()
        self.called_rtp.packets.clear()
