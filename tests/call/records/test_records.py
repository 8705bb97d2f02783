"""The administrator's call history: the origin of calls, and filtering by it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import httpx
import pytest_asyncio
from sqlalchemy import select

from linkus.call.call_state import Call, Ended
from linkus.call.records import record_writer
from linkus.call.records.models import CallRecord
from linkus.call.types import CallResult
from linkus.kit.clock import now
from linkus.kit.work import UnitOfWork
from linkus.shared.models.extension import Extension
from linkus.trunk.models import Trunk
from tests.support.api import Server

URL = "/api/v1/admin/call-records"
LOG = "/api/v1/client/calls"


@pytest_asyncio.fixture(loop_scope="session")
async def trunks(server: Server) -> list[Trunk]:
    made = [Trunk(name=name, kind="peer", host="192.0.2.1") for name in ("移动", "电信", "空闲")]
    for trunk in made:
        trunk.codecs = ["pcma"]
    async with server.database.transaction() as db:
        db.add_all(made)
    return made


@pytest_asyncio.fixture(loop_scope="session")
async def history(server: Server, trunks: list[Trunk]) -> None:
    rows: list[dict[str, Any]] = [
        {"from_number": "1001", "to_number": "1002"},
        {
            "from_number": "13800138000",
            "to_number": "1001",
            "origin": "inbound",
            "trunk_id": trunks[0].id,
            "did_number": "02161234567",
            "did_name": "旧名",
        },
        {"from_number": "1001", "to_number": "13900139000", "origin": "outbound", "trunk_id": trunks[1].id},
        {"from_number": "1001", "to_number": "600", "to_name": "仓库", "origin": "page"},
        {
            "from_number": "13800138001",
            "to_number": "1002",
            "origin": "inbound",
            "trunk_id": trunks[0].id,
            "did_number": "02161234567",
            "did_name": "总机",
        },
        {
            "from_number": "13800138002",
            "to_number": "1003",
            "origin": "inbound",
            "trunk_id": trunks[1].id,
            "did_number": "95001",
        },
    ]
    async with server.database.transaction() as db:
        for minutes, row in enumerate(rows):
            began = now() - timedelta(minutes=minutes)
            db.add(CallRecord(call_id=f"c{minutes}", started_at=began, ended_at=began, result="answered", **row))
            await db.flush()


async def written(server: Server, call: Call) -> int:
    """Write the record of an answered call, and return its id."""
    async with server.database.transaction() as db:
        work = UnitOfWork(db, server.services.outbox, server.services.bus)
        await record_writer.write_records(
            work, [Ended(call, now(), CallResult.ANSWERED, 16)], server.services.visibility.hides
        )
        return (await db.scalars(select(CallRecord.id))).one()


async def call_ids(admin: httpx.AsyncClient, **params: Any) -> list[str]:
    answer = await admin.get(URL, params=params)
    assert answer.status_code == 200, answer.text
    return [item["call_id"] for item in answer.json()["items"]]


async def test_record_names_origin_trunk_and_did_in_the_history(
    admin: httpx.AsyncClient, history: None, trunks: list[Trunk]
) -> None:
    items = {item["call_id"]: item for item in (await admin.get(URL)).json()["items"]}
    names = ("origin", "trunk_id", "trunk_name", "did_number", "did_name")
    assert [items["c0"][name] for name in names] == ["internal", None, None, "", ""]
    assert [items["c1"][name] for name in names] == ["inbound", trunks[0].id, "移动", "02161234567", "旧名"]
    assert [items["c3"][name] for name in names] == ["page", None, None, "", ""]


async def test_history_returns_matching_records_when_filtered_or_searched(
    admin: httpx.AsyncClient, history: None, trunks: list[Trunk]
) -> None:
    assert await call_ids(admin, origin="inbound") == ["c1", "c4", "c5"]
    assert await call_ids(admin, origin="page") == ["c3"]
    assert await call_ids(admin, trunk_id=trunks[1].id) == ["c2", "c5"]
    assert await call_ids(admin, did="02161234567") == ["c1", "c4"]
    assert await call_ids(admin, origin="inbound", trunk_id=trunks[1].id) == ["c5"]
    assert await call_ids(admin, search="总机") == ["c4"]
    assert await call_ids(admin, search="9500") == ["c5"]
    assert await call_ids(admin, trunk_id=trunks[2].id) == []
    assert (await admin.get(URL, params={"origin": "elsewhere"})).status_code == 422


async def test_filters_list_trunks_and_dids_that_have_records(
    admin: httpx.AsyncClient, history: None, trunks: list[Trunk]
) -> None:
    answer = (await admin.get(f"{URL}/filters")).json()
    assert sorted(trunk["name"] for trunk in answer["trunks"]) == ["电信", "移动"]
    assert answer["dids"] == [{"number": "02161234567", "name": "总机"}, {"number": "95001", "name": ""}]


async def test_filters_are_empty_when_there_are_no_records(admin: httpx.AsyncClient) -> None:
    assert (await admin.get(f"{URL}/filters")).json() == {"trunks": [], "dids": []}


async def test_outside_call_is_not_in_the_log_of_the_extension_whose_number_it_shows(
    server: Server, extension: Extension, client: httpx.AsyncClient
) -> None:
    callee = await server.make_extension("1002")
    call = Call("id-1", "PJSIP/edge-1", "1001", "1002", now(), from_kind="trunk", from_name="客户", origin="inbound")
    call.to_extension_id = callee.id
    await written(server, call)
    assert (await client.get(LOG)).json()["items"] == []
    [item] = (await (await server.sign_in(callee)).get(LOG)).json()["items"]
    assert (item["direction"], item["number"], item["name"]) == ("in", "1001", "客户")


async def test_outbound_call_is_not_in_the_log_of_the_extension_with_that_number(
    server: Server, extension: Extension, client: httpx.AsyncClient
) -> None:
    await server.make_extension("1002")
    call = Call("id-1", "PJSIP/edge-1", "1002", "1001", now(), from_kind="web", origin="outbound")
    await written(server, call)
    assert (await client.get(LOG)).json()["items"] == []


async def test_record_stays_on_the_other_side_when_one_side_hides_it(
    server: Server, extension: Extension, client: httpx.AsyncClient
) -> None:
    other = await server.sign_in(await server.make_extension("1002"))
    record = await written(server, Call("id-1", "PJSIP/edge-1", "1001", "1002", now(), from_kind="web"))
    assert [(await client.delete(f"{LOG}/{record}")).status_code for _ in range(2)] == [204, 404]
    assert (await client.get(LOG)).json()["items"] == []
    assert [item["id"] for item in (await other.get(LOG)).json()["items"]] == [record]
    assert [(await other.delete(f"{LOG}/{record}")).status_code for _ in range(2)] == [204, 404]
    assert (await other.get(LOG)).json()["items"] == []


async def test_own_call_disappears_when_its_user_hides_it(
    server: Server, extension: Extension, client: httpx.AsyncClient
) -> None:
    record = await written(server, Call("id-1", "PJSIP/edge-1", "1001", "1001", now(), from_kind="web"))
    assert [item["direction"] for item in (await client.get(LOG)).json()["items"]] == ["out"]
    assert [(await client.delete(f"{LOG}/{record}")).status_code for _ in range(2)] == [204, 404]
    assert (await client.get(LOG)).json()["items"] == []


async def test_record_is_written_once_when_the_journal_repeats_the_call(server: Server) -> None:
    def ended(key: str) -> Ended:
        call = Call("id-1", "PJSIP/edge-1", "1001", "1002", now(), core_key=key)
        return Ended(call, now(), CallResult.ANSWERED, 16)

    state = server.services
    for batch in ([ended("1.1/1"), ended("1.1/1"), ended("1.1/2")], [ended("1.1/2"), ended("")], [ended("")]):
        async with server.database.transaction() as db:
            await record_writer.write_records(UnitOfWork(db, state.outbox, state.bus), batch, state.visibility.hides)
    async with server.database.transaction(write=False) as db:
        keys = (await db.scalars(select(CallRecord.core_key).order_by(CallRecord.id))).all()
    assert keys == ["1.1/1", "1.1/2", None, None]


async def test_record_belongs_to_the_extension_of_the_beginning_of_the_call(server: Server) -> None:
    """An extension that got a number during a call, or after it, has no part in the call."""
    began = now()
    other = await server.make_extension("1002")
    new = await server.make_extension("1001")
    gone = new.id + 1
    known = Call("known", "a", "1001", "1002", began, from_extension_id=gone, from_name="Old", to_extension_id=other.id)
    found = Call("found", "b", "1001", "1001", began - timedelta(minutes=1), from_name="Old")
    later = Call("later", "c", "1001", "1002", now())
    async with server.database.transaction() as db:
        work = UnitOfWork(db, server.services.outbox, server.services.bus)
        ended = [Ended(call, now(), CallResult.ANSWERED, 16) for call in (known, found, later)]
        await record_writer.write_records(work, ended, server.services.visibility.hides)
    async with server.database.transaction(write=False) as db:
        rows = {row.call_id: row for row in await db.scalars(select(CallRecord))}
    parties = {key: (row.from_extension_id, row.to_extension_id) for key, row in rows.items()}
    assert parties == {"known": (None, other.id), "found": (None, None), "later": (new.id, other.id)}
    assert rows["known"].from_name == "Old"
