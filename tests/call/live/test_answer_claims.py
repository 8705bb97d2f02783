"""Exactly one client of a user answers a call automatically, whatever number of browsers and devices want to."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from types import SimpleNamespace
from typing import cast

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linkus.call.call_state import Call
from linkus.call.live import answer_claims
from linkus.call.live.answer_claims import (
    HEAD_START_SECONDS,
    MAX_CALLS_PER_EXTENSION,
    SETTLE_SECONDS,
    AnswerClaims,
    claim_for_client,
    release_for_client,
)
from linkus.call.live.calls import Calls
from linkus.call.live.tracker import Tracker
from linkus.kit.bus import Bus, extension_topic
from linkus.kit.clock import now
from linkus.session.auth import ExtensionPrincipal
from linkus.shared.models.extension import Extension
from tests.support.api import Server, frames

CALL = "2f1a5bd4-90fb-4b1b-9a3c-0d94b6c7e1aa"
URL = f"/api/v1/client/calls/{CALL}/claim"


async def ask(browser: httpx.AsyncClient, **body: bool) -> bool:
    answer = await browser.post(URL, json=body)
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["yours"])


@pytest.fixture(autouse=True)
def nothing_claimed_yet(request: pytest.FixtureRequest) -> None:
    if "server" in request.fixturenames:  # each test reuses the ids
        request.getfixturevalue("server").services.answer_claims = AnswerClaims()


async def test_first_of_two_browsers_gets_the_claim(
    server: Server, extension: Extension, client: httpx.AsyncClient
) -> None:
    another = await server.sign_in(extension)
    assert await ask(client)
    assert not await ask(another)
    assert await ask(client)  # asking again: the call is still its own
    colleague = await server.sign_in(await server.make_extension("1002"))
    assert await ask(colleague)  # each member of a page answers it


async def test_other_browser_gets_the_claim_when_the_first_releases_it(
    server: Server, extension: Extension, client: httpx.AsyncClient
) -> None:
    another, heard = await server.sign_in(extension), server.listen(extension_topic(extension.id))
    assert await ask(client)
    assert (await another.delete(URL)).status_code == 204  # it had no claim
    assert not await ask(another)
    assert frames(heard) == []
    assert (await client.delete(URL)).status_code == 204
    assert frames(heard) == [{"type": "claim.returned", "call_id": CALL}]
    assert await ask(another)
    assert not await ask(client)


class TestWhileTheUserSpeaks:
    """The user is on a call on another client of the kind. An idle one must not answer without their knowledge."""

    def ring(self, server: Server, *, page: bool = False) -> None:
        """Let 1001 be in a call in the web client, and 1009 call."""
        calls: Calls = server.services.calls
        calls.tracker = Tracker()
        calls.planned(Call("going-on", "PJSIP/edge-1", "1001", "*43", now(), from_kind="web", action="echo"))
        action = "page" if page else "dial"
        calls.planned(Call(CALL, "PJSIP/edge-2", "1009", "1001", now(), from_kind="phone", action=action))

    def hang_up(self, server: Server) -> None:
        calls: Calls = server.services.calls
        calls.take(calls.tracker.hung_up("PJSIP/edge-1", 16, now()))

    async def test_idle_browser_is_refused_with_a_reason(self, server: Server, extension: Extension) -> None:
        self.ring(server)
        web, mobile = await server.sign_in(extension), await server.sign_in(extension, "mobile")
        refused = await web.post(URL, json={})
        assert (refused.status_code, refused.json()) == (200, {"yours": False, "reason": "on_call"})
        assert await ask(mobile)  # another kind of client
        assert (await web.post(URL, json={})).json()["reason"] == "on_call"
        self.hang_up(server)
        assert (await web.post(URL, json={})).json() == {"yours": False, "reason": "taken"}

    async def test_browser_gets_the_claim_when_its_own_call_is_just_ending(
        self, server: Server, extension: Extension
    ) -> None:
        """The core's event of the end may come after the request."""
        self.ring(server)
        web = await server.sign_in(extension)
        asked = asyncio.ensure_future(ask(web))
        await asyncio.sleep(SETTLE_SECONDS / 3)
        assert not asked.done()
        self.hang_up(server)
        assert await asked

    async def test_idle_browser_gets_the_claim_of_a_page(self, server: Server, extension: Extension) -> None:
        self.ring(server, page=True)
        assert await ask(await server.sign_in(extension))


