from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from linkus import __version__
from linkus.call.call_state import Call
from linkus.engine.edge_events import Counted
from linkus.engine.status import EngineStatus, PartState, PartStateName, Reason
from linkus.kit.bus import CLIENTS, PORTAL
from linkus.kit.clock import now
from linkus.kit.database import Database
from linkus.presence.registry import Contact
from linkus.shared.models.administrator import Administrator
from linkus.system import endpoints, figures
from linkus.system.ports import NullEngine, no_edge
from linkus.system.tasks import remembered
from tests.mail.worker import account
from tests.support.api import Server, frames
from tests.system.watching import watcher


async def test_info_for_everybody(anonymous: httpx.AsyncClient, administrator: Administrator) -> None:
    assert (await anonymous.get("/api/v1/system/info")).json() == {
        "name": "Linkus Server",
        "company_name": "",
        "version": __version__,
        "domain": "127.0.0.1",
        "linkus_port": 8111,
        "tls": False,
        "languages": ["zh-CN", "en"],
        "login_modes": ["number", "email"],
        "setup_needed": False,
    }


async def test_open_portal_pages_hear_of_every_group_of_settings(admin: httpx.AsyncClient, server: Server) -> None:
    portal = server.listen(PORTAL)
    template = {"mode": "default", "credential_validity_days": 3}
    mobile = {"codec": "opus", "only_this_codec": False, "apply_to": "new"}
    for url, given, group in (
        ("settings/general", {"company_name": "晨星"}, "general"),
        ("mail-server", account(25), "mail_server"),
        ("mail/language", {"language": "en"}, "mail_language"),
        ("linkus-server/mail-template", template, "linkus_server"),
        ("linkus-server/login-mode", {"login_by_number": True, "login_by_email": False}, "login_mode"),
        (
            "linkus-server/mobile-default",
            mobile,
            "mobile_default",
        ),
        ("settings/privacy", {"text_zh": "", "text_en": ""}, "privacy"),
    ):
        answer = await admin.put(f"/api/v1/admin/{url}", json={**given, "version": 1})
        assert answer.status_code == 200, answer.text
        assert {"type": "server_settings.changed", "group": group, "version": 2} in frames(portal)
        assert (await admin.put(f"/api/v1/admin/{url}", json={**given, "version": 1})).status_code == 409
        assert frames(portal) == []


class TestGeneralSettings:
    url = "/api/v1/admin/settings/general"

    async def put(self, admin: httpx.AsyncClient, **values: Any) -> httpx.Response:
        return await admin.put(self.url, json={"version": 1, **values})

    async def test_defaults(self, admin: httpx.AsyncClient) -> None:
        assert (await admin.get(self.url)).json() == {
            "company_name": "",
            "system_language": "zh-CN",
            "public_address": "",
            "effective_public_address": "http://127.0.0.1:8088",
            "version": 1,
        }

    async def test_change(self, admin: httpx.AsyncClient, anonymous: httpx.AsyncClient) -> None:
        answer = await self.put(
            admin, company_name="示例公司", system_language="en", public_address="https://pbx.example.cn:8088/"
        )
        assert answer.status_code == 200
        assert answer.json()["effective_public_address"] == "https://pbx.example.cn:8088"
        assert answer.json()["version"] == 2
        assert (await anonymous.get("/api/v1/system/info")).json()["company_name"] == "示例公司"

    async def test_clients_learn_the_new_name_of_the_company(self, admin: httpx.AsyncClient, server: Server) -> None:
        clients = server.listen(CLIENTS)
        assert (await self.put(admin, company_name="星海")).status_code == 200
        told = frames(clients)
        assert told[0] == {"type": "company.changed", "company_name": "星海"}
        assert [frame["type"] for frame in told[1:]] == ["organization.changed"]
        assert (await self.put(admin, company_name="星海", system_language="en", version=2)).status_code == 200
        assert frames(clients) == []

    async def test_nobody_s_change_is_lost(self, admin: httpx.AsyncClient) -> None:
        for version in (1, 2):
            assert (await self.put(admin, company_name=f"v{version}", version=version)).status_code == 200
        late = await self.put(admin, company_name="late", version=2)
        assert (late.status_code, late.json()["code"]) == (409, "version_conflict")
        assert late.json()["current"]["company_name"] == "v2"
        assert (await self.put(admin, version=7)).status_code == 409

    @pytest.mark.parametrize(
        "address",
        ["pbx.example.cn", "ftp://a.cn", "https://", "https://a.cn/path", "https://a.cn?x", "javascript:alert(1)",
         "https://a.cn:99999", "https://a b.cn", "https://user@a.cn", "http://[::1", "https://a.cn\\@b.cn"],
    )  # fmt: skip
    async def test_bad_address(self, admin: httpx.AsyncClient, address: str) -> None:
        answer = await self.put(admin, public_address=address)
        assert answer.status_code == 422
        assert answer.json()["fields"]["public_address"]["code"] == "public_address_invalid"


