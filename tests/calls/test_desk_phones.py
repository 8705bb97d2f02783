"""Two real telephones (baresip): one uses Opus, the other G.711."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest_asyncio

from tests.calls.baresip import Baresip
from tests.calls.conftest import PASSWORD, MediaFreed
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.media import share

MakeTelephone = Callable[[str, str, int], Awaitable[Baresip]]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest_asyncio.fixture(loop_scope="session")
async def telephone(engine: Engine, brain: FakeBrain, tmp_path: Path) -> AsyncIterator[MakeTelephone]:
    started: list[Baresip] = []

    async def make(number: str, codec: str, hertz: int) -> Baresip:
        phone = await engine.add_phone(number, PASSWORD)
        made = Baresip(tmp_path / number)
        started.append(made)
        await made.start(
            edge=HOST,
            aor=phone.aor,
            name=phone.registration_name,
            password=PASSWORD,
            codec=codec,
            hertz=hertz,
            control=free_port(),
        )
        await brain.event("registered", phone.aor)
        return made

    yield make
    for each in started:
        await each.close()


async def test_real_phones_hear_each_other_with_transcoding(
    brain: FakeBrain, telephone: MakeTelephone, media_freed: MediaFreed, number: str, another: str
) -> None:
    one = await telephone(number, "opus/48000/2", 700)
    other = await telephone(another, "PCMU/8000/1", 1000)
    await one.command("dial", f"sip:{another}@linkus.example")
    await one.event("CALL_ESTABLISHED")
    await other.event("CALL_ESTABLISHED")
    await asyncio.sleep(3)
    for phone, hertz in ((one, 1000), (other, 700)):
        samples, rate = phone.heard()
        assert share(samples, hertz, rate) > 0.9
    await one.command("hangup")
    await other.event("CALL_CLOSED")
    await media_freed()
    assert len(brain.questions) == 1
