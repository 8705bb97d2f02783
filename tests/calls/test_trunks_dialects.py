"""Dialects of providers' switches: they write some things in other words than telephones do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from linkus.engine.edge_trunks import EdgeTrunks
from linkus.kit.settings import SIP_PORT
from tests.calls.conftest import MakePhone, MakeRtp
from tests.calls.engine import HOST, Engine
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import peer_trunk
from tests.calls.provider import provider_address
from tests.calls.sip import Agent, Call
from tests.calls.transports import Udp


@pytest_asyncio.fixture(loop_scope="session")
async def switch(engine: Engine, brain: FakeBrain, lines: EdgeTrunks) -> AsyncIterator[Agent[Udp]]:
    """A peer's switch, which the edge knows by its address."""
    address = provider_address()
    await lines.write(peer_trunk(address, 5074))
    await engine.fill()
    agent = Agent(await Udp.open(address, (HOST, SIP_PORT), 5074), "peer")
    yield agent
    await agent.close()


async def call_from(switch: Agent[Udp], caller: str, dialled: str, body: str, **headers: str) -> Call:
    """Call with this URI in From."""
    message = switch.new("INVITE", f"sip:{dialled}@{HOST}", f"<sip:{dialled}@{HOST}>")
    message.headers = [
        (name, f"<{caller}>;tag={value.partition(';tag=')[2]}" if name == "From" else value)
        for name, value in message.headers
    ]
    for name, value in headers.items():
        message.add(name.replace("_", "-"), value)
    message.add("Content-Type", "application/sdp")
    message.body = body
    call = switch.calls[message.get("Call-ID")] = Call(switch, message, outgoing=True)
    await switch.send(message)
    return call


@pytest.mark.parametrize(
    ("caller", "headers"),
    [
        ("sip:+8613800138000;cpc=ordinary@198.51.100.1;user=phone", {}),
        ("sip:+8613800138000;isup-oli=0@198.51.100.1", {}),
        ("sip:+8613800138000:secret@198.51.100.1", {}),
        ("tel:+8613800138000;cpc=ordinary", {}),
        (
            "sip:0000@198.51.100.1",
            {"P_Asserted_Identity": '"Zhang; @ Li" <sip:+8613800138000;cpc=ordinary@ims.example;user=phone>'},
        ),
    ],
)
async def test_parameters_of_a_number_do_not_hide_it(
    switch: Agent[Udp],
    brain: FakeBrain,
    make_phone: MakePhone,
    rtp: MakeRtp,
    number: str,
    caller: str,
    headers: dict[str, str],
) -> None:
    phone, ear = await make_phone(number), await rtp()
    call = await call_from(switch, caller, number, ear.offer(), **headers)
    ringing = await phone.next_call()
    await ringing.answer(180, "Ringing")
    assert brain.questions[0]["from"] == "+8613800138000"
    assert "<sip:+8613800138000@" in ringing.invite.get("From")
    await call.cancel()
    await asyncio.wait_for(ringing.ended, 5)


async def test_number_is_taken_from_to_when_the_request_names_no_user(
    switch: Agent[Udp], brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str
) -> None:
    phone, ear = await make_phone(number), await rtp()
    call = await switch.call(number, ear.offer(), target=f"sip:{HOST}:{SIP_PORT}")
    ringing = await phone.next_call()
    await ringing.answer(180, "Ringing")
    assert brain.questions[0]["to"] == number
    await call.cancel()
    await asyncio.wait_for(ringing.ended, 5)


@pytest.mark.parametrize("reason", ['SIP;cause=200;text="Call completed elsewhere"', "SIP ;cause=487", ""])
async def test_call_that_was_answered_elsewhere_is_no_missed_call(
    switch: Agent[Udp], make_phone: MakePhone, rtp: MakeRtp, number: str, reason: str
) -> None:
    phone, ear = await make_phone(number), await rtp()
    call = await switch.call(number, ear.offer())
    ringing = await phone.next_call()
    await ringing.answer(180, "Ringing")
    await call.response(180)
    await call.cancel(reason)
    cancel = await asyncio.wait_for(ringing.ended, 5)
    assert any("cause=200" in each for each in cancel.all("Reason")) is ("cause=200" in reason)


async def test_a_caller_of_ours_cannot_hide_a_missed_call(
    brain: FakeBrain, make_phone: MakePhone, rtp: MakeRtp, number: str, another: str
) -> None:
    caller, phone, ear = await make_phone(another), await make_phone(number), await rtp()
    call = await caller.call(number, ear.offer())
    ringing = await phone.next_call()
    await ringing.answer(180, "Ringing")
    await call.response(180)
    await call.cancel('SIP;cause=200;text="Call completed elsewhere"')
    cancel = await asyncio.wait_for(ringing.ended, 5)
    assert not any("cause=200" in each for each in cancel.all("Reason"))
