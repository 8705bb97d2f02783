from __future__ import annotations

import asyncio

import pytest
import pytest_asyncio

from linkus.call.live.calls import Calls
from linkus.call.live.tracker import Tracker
from linkus.shared.models.extension import Extension
from tests.support.api import Server


@pytest_asyncio.fixture(loop_scope="session")
async def callee(server: Server) -> Extension:
    return await server.make_extension("1002", first_name="娜", last_name="李")


@pytest.fixture
def calls(server: Server) -> Calls:
    live_calls: Calls = server.services.calls
    live_calls.tracker = Tracker()
    live_calls.ended = server.services.ended_calls = asyncio.Queue()
    return live_calls
