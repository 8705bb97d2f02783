"""Two real telephones (baresip): one speaks Opus, the other G.711."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

from tests.calls.baresip import Baresip
from tests.calls.conftest import PASSWORD, MediaFreed
from tests.calls.engine import HOST, Engine
from tests.calls.media import share
from tests.calls.stand_in import StandIn


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


async def start(engine: Engine, brain: StandIn, folder: Path, number: str, codec: str, hertz: int) -> Baresip:
    phone = await engine.add_phone(number, PASSWORD)
    telephone = await Baresip.start(
        folder / number,
        host=HOST,
        aor=phone.aor,
        name=phone.registration_name,
        password=PASSWORD,
        codec=codec,
        hertz=hertz,
        control=free_port(),
    )
    await brain.event("registered", phone.aor)
    return telephone


async def test_call_with_transcoding(
    engine: Engine, brain: StandIn, media_freed: MediaFreed, tmp_path: Path, number: str, another: str
) -> None:
    one = await start(engine, brain, tmp_path, number, "opus/48000/2", 700)
    other = await start(engine, brain, tmp_path, another, "PCMU/8000/1", 1000)
    try:
        await one.command("dial", f"sip:{another}@linkus.example")
        await one.event("CALL_ESTABLISHED")
        await other.event("CALL_ESTABLISHED")
        await asyncio.sleep(3)
        assert share(*_ear(one, 1000)) > 0.9
        assert share(*_ear(other, 700)) > 0.9
        await one.command("hangup")
        await other.event("CALL_CLOSED")
        await media_freed()
    finally:
        await one.close()
        await other.close()
    assert len(brain.questions) == 1


def _ear(phone: Baresip, hertz: int) -> tuple[object, int, int]:
    samples, rate = phone.heard()
    return samples, hertz, rate
