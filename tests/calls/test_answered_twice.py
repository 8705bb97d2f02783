"""Two devices of one kind answer at the same moment: one call remains, and no device keeps a dead one."""

from __future__ import annotations

import asyncio

from tests.calls.conftest import MakePhone, MakeRtp, MediaFreed
from tests.calls.fake_brain import FakeBrain
from tests.calls.lines import until_heard
from tests.calls.message import tag


async def test_second_answer_is_ended_when_two_contacts_answer(
    media_freed: MediaFreed,
    brain: FakeBrain,
    make_phone: MakePhone,
    rtp: MakeRtp,
    number: str,
    another: str,
) -> None:
    caller = await make_phone(number)
    devices = [await make_phone(another), await make_phone(another)]
    ear = await rtp()
    call = await caller.call(another, ear.offer())
    ringing = [await device.next_call() for device in devices]
    mouths = [await rtp() for _ in devices]
    await asyncio.gather(*(each.answer(200, "OK", mouth.offer()) for each, mouth in zip(ringing, mouths, strict=True)))
    answered = await call.response(200)
    ear.connect(answered.body)

    def told_to_end() -> list[bool]:
        return [any(each.is_request and each.method == "BYE" for each in device.seen) for device in devices]

    async with asyncio.timeout(5):
        while not any(told_to_end()):
            await asyncio.sleep(0.05)
    [(has_it, mouth)] = [
        (each, mouth) for each, mouth, is_over in zip(ringing, mouths, told_to_end(), strict=True) if not is_over
    ]
    assert has_it.acknowledged.is_set()
    [let_go] = [each for each in ringing if each is not has_it]
    bye = await asyncio.wait_for(let_go.ended, 5)
    assert (tag(bye.get("From")), tag(bye.get("To"))) == (tag(let_go.invite.get("From")), let_go.own_tag)
    mouth.connect(has_it.body)
    mouth.play(600)
    await until_heard(ear, 600)
    assert not has_it.ended.done()
    assert len([message for message in caller.seen if message.status == 200 and "INVITE" in message.get("CSeq")]) == 1
    await call.bye()
    await asyncio.wait_for(has_it.ended, 5)
    await media_freed()