async def test_claim_is_refused_without_a_session(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.post(URL, json={})
    assert answer.status_code == 401


async def test_client_on_a_call_goes_before_an_idle_one() -> None:
    claims = AnswerClaims()
    began = time.monotonic()
    idle, speaking = await asyncio.gather(claims.claim(1, CALL, 10, waits=True), claims.claim(1, CALL, 11, waits=False))
    assert (idle, speaking) == (False, True)
    assert time.monotonic() - began >= HEAD_START_SECONDS
    assert await AnswerClaims().claim(1, CALL, 10, waits=True)  # if nobody else wants it


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("abc"), st.integers(1, 5)), min_size=1))
def test_claim_is_granted_to_exactly_one_session_of_each_extension(asked: list[tuple[int, str, int]]) -> None:
    claims = AnswerClaims()

    async def run() -> list[bool]:
        return [await claims.claim(*request, waits=False) for request in asked]

    granted = asyncio.run(run())
    for extension, call in {request[:2] for request in asked}:
        pairs = zip(asked, granted, strict=True)
        answers = [(request[2], yes) for request, yes in pairs if request[:2] == (extension, call)]
        first = answers[0][0]
        assert all(yes == (session == first) for session, yes in answers)


async def test_made_up_calls_evict_only_claims_of_their_own_extension() -> None:
    claims = AnswerClaims()
    assert await claims.claim(1, CALL, 10, waits=False)
    for number in range(3 * MAX_CALLS_PER_EXTENSION):
        await claims.claim(2, f"made up {number}", 20, waits=False)
    assert not await claims.claim(1, CALL, 11, waits=False)


async def test_claim_is_granted_once_when_the_extension_has_many_claims() -> None:
    claims = AnswerClaims()
    for number in range(3 * MAX_CALLS_PER_EXTENSION):
        assert await claims.claim(1, f"call {number}", 10, waits=False)
        assert not await claims.claim(1, f"call {number}", 11, waits=False)


async def test_claim_is_granted_once_when_many_extensions_claim(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_claims, "MAX_EXTENSIONS", 3)
    claims = AnswerClaims()
    for extension in range(10):
        assert await claims.claim(extension, CALL, 10, waits=False)
        assert not await claims.claim(extension, CALL, 11, waits=False)


async def test_claims_of_the_extension_unused_longest_are_evicted_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answer_claims, "MAX_EXTENSIONS", 2)
    claims = AnswerClaims()
    for extension, call in ((1, "earlier"), (2, CALL), (1, CALL), (3, CALL)):
        assert await claims.claim(extension, call, 10, waits=False)
    assert not await claims.claim(1, CALL, 11, waits=False)


async def test_oldest_claim_is_evicted_when_an_extension_has_too_many() -> None:
    claims = AnswerClaims()
    for number in range(MAX_CALLS_PER_EXTENSION):
        assert await claims.claim(1, f"call {number}", 10, waits=False)
    assert not any(
        [await claims.claim(1, f"call {number}", 11, waits=False) for number in range(MAX_CALLS_PER_EXTENSION)]
    )
    assert await claims.claim(1, "one more", 10, waits=False)
    assert not await claims.claim(1, "call 1", 11, waits=False)
    assert await claims.claim(1, "call 0", 11, waits=False)


requests = st.tuples(st.booleans(), st.integers(1, 2), st.sampled_from("ab"), st.integers(1, 3))


@given(st.lists(requests))
def test_claim_stays_with_its_session_until_that_session_releases_it(
    asked: list[tuple[bool, int, str, int]],
) -> None:
    claims, holders = AnswerClaims(), dict[tuple[int, str], int]()

    async def run() -> None:
        for releases, extension, call, session in asked:
            is_holder = holders.get((extension, call)) == session
            if releases:
                assert claims.release(extension, call, session) is is_holder
                if is_holder:
                    del holders[extension, call]
            else:
                holder = holders.setdefault((extension, call), session)
                assert await claims.claim(extension, call, session, waits=False) is (holder == session)

    asyncio.run(run())


def test_release_is_refused_when_nobody_has_claimed() -> None:
    assert AnswerClaims().release(1, CALL, 10) is False


async def test_released_claim_goes_to_the_next_session_that_asks() -> None:
    claims = AnswerClaims()
    assert await claims.claim(1, CALL, 10, waits=False)
    assert claims.release(1, CALL, 11) is False
    assert claims.release(1, CALL, 10) is True
    assert claims.release(1, CALL, 10) is False
    assert await claims.claim(1, CALL, 11, waits=False)
    assert not await claims.claim(1, CALL, 10, waits=False)


