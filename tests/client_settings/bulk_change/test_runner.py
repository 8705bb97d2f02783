"""Bulk changes (SP-2): unselected settings stay, undo restores the old values, and a restart resumes the change."""

from __future__ import annotations

import asyncio
import tracemalloc
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from linkus.client_settings.bulk_change import apply, repository, runner
from linkus.client_settings.bulk_change import undo as undo_module
from linkus.client_settings.models import ClientSettingsBefore, ClientSettingsChange
from linkus.extension.models import Extension
from linkus.kit.bus import PORTAL, extension_topic
from linkus.kit.work import UnitOfWork, unit_of_work
from tests.support.api import Server, frames

Values = dict[str, Any]
BULK = "/api/v1/admin/client-settings/bulk"
URL = "https://crm.example/?n={{.CallerNumber}}"


async def read(admin: httpx.AsyncClient, extension: Extension) -> dict[str, Any]:
    """Return every setting that a bulk change could touch, without the versions."""
    values: dict[str, Any] = {
        "linkus": (await admin.get(f"/api/v1/admin/extensions/{extension.id}")).json()["linkus_enabled"]
    }
    for kind in ("mobile", "desktop", "web"):
        answer = await admin.get(f"/api/v1/admin/extensions/{extension.id}/client-settings/{kind}")
        values[kind] = answer.json()["values"]
    return values


async def write(admin: httpx.AsyncClient, extension: Extension, kind: str, **values: Any) -> None:
    url = f"/api/v1/admin/extensions/{extension.id}/client-settings/{kind}"
    version = (await admin.get(url)).json()["version"]
    answer = await admin.put(url, json={"kind": kind, "version": version, "values": values})
    assert answer.status_code == 200, answer.text


async def run(admin: httpx.AsyncClient, server: Server, ids: list[int], changes: dict[str, Any]) -> dict[str, Any]:
    answer = await admin.post(BULK, json={"extension_ids": ids, "changes": changes})
    assert answer.status_code == 202, answer.text
    return await ended(admin, server, answer.json()["id"])


async def undo(admin: httpx.AsyncClient, server: Server, change_id: int) -> dict[str, Any]:
    assert (await admin.post(f"{BULK}/{change_id}/undo")).status_code == 202
    return await ended(admin, server, change_id)


async def ended(admin: httpx.AsyncClient, server: Server, change_id: int) -> dict[str, Any]:
    await server.services.background.idle()
    view: dict[str, Any] = (await admin.get(f"{BULK}/{change_id}")).json()
    return view


class TestCheck:
    async def test_check_counts_what_really_changes(
        self, admin: httpx.AsyncClient, extension: Extension, client: httpx.AsyncClient, server: Server
    ) -> None:
        off = await server.make_extension("1002", linkus_enabled=False)
        await write(admin, extension, "web", call_waiting=False)
        changes: dict[str, Any] = {
            "linkus_enabled": False,
            "web": {"call_waiting": False, "auto_answer_delay": 5},
            "mobile": {"codec": "opus"},
        }
        request = {"extension_ids": [extension.id, off.id, 9999], "changes": changes}
        assert (await admin.post(f"{BULK}/check", json=request)).json() == {
            "extensions": 2,
            "not_found": 1,
            "changed": 2,
            "items": [
                {"kind": "linkus", "name": "linkus_enabled", "value": False, "changed": 1},
                {"kind": "mobile", "name": "codec", "value": "opus", "changed": 0},
                {"kind": "web", "name": "call_waiting", "value": False, "changed": 1},
                {"kind": "web", "name": "auto_answer_delay", "value": 5, "changed": 2},
            ],
            "sessions_ended": 1,
            "signs_out": [
                {
                    "extension_number": extension.number,
                    "display_name": extension.display_name,
                    "client_kind": "web",
                    "device_name": "Test",
                }
            ],
        }
        assert (await client.get("/api/v1/client/session")).status_code == 200  # nothing was done

    async def test_check_names_at_most_ten_clients(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        for _ in range(12):
            await server.open_session(extension, "mobile")
        request = {"extension_ids": [extension.id], "changes": {"linkus_enabled": False}}
        check = (await admin.post(f"{BULK}/check", json=request)).json()
        assert (check["sessions_ended"], len(check["signs_out"])) == (12, 10)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({}, "changes"),
            ({"web": {}}, "changes"),
            ({"web": {"screen_pop": True}}, "changes.web.screen_pop_url"),
            ({"desktop": {"screen_pop_url": "ftp://crm.example"}}, "changes.desktop.screen_pop_url"),
            ({"web": {"screen_pop_inbound": False}}, "changes.web.screen_pop_inbound"),
            ({"web": {"auto_answer_delay": 61}}, "changes.web.auto_answer_delay"),
            ({"mobile": {"screen_pop": True}}, "changes.mobile.screen_pop"),
        ],
    )
    async def test_invalid_change_is_refused_at_its_field(
        self, admin: httpx.AsyncClient, extension: Extension, changes: dict[str, Any], field: str
    ) -> None:
        for path in (BULK, f"{BULK}/check"):
            answer = await admin.post(path, json={"extension_ids": [extension.id], "changes": changes})
            assert (answer.status_code, list(answer.json()["fields"])) == (422, [field])


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
        assert [row["aor"] for row in await server.payloads("edge.revoke")] == ["1001.web"]
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


