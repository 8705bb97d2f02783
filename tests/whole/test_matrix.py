"""The matrix of calls with real calls: kind of call x kind of client x on a call or not x settings x language.

The expected outcome of each is stated here independently (`expected`), without calling the plan. The plan's own
property test over all combinations is tests/call/plan/test_rules_properties.py.
"""

from __future__ import annotations

import asyncio
import itertools
import random
import time
import traceback
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from urllib.parse import unquote

import numpy as np
import pytest
import pytest_asyncio

from tests.calls.media import Rtp
from tests.calls.sip import Agent, Call
from tests.whole.conftest import HOST, Whole
from tests.whole.recognise import likeness, samples_of
from tests.whole.scenario_pbx import CALLERS, OUTSIDE, SETUPS, ScenarioPbx, Setup, did_of, group_of

SAMPLE_CASES, SEED, MAX_CONCURRENT_CASES, MAX_REPEATED_CASES = 200, 20261126, 8, 10
PROMPTS = ("busy", "call-waiting", "unavailable")


@dataclass(frozen=True)
class Case:
    call: str  # internal, trunk, page
    language: str
    setup: Setup


@dataclass(frozen=True)
class Outcome:
    rings: bool
    prompt: str = ""
    status: int = 0  # the final answer to the caller; 0: it rings until the caller gives up


CASES = [Case(*each) for each in itertools.product(("internal", "trunk", "page"), CALLERS, SETUPS)]


def expected(case: Case) -> Outcome:
    """Return the outcome that the manual states (CW-1 to CW-3, AA-3, AA-4)."""
    client = case.setup
    if case.call == "page":
        makes_way = client.paging_auto_answer and client.paging_preempt
        if not client.on_call or client.call_waiting or makes_way:
            return Outcome(rings=True, status=200)
        return Outcome(rings=False, prompt="unavailable", status=480)
    if not client.on_call:
        return Outcome(rings=True)
    if client.call_waiting:
        return Outcome(rings=True, prompt="call-waiting")
    return Outcome(rings=False, prompt="busy", status=486)


