"""Calls with somebody whom a user may not see: they work, and the user gets the number without the name."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import httpx
import pytest_asyncio

from linkus.call.call_state import Call, Change, Ended
from linkus.call.live import rejoin
from linkus.call.records import record_writer
from linkus.call.records.tasks import keep_writing_records
from linkus.call.types import CallResult
from linkus.kit.bus import PORTAL, extension_topic
from linkus.kit.clock import now
from linkus.kit.work import UnitOfWork
from linkus.shared.models.extension import Extension
from linkus.voicemail.models import VoicemailMessage
from tests.call.core import ask, registered
from tests.client_permission.visibility.test_endpoints import rule
from tests.support.api import Server, frames

LOG = "/api/v1/client/calls"
VOICEMAIL = "/api/v1/client/voicemail"


@pytest_asyncio.fixture(loop_scope="session")
async def pair(server: Server) -> tuple[Extension, Extension]:
    """Return an extension that sees nobody, and one that sees everybody."""
    return await server.make_extension("1001", first_name="Na"), await server.make_extension("1002", first_name="Wei")


@pytest_asyncio.fixture(loop_scope="session")
async def restricted(admin: httpx.AsyncClient, server: Server, pair: tuple[Extension, Extension]) -> None:
    await rule(admin, {"extension_ids": [pair[0].id]}, {})
    await server.services.visibility.current()


def call_between(caller: Extension, callee: Extension) -> Call:
    return Call(
        call_id=f"{caller.number}-{callee.number}",
        caller_channel="PJSIP/a",
        from_number=caller.number,
        from_name=caller.display_name,
        from_extension_id=caller.id,
        from_kind="web",
        to_number=callee.number,
        to_name=callee.display_name,
        to_extension_id=callee.id,
        started_at=now(),
        answered_at=now(),
        answered_channel="PJSIP/b",
    )


async def write(server: Server, call: Call) -> None:
    services = server.services
    async with server.database.transaction() as db:
        work = UnitOfWork(db, services.outbox, services.bus)
        ended = Ended(call, now(), CallResult.ANSWERED, 16)
        await record_writer.write_records(work, [ended], services.visibility.hides)


async def log(server: Server, extension: Extension) -> list[tuple[str, str]]:
    items = (await (await server.sign_in(extension)).get(LOG)).json()["items"]
    return [(item["number"], item["name"]) for item in items]


async def test_records_of_both_directions(server: Server, pair: tuple[Extension, Extension], restricted: None) -> None:
    blind, seeing = pair
    heard = server.listen(extension_topic(blind.id)), server.listen(extension_topic(seeing.id))
    await write(server, call_between(blind, seeing))
    await write(server, call_between(seeing, blind))
    assert await log(server, blind) == [("1002", ""), ("1002", "")]
    assert await log(server, seeing) == [("1001", "Na"), ("1001", "Na")]
    logged = [[event["record"]["name"] for event in frames(one) if event["type"] == "call.logged"] for one in heard]
    assert logged == [["", ""], ["Na", "Na"]]


async def test_calls_that_end_while_the_server_runs(
    server: Server, pair: tuple[Extension, Extension], restricted: None
) -> None:
    heard = server.listen(extension_topic(pair[0].id))
    writing = asyncio.create_task(keep_writing_records(server.services))
    try:
        server.services.ended_calls.put_nowait(Ended(call_between(*pair), now(), CallResult.ANSWERED, 16))
        await asyncio.wait_for(server.services.ended_calls.join(), 10)
    finally:
        writing.cancel()
        await asyncio.gather(writing, return_exceptions=True)
    [logged] = [event["record"] for event in frames(heard) if event["type"] == "call.logged"]
    assert (logged["number"], logged["name"]) == ("1002", "")


async def test_records_of_a_deleted_extension(
    admin: httpx.AsyncClient, server: Server, pair: tuple[Extension, Extension], restricted: None
) -> None:
    """A record forgets the extension that is deleted, and keeps the name for those who saw it."""
    blind, seeing = pair
    hidden = await server.make_extension("1003", first_name="Boss")
    for other in (blind, seeing):
        await write(server, call_between(hidden, other))
        await write(server, call_between(other, hidden))
    outside = replace(call_between(hidden, blind), from_number="138", from_name="客户", from_kind="trunk")
    await write(server, replace(outside, from_extension_id=None, origin="inbound"))
    group = replace(call_between(blind, hidden), to_number="6000", to_name="广播", to_extension_id=None, origin="page")
    await write(server, group)
    assert (await admin.delete(f"/api/v1/admin/extensions/{hidden.id}")).status_code == 204
    assert await log(server, blind) == [("6000", "广播"), ("138", "客户"), ("1003", ""), ("1003", "")]
    assert await log(server, seeing) == [("1003", "Boss"), ("1003", "Boss")]


async def test_invite_shows_no_name_to_whom_may_not_see_the_caller(
    admin: httpx.AsyncClient, server: Server, pair: tuple[Extension, Extension], restricted: None
) -> None:
    blind, _seeing = pair
    third = await server.make_extension("1003", first_name="San")
    page = {"number": "6000", "name": "All", "member_ids": [blind.id, third.id]}
    assert (await admin.post("/api/v1/admin/paging-groups", json=page)).is_success

    async def shown(from_: str, to: str) -> tuple[str | None, str | None]:
        plan = await ask(server, to, **{"from": from_, "kind": "phone", "channel": ""})
        return plan.get("cid_num"), plan.get("cid_name")

    with registered(server, "1001.web", "1002.web", "1003.web"):
        assert await shown("1002", "1001") == ("1002", None)
        assert await shown("1001", "1002") == ("1001", "Na")
        assert await shown("1002", "6000") == ("1002", None)
    with registered(server, "1003.web"):  # only who sees everybody rings
        assert await shown("1002", "6000") == ("1002", "Wei")
    with registered(server, "1001.web"):
        answer = (await admin.get("/api/v1/admin/calls/explain?from=1002&to=1001&kind=phone")).json()
    assert answer["steps"][-1]["code"] == "explain_name_hidden"


async def test_records_have_names_again_without_the_rule(
    admin: httpx.AsyncClient, server: Server, pair: tuple[Extension, Extension], restricted: None
) -> None:
    await write(server, call_between(*pair))
    (made,) = [one for one in (await admin.get("/api/v1/admin/visibility-rules")).json()["items"] if one["id"]]
    await admin.delete(f"/api/v1/admin/visibility-rules/{made['id']}")
    assert await log(server, pair[0]) == [("1002", "Wei")]


async def test_calls_in_progress(server: Server, pair: tuple[Extension, Extension], restricted: None) -> None:
    blind, seeing = pair
    calls = server.services.calls
    page = server.listen(PORTAL)
    heard = server.listen(extension_topic(blind.id)), server.listen(extension_topic(seeing.id))

    def names(events: list[dict[str, Any]]) -> list[tuple[str, str, str, str]]:
        found = [event for event in events if event["type"] == "call.changed"]
        return [(event["from"], event["from_name"], event["to"], event["to_name"]) for event in found]

    call = call_between(blind, seeing)
    calls.take([Change(call), Change(call_between(seeing, blind))])
    assert names(frames(heard[0])) == [("1001", "Na", "1002", ""), ("1002", "", "1001", "Na")]
    whole = [("1001", "Na", "1002", "Wei"), ("1002", "Wei", "1001", "Na")]
    assert names(frames(heard[1])) == names(frames(page)) == whole
    own = [rejoin._own_call(calls, call, leg) for leg in call.sides]
    assert [(one.direction, one.number, one.name) for one in own] == [("out", "1002", ""), ("in", "1001", "Na")]


async def test_voicemail(server: Server, pair: tuple[Extension, Extension], restricted: None) -> None:
    async with server.database.transaction() as db:
        for at, (number, name) in enumerate([("1002", "Wei"), ("13800138000", "客户")]):
            db.add(
                VoicemailMessage(
                    extension_id=pair[0].id,
                    call_id=f"c{at}",
                    from_number=number,
                    from_name=name,
                    file_name=f"{at}.wav",
                    seconds=3,
                    created_at=now(),
                )
            )
            await db.flush()
    client = await server.sign_in(pair[0])
    items = (await client.get(VOICEMAIL)).json()["items"]
    assert sorted((item["from_number"], item["from_name"]) for item in items) == [("1002", ""), ("13800138000", "客户")]
    (hidden,) = [item["id"] for item in items if item["from_number"] == "1002"]
    assert (await client.put(f"{VOICEMAIL}/{hidden}", json={"heard": True})).json()["from_name"] == ""
