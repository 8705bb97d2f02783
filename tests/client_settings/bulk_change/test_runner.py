"""Bulk changes survive a crash: a restart resumes them."""

from __future__ import annotations

import httpx
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from linkus.client_settings.bulk_change import apply, repository, runner
from linkus.client_settings.models import ClientSettingsChange, ClientSettingWrite
from linkus.kit.work import UnitOfWork, unit_of_work
from linkus.shared.models.extension import Extension
from tests.client_settings.bulk_change.changes import BULK, ended, read, run, undo
from tests.support.api import Server


class TestCrash:
    async def test_running_change_is_resumed_after_a_crash(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(apply, "CHUNK_EXTENSIONS", 2)
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
            waiting = select(func.count()).where(ClientSettingWrite.change_id.is_not(None))
            assert await db.scalar(waiting) == 0

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