class TestStatus:
    async def test_without_engine(self, admin: httpx.AsyncClient) -> None:
        status = (await admin.get("/api/v1/admin/status")).json()
        assert (status["ready"], status["engine"]) == (True, "off")
        assert [(part["name"], part["state"]) for part in status["parts"]] == [
            ("linkus", "ready"),
            ("database", "ready"),
            ("storage", "ready"),
        ]

    async def test_a_part_that_fails_is_shown_and_is_not_ready(
        self, admin: httpx.AsyncClient, anonymous: httpx.AsyncClient, server: Server
    ) -> None:
        engine = EngineStatus(["linkus", "kamailio", "asterisk"])
        for name in ("linkus", "kamailio"):
            engine.set(PartState(name, PartStateName.READY, pid=7, since=1_800_000_000.0))
        engine.set(PartState("asterisk", PartStateName.FAILED, restarts=3, reason=Reason.EXITED, detail="1"))
        server.services.engine_status = engine
        server.services.settings.engine = "on"
        try:
            status = (await admin.get("/api/v1/admin/status", headers={"Accept-Language": "en"})).json()
            ready = await anonymous.get("/readyz", headers=watcher(server))
        finally:
            server.services.engine_status = NullEngine()
            server.services.settings.engine = "off"
        asterisk = next(part for part in status["parts"] if part["name"] == "asterisk")
        assert (asterisk["state"], asterisk["restarts"]) == ("failed", 3)
        assert asterisk["message"] == "The program ended: 1"
        assert [part["name"] for part in status["parts"]].count("linkus") == 1
        assert status["ready"] is False
        assert ready.status_code == 503
        assert ready.json()["parts"]["asterisk"] == "failed"

    async def test_an_edge_that_is_being_filled_is_not_ready(
        self, admin: httpx.AsyncClient, anonymous: httpx.AsyncClient, server: Server
    ) -> None:
        engine = EngineStatus(["kamailio"])
        engine.set(PartState("kamailio", PartStateName.READY, pid=7, since=1_800_000_000.0))
        filling = [True, False]

        async def is_being_filled() -> bool:
            return filling.pop(0)

        server.services.engine_status = engine
        server.services.settings.engine = "on"
        server.services.edge_is_being_filled = is_being_filled
        try:
            answers = [await anonymous.get("/readyz", headers=watcher(server)) for _ in range(2)]
        finally:
            server.services.engine_status = NullEngine()
            server.services.settings.engine = "off"
            server.services.edge_is_being_filled = no_edge
        assert [(each.status_code, each.json()["parts"]["kamailio"]) for each in answers] == [
            (503, "starting"),
            (200, "ready"),
        ]

    async def test_however_often_readiness_is_asked_the_edge_is_asked_now_and_then(self) -> None:
        asked = []

        async def ask() -> bool:
            asked.append(1)
            return True

        question = remembered(ask, seconds=60)
        assert await asyncio.gather(*(question() for _ in range(50))) == [True] * 50
        assert len(asked) == 1

    async def test_what_the_edge_refuses_and_its_faults_are_shown(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        started = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
        counts = {
            "gate line-ending": 3,
            "gate via": 2,
            "gate flood": 7,
            "gate no-such-dialog": 4,
            "gate unproven": 6,
            "gate not-the-core": 1,
        }
        engine = EngineStatus(["kamailio"])
        engine.set(PartState("kamailio", PartStateName.READY, pid=7, since=1_800_000_000.0))
        server.services.engine_status = engine
        try:
            for listener in server.services.edge_listeners:
                listener(Counted(event="counters", since=started, counters={**counts, "fault": 2}))
            status = (await admin.get("/api/v1/admin/status", headers={"Accept-Language": "en"})).json()
            exposed = (await figures.exposition(server.services)).decode()
        finally:
            server.services.engine_status = NullEngine()
            server.services.edge_counters.take(started, {})
        assert status["edge"]["refused"] == {"malformed": 5, "too_many": 7, "no_dialog": 10, "impostor": 1}
        assert status["edge"]["faults"] == 2
        assert status["edge"]["since"] == "2026-01-02T03:04:05Z"
        edge = next(part for part in status["parts"] if part["name"] == "kamailio")
        assert edge["message"].startswith("The edge's routing script has failed 2 times")
        assert 'linkus_edge_refused_messages_total{reason="line-ending"} 3.0' in exposed
        assert "linkus_edge_script_faults_total 2.0" in exposed

    async def test_a_background_task_that_fails_is_shown_and_is_not_ready(
        self, admin: httpx.AsyncClient, anonymous: httpx.AsyncClient, server: Server
    ) -> None:
        async def broken() -> None:
            raise ZeroDivisionError

        background = server.services.background
        failed = asyncio.Event()
        background.on_change.append(failed.set)
        kept = background.keep(broken, "calls 3")
        await asyncio.wait_for(failed.wait(), 5)
        ready = await anonymous.get("/readyz", headers=watcher(server))
        status = (await admin.get("/api/v1/admin/status", headers={"Accept-Language": "en"})).json()
        background.on_change.remove(failed.set)
        kept.cancel()
        await asyncio.wait({kept})
        assert (ready.status_code, ready.json()["parts"]["linkus"]) == (503, "failed")
        own = next(part for part in status["parts"] if part["name"] == "linkus")
        assert "calls 3" in own["message"]
        assert (await anonymous.get("/readyz")).status_code == 200

    async def test_about(self, admin: httpx.AsyncClient, server: Server) -> None:
        server.services.engine_versions = {"asterisk": "22.10.1"}
        about = (await admin.get("/api/v1/admin/about")).json()
        server.services.engine_versions = {}
        assert about["version"] == __version__
        assert about["engine"] == {"asterisk": "22.10.1"}
        assert about["database"].startswith("SQLite 3." if server.database.is_sqlite else "PostgreSQL 1")


class TestWatching:
    async def test_health(self, anonymous: httpx.AsyncClient) -> None:
        assert (await anonymous.get("/healthz")).json()["status"] == "ok"
        ready = await anonymous.get("/readyz")
        assert (ready.status_code, ready.json()) == (200, {"status": "ok"})

    @pytest.mark.parametrize("key", [None, "wrong", "密".encode().decode("latin-1")])
    async def test_only_who_has_the_key_learns_of_parts(
        self, anonymous: httpx.AsyncClient, server: Server, key: str | None
    ) -> None:
        here = server.browser()
        del here.headers["X-Forwarded-For"]
        headers = {b"Authorization": f"Bearer {key}".encode("latin-1")} if key else {}
        for browser in (anonymous, here):
            assert (await browser.get("/readyz", headers=headers)).json() == {"status": "ok"}
            told = (await browser.get("/readyz", headers=watcher(server))).json()
            assert told["parts"]["database"] == "ready"

    @pytest.mark.parametrize(
        "url", ["postgresql+asyncpg://linkus@127.0.0.1:1/linkus", "sqlite+aiosqlite:////no/such/folder/linkus.db"]
    )
    async def test_not_ready_without_database(self, anonymous: httpx.AsyncClient, server: Server, url: str) -> None:
        present, away = server.database, Database(url)  # nobody listens there
        server.services.database = away
        try:
            ready = await anonymous.get("/readyz", headers=watcher(server))
            info = await anonymous.get("/api/v1/system/info")
        finally:
            server.services.database = present
            await away.close()
        assert ready.status_code == 503
        assert ready.json()["parts"]["database"] == "failed"
        assert (info.status_code, info.json()["code"]) == (503, "unavailable")

    async def test_a_database_that_goes_away_under_a_request(
        self, anonymous: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """As when PostgreSQL restarts: the next request finds it again. SQLite is closed instead."""

        async def company_name(db: AsyncSession) -> str:
            if server.database.is_sqlite:
                connection = await (await db.connection()).get_raw_connection()
                assert connection.driver_connection is not None
                await connection.driver_connection.close()
            else:
                own = await db.scalar(text("SELECT pg_backend_pid()"))
                async with server.database.transaction() as other:
                    await other.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": own})
            return str(await db.scalar(text("SELECT 'never'")))

        with monkeypatch.context() as patch:
            patch.setattr(endpoints, "company_name", company_name)
            broken = await anonymous.get("/api/v1/system/info")
        assert (broken.status_code, broken.json()["code"]) == (503, "unavailable")
        assert (await anonymous.get("/api/v1/system/info")).status_code == 200

    async def test_figures_on_this_machine_only(self, server: Server) -> None:
        browser = server.browser()
        assert (await browser.get("/metrics")).status_code == 401
        for key in ("wrong", server.services.internal_key):
            browser.headers["Authorization"] = f"Bearer {key}"
            assert (await browser.get("/metrics")).status_code == 401
        browser.headers["Authorization"] = f"Bearer {server.services.metrics_key}"
        assert (await browser.get("/metrics")).status_code == 404  # through nginx
        del browser.headers["X-Forwarded-For"]
        figures = await browser.get("/metrics")
        assert figures.status_code == 200
        assert "linkus_http_request_seconds_bucket" in figures.text
        assert 'route="/metrics"' in (await browser.get("/metrics")).text

    async def test_figures_of_what_goes_on(self, server: Server) -> None:
        engine, calls = EngineStatus(["kamailio"]), server.services.calls
        engine.set(PartState("kamailio", PartStateName.RESTARTING, restarts=3))
        async with server.database.transaction() as db:
            for due_at in (None, None, now() + timedelta(hours=1)):
                server.services.outbox.add(db, "mail.send", {}, due_at=due_at)
        registry = server.services.presence.registry
        for name in ("1001.web", "1002.web", "1003.phone"):
            registry.registered(name, Contact(f"sip:{name}"))
        calls.planned(Call("c1", "PJSIP/edge-1", "1001", "1002", now()))
        server.services.engine_status = engine
        try:
            browser = server.browser()
            del browser.headers["X-Forwarded-For"]
            browser.headers["Authorization"] = f"Bearer {server.services.metrics_key}"
            text = (await browser.get("/metrics")).text
        finally:
            server.services.engine_status = NullEngine()
            for name in ("1001.web", "1002.web", "1003.phone"):
                registry.forget(name)
            calls.take(calls.tracker.hung_up("PJSIP/edge-1", 16, now()))
            calls.ended.get_nowait()  # nobody writes the record here
        lines = set(text.splitlines())
        assert {
            'linkus_part_up{part="kamailio"} 0.0', 'linkus_part_up{part="linkus"} 1.0',
            'linkus_part_restarts_total{part="kamailio"} 3.0',
            'linkus_registrations{kind="web"} 2.0', 'linkus_registrations{kind="phone"} 1.0',
            'linkus_registrations{kind="pad"} 0.0',
            'linkus_calls{state="ringing"} 1.0', 'linkus_calls{state="talking"} 0.0',
            'linkus_outbox_rows{topic="mail.send"} 3.0', 'linkus_outbox_rows_due{topic="mail.send"} 2.0',
            "linkus_background_tasks_failing 0.0",
        } <= lines  # fmt: skip


class TestRequestId:
    async def test_nginx_s_is_kept(self, anonymous: httpx.AsyncClient) -> None:
        answer = await anonymous.get("/api/v1/system/info", headers={"X-Request-Id": "abc-123"})
        assert answer.headers["X-Request-Id"] == "abc-123"

    @pytest.mark.parametrize("bad", ["", "a b", "x" * 65, "<script>"])
    async def test_else_one_is_made(self, anonymous: httpx.AsyncClient, bad: str) -> None:
        answer = await anonymous.get("/api/v1/system/info", headers={"X-Request-Id": bad})
        assert len(answer.headers["X-Request-Id"]) == 32

    async def test_an_internal_error_names_it(
        self, anonymous: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise ZeroDivisionError

        monkeypatch.setattr(Database, "transaction", broken)
        answer = await anonymous.get("/api/v1/system/info", headers={"X-Request-Id": "find-me"})
        monkeypatch.undo()
        assert answer.status_code == 500
        assert answer.json()["code"] == "internal_error"
        assert "find-me" in answer.json()["message"]
        assert answer.headers["X-Request-Id"] == "find-me"


async def test_what_does_not_exist(anonymous: httpx.AsyncClient) -> None:
    missing = await anonymous.get("/api/v1/nothing")
    assert (missing.status_code, missing.json()["code"]) == (404, "not_found")
    wrong = await anonymous.patch("/api/v1/sessions")
    assert (wrong.status_code, wrong.json()["code"]) == (405, "method_not_allowed")
    assert (await anonymous.get("/docs")).status_code == 404


async def test_answers_are_not_stored_by_caches(anonymous: httpx.AsyncClient) -> None:
    assert (await anonymous.get("/api/v1/system/info")).headers["Cache-Control"] == "no-store"
