"""A trunk over TLS, at an edge whose public address differs from the internal one."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.engine.reach import told_by
from linkus.kit.settings import BRAIN_PORT, EDGE_CORE_PORT, SIP_PORT, SIP_TLS_PORT
from tests.calls.conftest import PASSWORD
from tests.calls.engine import Engine, free_address
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import TRUNK, outside, until_heard
from tests.calls.media import Rtp
from tests.calls.provider import TONE, Provider
from tests.calls.sip import Agent
from tests.calls.transports import Udp

PUBLIC, INTERNAL = free_address(131), free_address(161)


async def test_registers_and_calls_under_tls(tmp_path: Path, number: str) -> None:
    engine = Engine(tmp_path / "home", PUBLIC, INTERNAL, tls=True)
    brain = FakeBrain(INTERNAL, BRAIN_PORT, engine.layout.edge_events_socket, engine.keys["internal"], EDGE_CORE_PORT)
    brain.decide = outside()
    provider = Provider(engine.layout)
    ear = await Rtp.open(PUBLIC)
    lines = EdgeTrunks(engine.edge, told_by(engine.layout))
    try:
        await engine.start()
        await brain.start()
        await provider.start()
        address = provider.address
        trunk = replace(TRUNK, host=address, addresses=(address,), port=SIP_TLS_PORT, transport="tls")
        await lines.write(trunk)
        contact = await provider.contact()
        assert f"@{PUBLIC}:{SIP_TLS_PORT}" in contact
        assert "transport=tls" in contact
        name = await engine.add_phone(number, PASSWORD)
        phone = Agent(await Udp.open(PUBLIC, (PUBLIC, SIP_PORT)), name.aor, name.registration_name, PASSWORD)
        assert (await phone.register()).status == 200
        call = await phone.call("+8610000", ear.offer())
        ear.connect((await call.response(200)).body)
        ear.play(440)
        seen = await provider.event("Answered")
        # no internal address or name is shown
        assert seen["Contact"] == f"<sip:linkus@{PUBLIC}:{SIP_TLS_PORT};transport=tls>"
        assert INTERNAL not in "".join(seen.values())
        await until_heard(ear, TONE)
        await provider.hang_up_all()
        await asyncio.wait_for(call.ended, 5)
        await phone.close()
    finally:
        ear.close()
        await provider.stop()
        await brain.stop()
        await engine.stop()