@dataclass
class Checker:
    """Makes one call after the other, and reports each deviation from the expected outcome."""

    pbx: ScenarioPbx
    prompts: dict[tuple[str, str], np.ndarray] = field(default_factory=dict)
    repeated: int = 0

    async def learn_prompts(self) -> None:
        folder = self.pbx.whole.settings.home / "prompts"
        for language, name in itertools.product(CALLERS, PROMPTS):
            await self.pbx.whole.until((folder / language / f"{name}.wav").is_file, 30)
            self.prompts[language, name] = samples_of(folder / language / f"{name}.wav")

    async def problem(self, case: Case) -> str:
        """Return the deviation from the expected outcome, or "". The brain shares its process with two hundred phones
        here. On a crowded machine it may take longer than the core waits; then the call is repeated once."""
        for may_repeat in (True, False):
            late = self.unplanned()
            try:
                await self.check(case)
            except (AssertionError, TimeoutError) as error:
                if may_repeat and self.unplanned() > late and self.repeated < MAX_REPEATED_CASES:
                    self.repeated += 1
                    continue
                where = traceback.extract_tb(error.__traceback__)
                return f"{case}: {error!r} in {[frame.name for frame in where if frame.filename == __file__]}"
            break
        return ""

    def unplanned(self) -> int:
        """Return how many calls the core has routed without a plan."""
        return self.pbx.whole.engine.log("asterisk").count("event=no-plan")

    async def check(self, case: Case) -> None:
        outcome, number, ear = expected(case), self.pbx.numbers[case.setup], await Rtp.open(HOST)
        client, call = self.pbx.clients[case.setup], None
        try:
            call = await self.dial(case, number, ear)
            if outcome.status == 200:
                await self.final(call, 200)
            if outcome.rings:
                await self.rings(case, client, number)
            else:
                await self.final(call, outcome.status)
                assert client.incoming.empty(), "a client rang"
            if not outcome.prompt and not outcome.status:
                assert not (await call.response(180)).body, "early media instead of an ordinary ring"
            if outcome.prompt:
                await self.hears(ear, outcome.prompt, case.language)
            if outcome.status == 200:
                await call.bye()
            elif outcome.rings:
                await call.cancel()
                await self.final(call, 487)
        except (AssertionError, TimeoutError):
            if call is not None and not call.ended.done():
                await call.cancel()
            await asyncio.sleep(1)
            while not client.incoming.empty():
                client.incoming.get_nowait()
            raise
        finally:
            ear.close()

    async def dial(self, case: Case, number: str, ear: Rtp) -> Call:
        offer = ear.offer("0 101", ("0 PCMU/8000",))
        if case.call == "trunk":
            return await self.pbx.provider.call(did_of(number), offer)
        return await self.pbx.callers[case.language].call(
            number if case.call == "internal" else group_of(number), offer
        )

    async def rings(self, case: Case, client: Agent, number: str) -> None:
        """Answer the client's INVITE with 180, and check that it ends when the caller gives up."""
        ringing = await asyncio.wait_for(client.incoming.get(), 15)
        seen = {name: ringing.invite.get(f"X-{name}") for name in ("Linkus-Origin", "Linkus-Page", "Linkus-Page-Mode")}
        page = {"Linkus-Page": group_of(number), "Linkus-Page-Mode": "one_way"}
        none = {"Linkus-Page": "", "Linkus-Page-Mode": ""}
        origin = {"internal": "internal", "trunk": "inbound", "page": "page"}[case.call]
        assert seen == {"Linkus-Origin": origin, **(page if case.call == "page" else none)}, seen
        assert abs(int(ringing.invite.get("X-Start-Time")) - time.time()) < 60
        assert ringing.invite.get("X-Linkus-Call")
        did = (ringing.invite.get("X-DID-Number"), unquote(ringing.invite.get("X-DID-Name")))
        assert did == ((did_of(number), "热线 A") if case.call == "trunk" else ("", "")), did
        caller = OUTSIDE if case.call == "trunk" else CALLERS[case.language]
        assert f"<sip:{caller}@" in ringing.invite.get("From"), ringing.invite.get("From")
        await ringing.answer(180, "Ringing")

    async def final(self, call: Call, status: int) -> None:
        """Wait for the final answer longer than for other responses, because a prompt may come first."""
        async with asyncio.timeout(25):
            while not any(
                message.status >= 200 and message.get("Call-ID") == call.call_id and message.status != 407
                for message in call.agent.seen
                if "INVITE" in message.get("CSeq")
            ):
                await asyncio.sleep(0.1)
        await call.response(status)

    async def hears(self, ear: Rtp, prompt: str, language: str) -> None:
        """Check for this prompt, in this language, and no other. In a thread, because the brain shares this process."""
        enough = 170  # packets of 20 ms: the comparison needs two and a half seconds
        async with asyncio.timeout(20):
            while True:
                await asyncio.sleep(0.1)
                if len(ear.packets) < enough:
                    continue
                likenesses = await asyncio.to_thread(self.compare, ear.heard(30))
                if max(likenesses.values()) > 0.6:
                    break
                enough = len(ear.packets) + 40
        assert max(likenesses, key=lambda key: likenesses[key]) == (language, prompt), likenesses

    def compare(self, heard: np.ndarray) -> dict[tuple[str, str], float]:
        return {which: likeness(heard, samples) for which, samples in self.prompts.items()}


@pytest_asyncio.fixture(loop_scope="session")
async def pbx(whole: Whole) -> AsyncIterator[ScenarioPbx]:
    pbx = ScenarioPbx(whole)
    try:
        await pbx.set_up()
        yield pbx
    finally:
        await pbx.close_trunk()


@pytest.mark.manual("CW-2", "CW-3")
@pytest.mark.timeout(300)
async def test_matrix_sample_rings_and_sounds_as_expected(pbx: ScenarioPbx) -> None:
    chosen = random.Random(SEED).sample(CASES, SAMPLE_CASES)  # noqa: S311 - a sample, no secret
    assert {(case.call, case.setup.kind) for case in chosen} == set(
        itertools.product(("internal", "trunk", "page"), ("mobile", "desktop", "web"))
    )
    places = asyncio.Semaphore(MAX_CONCURRENT_CASES)
    problems: list[str] = []
    checker = Checker(pbx)
    await checker.learn_prompts()

    async def of_one_client(cases: list[Case]) -> None:
        for case in cases:  # one after the other: two at the same time would affect each other
            async with places:
                if problem := await checker.problem(case):
                    problems.append(problem)

    for language in CALLERS:
        await pbx.set_language(language)
        await pbx.start_echo_calls()
        language_cases = [case for case in chosen if case.language == language]
        of_client = [[case for case in language_cases if case.setup == setup] for setup in SETUPS]
        await asyncio.gather(*(of_one_client(cases) for cases in of_client))
    assert problems == []
    assert pbx.all_clients_are_seen(), "the calls changed who is registered or on a call"
