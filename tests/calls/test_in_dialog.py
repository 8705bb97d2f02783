"""Requests within a call that are not about its media."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.calls.conftest import Talk
from tests.calls.message import Message
from tests.calls.sip import Call


def with_body(request: Message, content_type: str, body: str) -> Message:
    request.add("Content-Type", content_type)
    request.body = body
    return request


class TestAnswerAtOnce:
    """408 would tell the sender to end the call (RFC 3261 12.2.1.2)."""

    @pytest.mark.parametrize(
        ("method", "content_type", "status"),
        [
            ("NOTIFY", "", 489),
            ("MESSAGE", "text/plain", 405),
            ("INFO", "", 200),
            ("INFO", "text/plain", 415),
            ("INFO", "application/dtmf-relay", 200),
            ("INFO", "application/dtmf ;x=y", 200),
            ("INFO", "Application/DTMF", 415),
            ("INFO", "application/sdp", 415),
            ("INFO", "application/media_control+xml", 200),
            ("OPTIONS", "", 200),
        ],
    )
    async def test_request_is_answered(
        self, talk: Talk, number: str, another: str, method: str, content_type: str, status: int
    ) -> None:
        conversation = await talk(number, another)
        for call in (conversation.outgoing, conversation.incoming):
            request = call.request(method).add("Contact", call.agent.contact)
            if method == "NOTIFY":
                request.add("Event", "talk").add("Subscription-State", "active")
            if content_type:
                is_plain = content_type.startswith("application/dtmf ")
                with_body(request, content_type, "5" if is_plain else "Signal=5\r\nDuration=100\r\n")
            began = time.monotonic()
            assert (await call.agent.transact(request)).status == status
            assert time.monotonic() - began < 2
        assert not conversation.incoming.ended.done()


async def send_keys(call: Call, keys: str) -> list[int]:
    """Send keys without waiting for answers, as a phone does with a stored number. Return the answers."""
    asking = []
    for key in keys:
        request = with_body(call.request("INFO"), "application/dtmf-relay", f"Signal={key}\r\nDuration=100\r\n")
        asking.append(asyncio.create_task(call.agent.transact(request)))
        await asyncio.sleep(0)
    return [answer.status for answer in await asyncio.gather(*asking)]


async def test_keys_of_a_burst_keep_their_order(talk: Talk, number: str, another: str) -> None:
    """Two processes of the edge read them, and the core refuses what was overtaken."""
    conversation = await talk(number, another)
    for _ in range(15):
        assert await send_keys(conversation.outgoing, "12345678") == [200] * 8
