"""One client of somebody answers a call by itself, whatever number of browsers and devices want to."""

from __future__ import annotations

import asyncio
import time

import httpx
from hypothesis import given
from hypothesis import strategies as st

from linkus.call.claims import HEAD_START, KEPT_OF_ONE, Claims
from linkus.extension.models import Extension
from tests.support.api import Server

CALL = "2f1a5bd4-90fb-4b1b-9a3c-0d94b6c7e1aa"


async def ask(browser: httpx.AsyncClient, **body: bool) -> bool:
    answer = await browser.post(f"/api/v1/client/calls/{CALL}/claim", json=body)
    assert answer.status_code == 200, answer.text
    return bool(answer.json()["yours"])


async def test_the_first_of_two_browsers_answers(
    server: Server, extension: Extension, client: httpx.AsyncClient
) -> None:
    another = await server.sign_in(extension)
    assert await ask(client)
    assert not await ask(another)
    assert await ask(client)  # asked once more: it is still its own
    colleague = await server.sign_in(await server.make_extension("1002"))
    assert await ask(colleague)  # a page is answered by each of its members


async def test_who_is_not_signed_in_claims_nothing(anonymous: httpx.AsyncClient) -> None:
    answer = await anonymous.post(f"/api/v1/client/calls/{CALL}/claim", json={})
    assert answer.status_code == 401


async def test_one_that_is_on_a_call_goes_first() -> None:
    claims = Claims()
    began = time.monotonic()
    idle, speaking = await asyncio.gather(claims.claim(1, CALL, 10, waits=True), claims.claim(1, CALL, 11, waits=False))
    assert (idle, speaking) == (False, True)
    assert time.monotonic() - began >= HEAD_START
    assert await Claims().claim(1, CALL, 10, waits=True)  # when nobody else wants it


@given(st.lists(st.tuples(st.integers(1, 3), st.sampled_from("abc"), st.integers(1, 5)), min_size=1))
def test_a_call_is_answered_by_exactly_one_of_each_extension(asked: list[tuple[int, str, int]]) -> None:
    claims = Claims()

    async def run() -> list[bool]:
        return [await claims.claim(*one, waits=False) for one in asked]

    granted = asyncio.run(run())
    for extension, call in {one[:2] for one in asked}:
        answers = [(one[2], yes) for one, yes in zip(asked, granted, strict=True) if one[:2] == (extension, call)]
        first = answers[0][0]
        assert all(yes == (session == first) for session, yes in answers)


async def test_made_up_calls_push_out_only_the_own_ones() -> None:
    claims = Claims()
    assert await claims.claim(1, CALL, 10, waits=False)
    for number in range(3 * KEPT_OF_ONE):
        await claims.claim(2, f"made up {number}", 20, waits=False)
    assert not await claims.claim(1, CALL, 11, waits=False)
