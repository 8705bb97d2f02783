"""Guessing SIP passwords at the real edge: the address is blocked, shown, and unblocked."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from websockets.exceptions import WebSocketException

from linkus.engine.kamailio import EdgeRefusedError
from linkus.kit.settings import EDGE_WS_PORT
from linkus.security.block_rules import MAX_FAILURES
from tests.calls.fake_brain import credential
from tests.calls.sip import Agent
from tests.calls.transports import WebSocket
from tests.whole.conftest import HOST, WAIT, Whole

STRANGER, ANOTHER = "203.0.113.88", "203.0.113.89"  # a source that has registered is trusted for a while
URL = "/api/v1/admin/blocked-addresses"


async def agent(whole: Whole, address: str, password: str | None = None) -> Agent:
    """Return a web client of 3001 at a stranger's address behind nginx. The password is right unless one is given."""
    username, right = credential(whole.engine.keys["sip_ephemeral"], "3001.web", 300)
    transport = await WebSocket.open(f"ws://{HOST}:{EDGE_WS_PORT}/ws/sip", whole.engine.keys["proxy"], address)
    made = Agent(transport, "3001.web", username, password or right)
    whole.agents.append(made)
    return made


async def guess(whole: Whole, address: str) -> list[dict[str, Any]]:
    """Guess until the address is blocked. Return the blocks."""
    guesser = await agent(whole, address, "wrong")
    for _ in range(MAX_FAILURES):
        assert (await guesser.register()).status == 401
    async with asyncio.timeout(WAIT):
        while not (found := (await whole.boss.get(URL)).json()["items"]):
            await asyncio.sleep(0.05)
    items: list[dict[str, Any]] = found
    return items


async def is_banned(whole: Whole, address: str) -> bool:
    try:
        return bool(await whole.engine.edge.ask("htable.get", "banned", address))
    except EdgeRefusedError:  # no such key
        return False


async def until_banned(whole: Whole, address: str, banned: bool) -> None:
    async with asyncio.timeout(WAIT):
        while await is_banned(whole, address) is not banned:
            await asyncio.sleep(0.05)


async def test_guessing_address_is_blocked_until_the_block_is_removed(whole: Whole) -> None:
    await whole.extension("3001")
    [block] = await guess(whole, STRANGER)
    assert (block["address"], block["failures"], block["identity"]) == (STRANGER, MAX_FAILURES, "3001.web")
    await until_banned(whole, STRANGER, True)
    with pytest.raises((TimeoutError, OSError, WebSocketException)):  # the right password is not even read
        await asyncio.wait_for((await agent(whole, STRANGER)).register(), 2)
    assert (await whole.boss.delete(f"{URL}/{block['id']}")).status_code == 204
    await until_banned(whole, STRANGER, False)
    assert (await (await agent(whole, STRANGER)).register()).status == 200


async def test_block_survives_a_restart_of_the_edge(whole: Whole) -> None:
    await whole.extension("3001")
    [block] = await guess(whole, ANOTHER)
    await until_banned(whole, ANOTHER, True)
    await whole.engine.restart("kamailio")
    async with asyncio.timeout(30):
        while True:
            try:
                if await is_banned(whole, ANOTHER):
                    break
            except Exception:  # noqa: BLE001 - it is down, which is the point of this test
                await asyncio.sleep(0.2)
            await asyncio.sleep(0.1)
    await whole.boss.delete(f"{URL}/{block['id']}")
    await until_banned(whole, ANOTHER, False)
