"""Measures what users notice while a thousand addresses guess the password of one account."""

import asyncio
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass, field

import httpx

from bench.figures import Figure, percentile
from bench.instance import Instance

NUMBER, PASSWORD = 9600, "Correct-Horse-7"
ADDRESSES, GUESSES_PER_SECOND, ATTACK_SECONDS = 1000, 50, 90
USERS = 50
OWNER_TRIES_EVERY_SECONDS, OWNER_LIMIT_SECONDS, ANSWER_LIMIT_MS = 5, 60, 200
WARM_UP_SECONDS = 20  # until the account is locked for strangers


@dataclass
class Outcome:
    guesses: dict[int, int] = field(default_factory=dict)  # by status
    answers: list[float] = field(default_factory=list)  # seconds that users at work waited
    owner_seconds: float = 0.0  # from the owner's first attempt to the one that succeeds


def guessing(instance: Instance) -> Iterator[Figure]:
    number = str(NUMBER)
    row = {"Extension Number": number, "First Name": "Guessed", "User Password": PASSWORD, "Enable Linkus Clients": "1"}
    instance.import_extensions([row])
    outcome = asyncio.run(_attack(instance, number))
    yield Figure("guessing_right", outcome.guesses.get(201, 0), "guesses", "limit", 0)
    yield Figure("guessing_checked", outcome.guesses.get(401, 0), "passwords", "guesses", sum(outcome.guesses.values()))
    yield Figure("guessing_owner", outcome.owner_seconds, "s", "limit", OWNER_LIMIT_SECONDS)
    yield Figure("guessing_answer_p99", percentile(outcome.answers, 0.99) * 1000, "ms", "limit", ANSWER_LIMIT_MS)


async def _attack(instance: Instance, number: str) -> Outcome:
    outcome, end = Outcome(), time.monotonic() + ATTACK_SECONDS
    async with httpx.AsyncClient(base_url=f"{instance.portal}/api/v1", headers={"Origin": instance.portal}) as owner:
        (await owner.post("/sessions", json=_sign_in(number, PASSWORD))).raise_for_status()
        (await owner.delete("/client/session")).raise_for_status()  # the browser is known from now on
        guesses = [asyncio.create_task(_guess(instance, number, share, end, outcome)) for share in range(10)]
        users = [asyncio.create_task(_work(instance, end, outcome)) for _ in range(USERS)]
        await asyncio.sleep(WARM_UP_SECONDS)
        outcome.owner_seconds = await _owner_signs_in(owner, number)
        await asyncio.gather(*guesses, *users)
    return outcome


def _sign_in(number: str, password: str) -> dict[str, str]:
    return {"username": number, "password": password, "client_kind": "web"}


async def _guess(instance: Instance, number: str, share: int, end: float, outcome: Outcome) -> None:
    """Guess from a tenth of the addresses at a tenth of the rate."""
    strangers = [_stranger(instance, f"127.7.{host // 250}.{host % 250 + 1}") for host in range(share, ADDRESSES, 10)]
    while time.monotonic() < end:
        begun = time.monotonic()
        guess = _sign_in(number, f"Guess-{random.random()}")  # noqa: S311 - no secret
        answer = await random.choice(strangers).post("/sessions", json=guess)  # noqa: S311 - no secret
        outcome.guesses[answer.status_code] = outcome.guesses.get(answer.status_code, 0) + 1
        await asyncio.sleep(max(0.0, 10 / GUESSES_PER_SECOND - (time.monotonic() - begun)))
    for stranger in strangers:
        await stranger.aclose()


def _stranger(instance: Instance, address: str) -> httpx.AsyncClient:
    # without certificates, whose loading takes longer than all the rest
    transport = httpx.AsyncHTTPTransport(local_address=address, verify=False)
    base_url, headers = f"{instance.portal}/api/v1", {"Origin": instance.portal}
    return httpx.AsyncClient(base_url=base_url, transport=transport, timeout=30, headers=headers)


async def _work(instance: Instance, end: float, outcome: Outcome) -> None:
    """Ask the server for something small about once a second, as an open page does."""
    cookies, headers = dict(instance.http.cookies), {"Origin": instance.portal}
    async with httpx.AsyncClient(base_url=f"{instance.portal}/api/v1", cookies=cookies, headers=headers) as user:
        while time.monotonic() < end:
            await asyncio.sleep(random.uniform(0.5, 1.5))  # noqa: S311 - no secret
            begun = time.monotonic()
            (await user.get("/admin/session", timeout=30)).raise_for_status()
            outcome.answers.append(time.monotonic() - begun)


async def _owner_signs_in(owner: httpx.AsyncClient, number: str) -> float:
    begun = time.monotonic()
    while (
        await owner.post("/sessions", json=_sign_in(number, PASSWORD), timeout=30)
    ).status_code != httpx.codes.CREATED:
        if time.monotonic() - begun > 2 * OWNER_LIMIT_SECONDS:
            break
        await asyncio.sleep(OWNER_TRIES_EVERY_SECONDS)
    return time.monotonic() - begun
