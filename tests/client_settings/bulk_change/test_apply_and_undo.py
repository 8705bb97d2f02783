"""Bulk changes (SP-2): settings that are not ticked stay, and an undo restores the previous values."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from linkus.kit.bus import PORTAL, extension_topic
from linkus.shared.models.extension import Extension
from tests.client_settings.bulk_change.changes import BULK, URL, Values, read, run, undo, write
from tests.support.api import Server, frames


class TestRun:
    @pytest.mark.manual("CW-1", "AA-1", "AA-3", "SP-2", "SP-4", "SP-5")
    async def test_change_writes_ticked_values_and_leaves_the_others(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        other = await server.make_extension("1002")
        await write(admin, other, "web", auto_answer=True, auto_answer_delay=9, screen_pop_internal=True)
        before = [await read(admin, subject) for subject in (extension, other)]
        listening, portal = server.listen(extension_topic(extension.id)), server.listen(PORTAL)
        changes: dict[str, dict[str, Any]] = {
            "web": {
                "call_waiting": False,
                "screen_pop": True,
                "screen_pop_url": URL,
                "screen_pop_mode": "automatic",
                "screen_pop_trigger": "answered",
            },
            "desktop": {"paging_auto_answer": True, "paging_preempt": True, "paging_tone": True},
            "mobile": {"auto_answer": True, "auto_answer_delay": 3, "auto_answer_tone": True, "codec": "pcma"},
        }
        done = await run(admin, server, [extension.id, other.id], changes)
        assert (done["state"], done["total"], done["done"], done["changed"], done["rows"]) == ("done", 2, 2, 2, 22)
        for values, subject in zip(before, (extension, other), strict=True):
            expected = {kind: {**values[kind], **changes[kind]} for kind in changes}
            assert await read(admin, subject) == {"linkus": True, **expected}
        heard = {event["kind"]: event for event in frames(listening) if event["type"] == "settings.changed"}
        assert {kind: event["version"] for kind, event in heard.items()} == {"web": 2, "desktop": 2, "mobile": 2}
        assert heard["mobile"]["codecs"]["offer"][0] == "pcma"
        events = frames(portal)
        shared = [event for event in events if event["type"] == "settings.changed" and event["number"] is None]
        assert {event["kind"] for event in shared} == set(changes)
        [progress] = [event for event in events if event["type"] == "client_settings.progress"]
        assert (progress["id"], progress["state"], progress["done"]) == (done["id"], "done", 2)

        undone = await undo(admin, server, done["id"])
        assert (undone["state"], undone["restored"], undone["kept"]) == ("undone", 22, 0)
        assert [await read(admin, subject) for subject in (extension, other)] == before
        assert (await admin.post(f"{BULK}/{done['id']}/undo")).json()["code"] == "bulk_undone"
        assert (await admin.get(BULK)).json()["items"] == [undone]

    async def test_undo_leaves_a_value_alone_when_it_was_changed_since(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        other = await server.make_extension("1002")
        before = [(await read(admin, subject))["web"] for subject in (extension, other)]
        changes = {"linkus_enabled": False, "web": {"call_waiting": False, "auto_answer_delay": 7}}
        done = await run(admin, server, [extension.id, other.id], changes)
        await write(admin, extension, "web", auto_answer=True, auto_answer_delay=9)
        on_again = {"ids": [other.id], "enabled": True}
        await admin.post("/api/v1/admin/extensions/linkus", json=on_again)
        await admin.post("/api/v1/admin/extensions/linkus", json={**on_again, "enabled": False})
        assert done["rows"] == 6
        undone = await undo(admin, server, done["id"])
        # the delay is the only value that no longer equals what the change wrote
        assert (undone["restored"], undone["kept"]) == (5, 1)
        mine, theirs = await read(admin, extension), await read(admin, other)
        assert mine["web"] == {**before[0], "auto_answer": True, "auto_answer_delay": 9}
        assert theirs["web"] == before[1]
        assert (mine["linkus"], theirs["linkus"]) == (True, True)

    async def test_undo_restores_nothing_when_the_result_breaks_the_rules(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        types = {"screen_pop_inbound": True, "screen_pop_internal": True}  # internal: off before
        done = await run(admin, server, [extension.id], {"web": types})
        await write(admin, extension, "web", screen_pop_inbound=False)
        undone = await undo(admin, server, done["id"])
        assert (undone["restored"], undone["kept"]) == (0, 1)
        web = (await read(admin, extension))["web"]
        assert (web["screen_pop_inbound"], web["screen_pop_internal"]) == (False, True)

    @pytest.mark.manual("EN-3")
    async def test_switch_signs_clients_out_and_undo_restores_it(
        self, admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        off = await server.make_extension("1002", linkus_enabled=False)
        done = await run(admin, server, [extension.id, off.id], {"linkus_enabled": False})
        assert (done["changed"], done["rows"], done["sessions_ended"]) == (1, 1, 1)
        assert (await client.get("/api/v1/client/session")).json()["reason"] == "linkus_disabled"
        assert [row["number"] for row in await server.payloads("edge.revoke")] == ["1001"]
        await undo(admin, server, done["id"])
        assert ((await read(admin, extension))["linkus"], (await read(admin, off))["linkus"]) == (True, False)

    async def test_change_leaves_equal_values_untouched(
        self, admin: httpx.AsyncClient, client: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        listening = server.listen(extension_topic(extension.id))
        done = await run(admin, server, [extension.id], {"web": {"call_waiting": True}})
        assert (done["changed"], done["rows"]) == (0, 0)
        assert (await client.get("/api/v1/client/settings")).json()["version"] == 1
        assert frames(listening) == []

    async def test_unknown_extension_or_change_is_refused(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(BULK, json={"extension_ids": [9999], "changes": {"web": {"call_waiting": False}}})
        assert list(answer.json()["fields"]) == ["extension_ids"]
        assert (await admin.get(f"{BULK}/9999")).status_code == 404
        assert (await admin.post(f"{BULK}/9999/undo")).status_code == 404


call_values = {
    "call_waiting": st.booleans(),
    "auto_answer": st.booleans(),
    "auto_answer_delay": st.integers(0, 60),
    "paging_preempt": st.booleans(),
}
pop_values = {
    **call_values,
    "screen_pop_mode": st.sampled_from(["automatic", "manual"]),
    "screen_pop_internal": st.just(True),
}
mobile_values = {**call_values, "codec": st.sampled_from(["opus", "g722", "g729"])}
some: dict[str, Any] = {
    "mobile": st.fixed_dictionaries({}, optional=mobile_values),
    "web": st.fixed_dictionaries({}, optional=pop_values),
}
changes = st.fixed_dictionaries({}, optional={"linkus_enabled": st.booleans(), **some}).filter(
    lambda change: "linkus_enabled" in change or any(change.get(kind) for kind in some)
)


async def test_undo_restores_everything_after_any_change(admin: httpx.AsyncClient, server: Server) -> None:
    loop = asyncio.get_running_loop()

    @settings(max_examples=12, deadline=None)
    @given(change=changes, first=st.fixed_dictionaries(some), second=st.fixed_dictionaries(some), enabled=st.booleans())
    def example(change: Values, first: Values, second: Values, enabled: bool) -> None:
        # the server's connections belong to this loop; hypothesis runs its examples in a thread beside it
        scenario = change_and_undo(admin, server, change, (first, second), enabled=enabled)
        asyncio.run_coroutine_threadsafe(scenario, loop).result(60)

    await asyncio.to_thread(example)


async def change_and_undo(
    admin: httpx.AsyncClient, server: Server, change: Values, others: tuple[Values, Values], *, enabled: bool
) -> None:
    extensions = [await server.make_extension(linkus_enabled=enabled), await server.make_extension()]
    for extension, values in zip(extensions, others, strict=True):
        for kind in some:
            await write(admin, extension, kind, **values[kind])
    before = [await read(admin, extension) for extension in extensions]
    ids = [extension.id for extension in extensions]
    check = (await admin.post(f"{BULK}/check", json={"extension_ids": ids, "changes": change})).json()
    done = await run(admin, server, ids, change)
    for previous, extension in zip(before, extensions, strict=True):
        expected = {**previous, **{kind: {**previous[kind], **change.get(kind, {})} for kind in some}}
        expected["linkus"] = change.get("linkus_enabled", previous["linkus"])
        assert await read(admin, extension) == expected
    assert done["changed"] == check["changed"]
    undone = await undo(admin, server, done["id"])
    assert (undone["restored"], undone["kept"]) == (done["rows"], 0)
    assert [await read(admin, extension) for extension in extensions] == before


@pytest.mark.slow
@pytest.mark.timeout(400)  # memory is measured, and the machine may be busy; for the speed see bench, group `many`
async def test_change_of_ten_thousand_extensions_uses_little_memory(admin: httpx.AsyncClient, server: Server) -> None:
    many = {"from_number": "20000", "count": 10_000, "linkus_enabled": True}
    assert (await admin.post("/api/v1/admin/extensions/bulk", json=many)).status_code == 201
    async with server.database.transaction(write=False) as db:
        ids = list((await db.scalars(select(Extension.id))).all())
    values = {"call_waiting": False, "auto_answer_delay": 7}
    request = {"extension_ids": ids, "changes": {"web": values, "desktop": values, "mobile": values}}
    check = (await admin.post(f"{BULK}/check", json=request)).json()
    assert (check["extensions"], check["changed"], check["items"][0]["changed"]) == (10_000, 10_000, 10_000)
    tracemalloc.start()
    done = await run(admin, server, ids, request["changes"])  # type: ignore[arg-type]  # of the literal above
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (done["state"], done["rows"]) == ("done", 60_000)
    undone = await undo(admin, server, done["id"])
    assert (undone["restored"], undone["kept"]) == (60_000, 0)
    assert peak < 40e6
