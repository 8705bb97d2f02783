"""The telephone of a session that has ended, and what an extension leaves behind for the next one with its number."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import httpx
import pytest

from tests.calls.sip import Agent
from tests.whole.conftest import WAIT, Whole
from tests.whole.test_calls import talk

CLIENT, ADMIN = "/api/v1/client", "/api/v1/admin"
End = Callable[[Whole, httpx.AsyncClient, int], Awaitable[object]]


async def registered_client(whole: Whole, extension_id: int, number: str) -> tuple[Agent, httpx.AsyncClient]:
    browser = await whole.server.sign_in(await whole.record(extension_id))
    async with asyncio.timeout(WAIT):
        # A credential of the second in which the number's earlier ones were revoked counts as one of them: credentials
        # tell whole seconds. A client asks for another one then.
        while (await (client := await whole.client(number, browser)).register(86400)).status == 401:
            await asyncio.sleep(0.2)
    await whole.until(lambda: whole.server.services.presence.online(number).web)
    return client, browser


async def is_refused(whole: Whole, ended: Agent, browser: httpx.AsyncClient) -> bool:
    """Return whether the credential of an ended session is refused, over a new connection."""
    again = await whole.client("3001", browser)
    again.username, again.password = ended.username, ended.password
    return (await again.register()).status == 401


@pytest.mark.parametrize(
    "end",
    [
        pytest.param(lambda _whole, browser, _id: browser.delete(f"{CLIENT}/session"), id="the client signs out"),
        pytest.param(
            lambda whole, _browser, key: whole.boss.post(f"{ADMIN}/extensions/{key}/sign-out"), id="administrator"
        ),
        pytest.param(
            lambda whole, _browser, key: whole.boss.post(
                f"{ADMIN}/extensions/linkus", json={"ids": [key], "enabled": False}
            ),
            id="linkus off",
        ),
    ],
)
async def test_session_loses_its_telephone_at_its_end(whole: Whole, end: End) -> None:
    made, other = await whole.extension("3001"), await whole.extension("3002")
    client, browser = await registered_client(whole, made["id"], "3001")
    _, colleague = await registered_client(whole, other["id"], "3002")
    await end(whole, browser, made["id"])
    await whole.until(lambda: not whole.server.services.presence.online("3001").web)
    assert await whole.engine.edge.registrations_of("3001.web") == []
    assert await is_refused(whole, client, colleague)


async def test_no_credential_outlives_a_session_that_ends_while_it_asks_for_them(whole: Whole) -> None:
    """The end of a second is the worst moment: times are whole seconds."""
    made = await whole.extension("3001")
    other = await whole.extension("3002")
    _, colleague = await registered_client(whole, other["id"], "3002")
    for delay in (0.0, 0.02, 0.04):
        browser = await whole.server.sign_in(await whole.record(made["id"]))
        given: list[tuple[str, str]] = []

        async def ask(browser: httpx.AsyncClient = browser, given: list[tuple[str, str]] = given) -> None:
            while (answer := await browser.post(f"{CLIENT}/sip-credential")).status_code == 201:
                given.append((answer.json()["username"], answer.json()["password"]))

        askers = [asyncio.create_task(ask()) for _ in range(3)]
        await asyncio.sleep(0.95 - time.time() % 1 + 1 + delay)
        await whole.boss.post(f"{ADMIN}/extensions/{made['id']}/sign-out")
        await asyncio.gather(*askers)
        await asyncio.sleep(0.5)
        again = await whole.client("3001", colleague)
        again.username, again.password = max(given, key=lambda one: int(one[0].split(":")[0]))
        assert (await again.register()).status == 401


async def test_only_the_session_that_signs_out_loses_its_telephone(whole: Whole) -> None:
    made = await whole.extension("3001")
    client, browser = await registered_client(whole, made["id"], "3001")
    other, others_browser = await registered_client(whole, made["id"], "3001")
    await browser.delete(f"{CLIENT}/session")
    async with asyncio.timeout(WAIT):
        while len(await whole.engine.edge.registrations_of("3001.web")) > 1:
            await asyncio.sleep(0.05)
    assert (await other.register()).status == 200
    assert await is_refused(whole, client, others_browser)


async def test_new_extension_shares_nothing_with_the_deleted_one_of_its_number(whole: Whole) -> None:
    """Its telephones and their calls end, and the records of those calls are not the new one's."""
    made = await whole.extension("3001")
    await whole.extension("3002")
    client, _ = await registered_client(whole, made["id"], "3001")
    phone, other = await whole.phone("3001"), await whole.phone("3002")
    outgoing, incoming = await talk(whole, phone, other, "3002")
    await whole.boss.delete(f"{ADMIN}/extensions/{made['id']}")
    new = await whole.extension("3001", registration_name="renamed")
    assert new["id"] != made["id"]
    async with asyncio.timeout(WAIT):
        await outgoing.ended
        await incoming.ended
    [record] = await whole.records(1)
    assert (record["from_number"], record["to_number"], record["result"]) == ("3001", "3002", "answered")
    browser = await whole.server.sign_in(await whole.record(new["id"]))
    assert (await browser.get(f"{CLIENT}/calls")).json()["items"] == []
    for kind in ("web", "phone"):
        assert await whole.engine.edge.registrations_of(f"3001.{kind}") == []
    assert await is_refused(whole, client, browser)