class TestOfClients:
    """Two web clients of 1001, without a server between them and the claims."""

    FIRST = ExtensionPrincipal(10, 1, "1001", "web", "伟", "张", "张伟", None, "zh-CN")
    SECOND = replace(FIRST, session_id=11)
    MOBILE = replace(FIRST, session_id=12, client_kind="mobile")

    @pytest.fixture
    def calls(self, monkeypatch: pytest.MonkeyPatch) -> Calls:
        monkeypatch.setattr(answer_claims, "SETTLE_SECONDS", 0.05)
        monkeypatch.setattr(answer_claims, "POLL_SECONDS", 0.01)
        return cast(Calls, SimpleNamespace(tracker=Tracker()))

    def ring(self, calls: Calls, *, page: bool = False) -> None:
        action = "page" if page else "dial"
        calls.tracker.planned(Call(CALL, "PJSIP/edge-2", "1009", "1001", now(), from_kind="phone", action=action))

    def speak(self, calls: Calls) -> None:
        calls.tracker.planned(Call("going-on", "PJSIP/edge-1", "1001", "*43", now(), from_kind="web", action="echo"))

    async def claim(
        self, claims: AnswerClaims, calls: Calls, who: ExtensionPrincipal, *, speaker_first: bool = False
    ) -> str:
        answer = await claim_for_client(claims, calls, who, CALL, lets_speaker_first=speaker_first)
        assert answer.yours is (answer.reason is None)
        return "yours" if answer.yours else str(answer.reason)

    async def test_first_client_answers_and_the_other_is_told_why_not(self, calls: Calls) -> None:
        claims = AnswerClaims()
        self.ring(calls)
        assert await self.claim(claims, calls, self.FIRST) == "yours"
        assert await self.claim(claims, calls, self.SECOND) == "taken"
        assert await self.claim(claims, calls, self.FIRST) == "yours"

    async def test_idle_client_is_refused_while_the_user_speaks_on_the_same_kind(self, calls: Calls) -> None:
        claims = AnswerClaims()
        self.ring(calls)
        self.speak(calls)
        assert await self.claim(claims, calls, self.FIRST) == "on_call"
        assert await self.claim(claims, calls, self.MOBILE) == "yours"

    async def test_claim_waits_a_moment_for_the_end_of_that_call(self, calls: Calls) -> None:
        self.ring(calls)
        self.speak(calls)
        asked = asyncio.ensure_future(self.claim(AnswerClaims(), calls, self.FIRST))
        await asyncio.sleep(0.02)
        assert not asked.done()
        calls.tracker.hung_up("PJSIP/edge-1", 16, now())
        assert await asked == "yours"

    async def test_idle_client_gets_a_page_while_the_user_speaks(self, calls: Calls) -> None:
        self.ring(calls, page=True)
        self.speak(calls)
        assert await self.claim(AnswerClaims(), calls, self.FIRST) == "yours"

    async def test_client_that_speaks_goes_first_when_the_other_lets_it(self, calls: Calls) -> None:
        claims = AnswerClaims()
        self.ring(calls, page=True)
        self.speak(calls)
        idle = asyncio.ensure_future(self.claim(claims, calls, self.FIRST, speaker_first=True))
        await asyncio.sleep(0)
        assert await self.claim(claims, calls, self.SECOND) == "yours"
        assert await idle == "taken"

    async def test_client_does_not_wait_when_nobody_speaks(self, calls: Calls) -> None:
        self.ring(calls, page=True)
        asked = asyncio.ensure_future(self.claim(AnswerClaims(), calls, self.FIRST, speaker_first=True))
        await asyncio.sleep(0.1)
        assert asked.done()
        assert asked.result() == "yours"

    async def test_released_call_is_offered_to_the_other_clients(self, calls: Calls) -> None:
        claims, bus = AnswerClaims(), Bus()
        heard = bus.subscribe({extension_topic(1)})
        self.ring(calls)
        assert await self.claim(claims, calls, self.FIRST) == "yours"
        release_for_client(claims, bus, self.SECOND, CALL)
        assert heard.queue.empty()
        release_for_client(claims, bus, self.FIRST, CALL)
        assert heard.queue.get_nowait().body == {"type": "claim.returned", "call_id": CALL}
        assert await self.claim(claims, calls, self.SECOND) == "yours"