class TestCrash:
    async def test_running_change_is_resumed_after_a_crash(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(apply, "CHUNK_EXTENSIONS", 2)
        monkeypatch.setattr(undo_module, "CHUNK_ROWS", 2)
        extensions = [await server.make_extension(str(number)) for number in range(2001, 2006)]
        body = {"state": "running", "extension_ids": [extension.id for extension in extensions], "total": 5}
        async with server.database.transaction() as db:
            change = ClientSettingsChange(changes={"web": {"call_waiting": False}}, **body)
            db.add(change)
        async with unit_of_work(server.services) as work:
            assert await runner.step(work, change.id)
        with pytest.raises(RuntimeError):
            async with unit_of_work(server.services) as work:  # dies before the second chunk is written
                await runner.step(work, change.id)
                raise RuntimeError
        written = [(await read(admin, extension))["web"]["call_waiting"] for extension in extensions]
        assert written == [False] * 2 + [True] * 3
        assert (await admin.post(f"{BULK}/{change.id}/undo")).json()["code"] == "bulk_running"

        await runner.resume(server.services)
        done = await ended(admin, server, change.id)
        assert (done["state"], done["done"], done["changed"]) == ("done", 5, 5)
        assert [(await read(admin, extension))["web"]["call_waiting"] for extension in extensions] == [False] * 5
        async with unit_of_work(server.services) as work:
            stored = await repository.for_update(work.db, change.id)
            assert stored is not None
            stored.state = "undoing"
            assert await runner.step(work, change.id)
        await runner.resume(server.services)
        undone = await ended(admin, server, change.id)
        assert (undone["state"], undone["restored"]) == ("undone", 5)
        async with server.database.transaction(write=False) as db:
            assert await db.scalar(select(func.count()).select_from(ClientSettingsBefore)) == 0

    @pytest.mark.parametrize(("in_a_row", "state"), [(1, "done"), (2, "failed")])
    async def test_chunk_is_retried_when_it_fails(
        self,
        admin: httpx.AsyncClient,
        server: Server,
        monkeypatch: pytest.MonkeyPatch,
        in_a_row: int,
        state: str,
    ) -> None:
        monkeypatch.setattr(apply, "CHUNK_EXTENSIONS", 1)
        monkeypatch.setattr(runner, "MAX_CHUNK_ATTEMPTS", 2)
        step, failures = runner.step, 0

        async def fails_at_first(work: UnitOfWork, change_id: int) -> bool:
            nonlocal failures
            failures += 1
            if failures <= in_a_row:
                raise OperationalError("UPDATE", {}, Exception("database is locked"))
            failures = 0
            return await step(work, change_id)

        monkeypatch.setattr(runner, "step", fails_at_first)
        extensions = [await server.make_extension(str(number)) for number in range(2001, 2004)]
        done = await run(admin, server, [extension.id for extension in extensions], {"web": {"call_waiting": False}})
        assert (done["state"], done["changed"]) == (state, 3 if state == "done" else 0)

    async def test_undo_skips_a_deleted_extension(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        other = await server.make_extension("1002")
        done = await run(
            admin, server, [extension.id, other.id], {"linkus_enabled": False, "web": {"auto_answer": True}}
        )
        await admin.delete(f"/api/v1/admin/extensions/{other.id}")
        undone = await undo(admin, server, done["id"])
        assert (undone["state"], undone["restored"], undone["kept"]) == ("undone", 2, 0)


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
