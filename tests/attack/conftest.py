"""Runs the real engine with TLS as the target. Fixtures of the call tests make the phones and calls."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.attack.transports import OpenTransport, RawTransport, open_transport
from tests.calls.conftest import (  # noqa: F401 fixtures
    another,
    brain,
    fake_brain,
    make_client,
    make_phone,
    media_freed,
    number,
    rtp,
    talk,
    third,
)
from tests.calls.engine import HOST, Engine


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.engine)
            if inspect.iscoroutinefunction(getattr(item, "function", None)):
                item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    engine = Engine(tmp_path_factory.mktemp("engine") / "home", tls=True)
    try:
        await engine.start()
        yield engine
    finally:
        await engine.stop()


# The attacker's address: one of this machine that nothing else in the test uses.
ATTACKER = "127.0.0.201"


@pytest_asyncio.fixture(loop_scope="session")
async def attacker(engine: Engine) -> AsyncIterator[OpenTransport]:
    """Open connections over a transport from the attacker's address."""
    opened: list[RawTransport] = []

    async def make(transport: str, client: str = ATTACKER, port: int = 0) -> RawTransport:
        authority = engine.layout.keys / "ca" / "ca.pem"
        closed = [connection for connection in opened if connection.is_closed]  # an hour of them fills gigabytes
        opened[:] = [connection for connection in opened if connection not in closed]
        for connection in closed:
            await connection.close()
        opened.append(
            await open_transport(transport, HOST, engine.internal, authority, engine.keys["proxy"], client, port)
        )
        return opened[-1]

    yield make
    for connection in opened:
        await connection.close()
