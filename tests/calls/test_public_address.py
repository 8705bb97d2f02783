"""An edge whose public address differs from the internal one, as on a server, and its TLS port."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from linkus.kit.settings import BRAIN_PORT, EDGE_CORE_PORT, SIP_PORT, SIP_TLS_PORT
from tests.calls.conftest import PASSWORD
from tests.calls.engine import Engine, free_address
from tests.calls.fake_brain import FakeBrain
from tests.calls.media import Rtp, share
from tests.calls.sip import Agent
from tests.calls.transports import Tls, Udp

# Other addresses than those of the other tests.
PUBLIC, INTERNAL = free_address(131), free_address(161)


async def test_phones_over_tls_and_udp_hear_each_other(tmp_path: Path, number: str, another: str) -> None:
    engine = Engine(tmp_path / "home", PUBLIC, INTERNAL, tls=True)
    brain = FakeBrain(INTERNAL, BRAIN_PORT, engine.layout.edge_events_socket, engine.keys["internal"], EDGE_CORE_PORT)
    ear, mouth = await Rtp.open(PUBLIC), await Rtp.open(PUBLIC)
    try:
        await engine.start()
        await brain.start()
        authority = engine.layout.keys / "ca" / "ca.pem"
        names = [await engine.add_phone(each, PASSWORD) for each in (number, another)]
        caller = Agent(
            await Tls.open(PUBLIC, SIP_TLS_PORT, authority), names[0].aor, names[0].registration_name, PASSWORD
        )
        called = Agent(await Udp.open(PUBLIC, (PUBLIC, SIP_PORT)), names[1].aor, names[1].registration_name, PASSWORD)
        assert (await caller.register()).status == 200
        assert (await called.register()).status == 200
        call = await caller.call(another, ear.offer())
        incoming = await called.next_call()
        await incoming.answer(200, "OK", mouth.offer())
        await call.response(200)
        # A client never sees the internal address in its SDP, and the core's media stays on that address.
        for sdp in (call.body, incoming.body):
            assert re.findall(r"c=IN IP4 (\S+)", sdp) == [PUBLIC]
        ear.connect(call.body)
        mouth.connect(incoming.body)
        ear.play(440)
        mouth.play(1000)
        await asyncio.sleep(1.6)
        assert share(mouth.heard(), 440) > 0.9
        assert share(ear.heard(), 1000) > 0.9
        # Back through the TLS connection that the phone opened: there is no other way to call it.
        assert (await incoming.bye()).status == 200
        assert (await asyncio.wait_for(call.ended, 5)).method == "BYE"
        back = await called.call(number, mouth.offer())
        ringing = await caller.next_call()
        await ringing.answer(603, "Decline")
        await back.response(603)
        await caller.close()
        await called.close()
    finally:
        ear.close()
        mouth.close()
        await brain.stop()
        await engine.stop()
