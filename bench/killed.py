"""Kills each part at random moments of a call. Measures the outcome, the time without audio, and the call record."""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.figures import Figure, percentile
from bench.instance import HOST, PEERS, Instance
from bench.phones import Phone
from linkus.kit.settings import SIP_PORT
from tests.calls.media import Rtp
from tests.calls.sip import Agent, Call
from tests.calls.talker import HEARD_SECONDS, Talker, connect
from tests.calls.transports import Udp

TIMES = int(os.environ.get("BENCH_KILLS", "20"))
PHASES = ("ringing", "answered", "talking", "on hold", "hanging up")
VICTIMS = ("rtpengine", "asterisk", "kamailio", "nginx", "linkus", "serve")
PROMISE_SECONDS = 5.0
WATCH_SECONDS = 12.0
MOMENTS = random.Random(7)  # noqa: S311 - moments, not secrets
HELD = ("a=sendrecv", "a=sendonly")


@dataclass(slots=True)
class Outcome:
    victim: str
    phase: str
    end: str = ""  # goes on, ended, lost
    seconds: float = 0.0  # until audio is back, or until both sides are notified
    record: str = ""


def killed(instance: Instance, phones: list[Phone]) -> Iterator[Figure]:
    outcomes = asyncio.run(_all(instance, phones[:2]))
    _table(outcomes)
    for victim in VICTIMS:
        its = [one for one in outcomes if one.victim == victim]
        kept = [one.seconds for one in its if one.end == "goes on"]
        told = [one.seconds for one in its if one.end == "ended"]
        wrong = [one for one in its if one.record != "right"]
        yield Figure(f"killed_{victim}_lost", sum(one.end == "lost" for one in its), "calls", f"of_{len(its)}", 0)
        if kept:
            yield Figure(f"killed_{victim}_audio_back_max", max(kept), "s", "limit", PROMISE_SECONDS)
            yield Figure(f"killed_{victim}_audio_back_p50", percentile(kept, 0.5), "s", "limit", PROMISE_SECONDS)
        if told:
            yield Figure(f"killed_{victim}_told_max", max(told), "s", "limit", PROMISE_SECONDS)
        yield Figure(f"killed_{victim}_records_wrong", len(wrong), "records", f"of_{len(its)}", 0)


def _table(outcomes: list[Outcome]) -> None:
    say = sys.stdout.write
    say("| part | phase | calls | go on | ended, both told | neither | longest, s | records right |\n")
    say("|---|---|---|---|---|---|---|---|\n")
    for victim in VICTIMS:
        for phase in PHASES:
            its = [one for one in outcomes if (one.victim, one.phase) == (victim, phase)]
            if its:
                count = {end: sum(one.end == end for one in its) for end in ("goes on", "ended", "lost")}
                right = sum(one.record == "right" for one in its)
                other = ", ".join(sorted({one.record for one in its} - {"right"}))
                say(
                    f"| {victim} | {phase} | {len(its)} | {count['goes on']} | {count['ended']} | {count['lost']} | "
                    f"{max(one.seconds for one in its):.1f} | {right}{f' ({other})' if other else ''} |\n"
                )
    sys.stdout.flush()


async def _all(instance: Instance, phones: list[Phone]) -> list[Outcome]:
    outcomes = []
    for victim in VICTIMS:
        for number in range(TIMES):
            outcomes.append(await _one(instance, phones, victim, PHASES[number % len(PHASES)]))
            sys.stderr.write(f"{outcomes[-1]}\n")
    return outcomes


async def _one(instance: Instance, phones: list[Phone], victim: str, phase: str) -> Outcome:
    await _ready(instance)
    async with contextlib.AsyncExitStack() as stack:
        agents = []
        for phone in phones:
            transport = await Udp.open(PEERS, (HOST, SIP_PORT))
            agents.append(Agent(transport, phone.identity, f"desk{phone.number}", phone.password))
            stack.push_async_callback(agents[-1].close)
            await _registers(agents[-1])
        mouth, ear = await Rtp.open(PEERS), await Rtp.open(PEERS)
        stack.callback(mouth.close)
        stack.callback(ear.close)
        return await _call(instance, agents, phones[1].number, mouth, ear, victim, phase)


async def _registers(agent: Agent) -> None:
    for _ in range(60):
        with contextlib.suppress(TimeoutError):
            if (await agent.register()).status == 200:
                return
        await asyncio.sleep(0.5)
    raise RuntimeError(f"{agent.aor} cannot register")


async def _call(
    instance: Instance, agents: list[Agent], number: str, mouth: Rtp, ear: Rtp, victim: str, phase: str
) -> Outcome:
    outcome = Outcome(victim, phase)
    began = datetime.now(UTC)
    outgoing = await agents[0].call(number, mouth.offer())
    incoming = await agents[1].next_call()
    call_id = incoming.invite.get("X-Linkus-Call")
    await incoming.answer(180, "Ringing")
    await outgoing.response(180)
    ends: tuple[Talker, Talker] | None = None
    answered_at: datetime | None = None
    if phase != "ringing":
        await incoming.answer(200, "OK", ear.offer())
        answered_at = datetime.now(UTC)
        answer = await outgoing.response(200)
        ends = connect(outgoing, mouth, answer.body, incoming, ear)
    if ends is not None and phase in ("talking", "on hold", "hanging up"):
        await asyncio.gather(*(end.hears(10) for end in ends))
        await asyncio.sleep(MOMENTS.uniform(0, 3))
    if phase == "on hold":
        await outgoing.ask("INVITE", mouth.offer().replace(*HELD))
    leaving = asyncio.create_task(_leave(outgoing)) if phase == "hanging up" else None
    await asyncio.sleep(MOMENTS.uniform(0, 0.3))
    killed_at, moment = time.monotonic(), datetime.now(UTC)
    _kill(instance, victim)
    outcome.end, outcome.seconds = await _watch(phase, outgoing, incoming, ends, mouth)
    if victim == "serve":
        await asyncio.to_thread(instance.restart)
        if outcome.end == "lost" and all(await asyncio.gather(*(_told(end, 15) for end in (outgoing, incoming)))):
            outcome.end, outcome.seconds = "ended", time.monotonic() - killed_at
    if leaving is not None:
        leaving.cancel()
    if outcome.end == "goes on" and not (victim == "serve" and phase == "ringing"):  # nobody is left to notify them
        if victim != "linkus":  # without the brain no message of theirs is lost
            await _ready(instance)  # these agents do not retransmit a lost BYE
        with contextlib.suppress(TimeoutError, AssertionError):
            await (outgoing.cancel() if phase == "ringing" else _leave(outgoing))
        moment = datetime.now(UTC)
    for end in ends or ():
        end.close()
    outcome.record = await _record(instance, call_id, began, answered_at, moment)
    return outcome


async def _leave(call: Call) -> None:
    with contextlib.suppress(TimeoutError):
        await call.bye()


def _kill(instance: Instance, victim: str) -> None:
    if victim == "serve":
        instance.kill()
    else:
        os.kill(instance.pids()[victim], signal.SIGKILL)


async def _told(call: Call, seconds: float) -> bool:
    """Return whether this side learns that the call is over: by BYE, CANCEL or a final answer."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while not call.ended.done():
                while not call.responses.empty():
                    if call.responses.get_nowait().status >= 300:
                        return True
                await asyncio.sleep(0.05)
            return True
    return False


async def _watch(
    phase: str, outgoing: Call, incoming: Call, ends: tuple[Talker, Talker] | None, mouth: Rtp
) -> tuple[str, float]:
    """Return the outcome of the call and after how long: both sides are notified, or both hear each other. A ringing or
    held call goes on unless both sides are notified within the promised time."""
    begun = time.monotonic()
    told = [asyncio.create_task(_told(call, WATCH_SECONDS)) for call in (outgoing, incoming)]
    audio: list[asyncio.Task[None]] = []
    try:
        if phase == "hanging up":
            end = "ended" if await told[1] else "lost"
            return end, time.monotonic() - begun
        if ends is None or phase == "on hold":
            await asyncio.wait(told, timeout=PROMISE_SECONDS)
            if any(call.done() for call in told) or outgoing.ended.done() or incoming.ended.done():
                end = "ended" if all(await asyncio.gather(*told)) else "lost"
                return end, time.monotonic() - begun
            if ends is None:
                return "goes on", 0.0
            begun = time.monotonic()
            with contextlib.suppress(TimeoutError, AssertionError):
                await outgoing.ask("INVITE", mouth.offer())
        else:
            await asyncio.sleep(2 * HEARD_SECONDS)  # packets that were in flight are heard
        audio = [asyncio.create_task(end.hears(WATCH_SECONDS)) for end in ends]
        while not all(task.done() for task in audio):
            if all(task.done() for task in told):
                return ("ended" if all(task.result() for task in told) else "lost"), time.monotonic() - begun
            await asyncio.sleep(0.02)
        is_heard = all(task.exception() is None for task in audio)
        return ("goes on" if is_heard else "lost"), time.monotonic() - begun
    finally:
        for task in (*told, *audio):
            task.cancel()
        await asyncio.gather(*told, *audio, return_exceptions=True)


async def _record(instance: Instance, call_id: str, began: datetime, answered: datetime | None, ended: datetime) -> str:
    """Return `right`, or the error in the record."""
    await _ready(instance)
    found: list[dict[str, Any]] = []
    for _ in range(60):
        with contextlib.suppress(Exception):
            page = await asyncio.to_thread(instance.http.get, "/admin/call-records", params={"search": call_id})
            found = [each for each in page.json()["items"] if each["call_id"] == call_id]
            if found:
                break
        await asyncio.sleep(0.5)
    if len(found) != 1:
        return f"{len(found)} records"
    [record] = found
    pairs = [("started_at", began, 2.0), ("ended_at", ended, 3.0)]
    if answered is not None:
        pairs.append(("answered_at", answered, 2.0))
    for name, moment, seconds in pairs:
        if record[name] is None or abs((datetime.fromisoformat(record[name]) - moment).total_seconds()) > seconds:
            return f"wrong {name}"
    return "right"


async def _ready(instance: Instance) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if await asyncio.to_thread(instance.is_ready):
            return
        await asyncio.sleep(0.2)
    raise RuntimeError("the instance does not come back")
