"""Trunks by the API, on both databases."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from linkus.kit.bus import PORTAL
from linkus.trunk.models import Trunk
from linkus.trunk.schemas import NO_ADDRESS, TrunkState, TrunkStatus
from tests.support.api import Server, codes, frames
from tests.trunk.fake_monitor import URL, FakeTrunkMonitor, trunk_body


@pytest.fixture
def monitor(server: Server) -> Iterator[FakeTrunkMonitor]:
    own, fake = server.services.trunk_monitor, FakeTrunkMonitor()
    server.services.trunk_monitor = fake
    yield fake
    server.services.trunk_monitor = own


async def add(admin: httpx.AsyncClient, **values: Any) -> dict[str, Any]:
    answer = await admin.post(URL, json=trunk_body(**values))
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def refused(admin: httpx.AsyncClient, **values: Any) -> dict[str, str]:
    """Return the error code of each field."""
    return codes(await admin.post(URL, json=trunk_body(**values)))


class TestSaving:
    async def test_trunk_is_read_as_saved_without_its_password(self, admin: httpx.AsyncClient, server: Server) -> None:
        made = await add(
            admin, codecs=["opus", "pcmu"], caller_id="+861088886666", caller_id_name="晨星", caller_id_header="pai"
        )
        assert (made["codecs"], made["caller_id_header"]) == (["opus", "pcmu"], "pai")
        assert (made["password_set"], made["port"], made["transport"]) == (True, 5060, "udp")
        read = (await admin.get(f"{URL}/{made['id']}")).json()
        assert read == made
        assert "Trunk-Secret-7" not in str(read)
        async with server.database.transaction(write=False) as db:
            sealed = (await db.get_one(Trunk, made["id"])).password_sealed
        assert "Trunk-Secret-7" not in sealed
        assert server.services.seal.open(sealed) == "Trunk-Secret-7"

    async def test_edge_and_pages_are_notified_of_each_change(self, admin: httpx.AsyncClient, server: Server) -> None:
        pages = server.listen(PORTAL)
        made = await add(admin)
        await admin.put(f"{URL}/{made['id']}", json=trunk_body(password=None, version=1))
        await admin.delete(f"{URL}/{made['id']}")
        assert await server.payloads("edge.trunk") == [{"trunk_id": made["id"]}] * 3
        told = [frame for frame in frames(pages) if frame["type"] == "trunk.changed"]
        assert told == [{"type": "trunk.changed", "id": made["id"]}] * 3

    async def test_open_pages_are_notified_of_routes_when_a_trunk_is_deleted(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        """Its inbound routes go with it, and outbound routes go on without it."""
        made = await add(admin)
        extension = await server.make_extension("1001")
        route = {"name": "A", "trunk_id": made["id"], "destination": "extension", "extension_id": extension.id}
        assert (await admin.post("/api/v1/admin/inbound-routes", json=route)).status_code == 201
        pages = server.listen(PORTAL)
        await admin.delete(f"{URL}/{made['id']}")
        assert {"type": "route.changed"} in frames(pages)

    @pytest.mark.parametrize("kind", ["register", "peer"])
    @pytest.mark.parametrize(
        "change",
        [
            {"host": "198.51.100.7"},
            {"port": 5070},
            {"transport": "tcp"},
            {"domain": "evil.example"},
            {"username": "other"},
            {"auth_name": "other"},
        ],
    )
    async def test_stored_password_is_used_for_no_other_account(
        self, admin: httpx.AsyncClient, change: dict[str, Any], kind: str
    ) -> None:
        """A provider of one's own could guess the password from the answers to its challenges."""
        made = await add(admin, kind=kind)
        url = f"{URL}/{made['id']}"
        body = trunk_body(**{"kind": kind, "password": None, "version": 1, **change})
        refused = await admin.put(url, json=body)
        assert codes(refused) == {"password": "trunk_password_again"}
        assert "请重新输入密码" in refused.json()["fields"]["password"]["message"]
        english = await admin.put(url, json=body, headers={"Accept-Language": "en"})
        assert "enter the password again" in english.json()["fields"]["password"]["message"]
        assert (await admin.get(url)).json()["version"] == 1
        assert (await admin.put(url, json={**body, "password": "Trunk-Secret-8"})).status_code == 200

    async def test_password_stays_when_it_is_absent(self, admin: httpx.AsyncClient, server: Server) -> None:
        made = await add(admin)
        saved = await admin.put(f"{URL}/{made['id']}", json=trunk_body(password=None, name="新名", version=1))
        assert (saved.json()["version"], saved.json()["password_set"]) == (2, True)
        async with server.database.transaction(write=False) as db:
            trunk = await db.get_one(Trunk, made["id"])
        assert server.services.seal.open(trunk.password_sealed) == "Trunk-Secret-7"
        peer = await admin.put(f"{URL}/{made['id']}", json=trunk_body(password="", kind="peer", version=2))
        assert peer.json()["password_set"] is False

    async def test_stale_version_is_refused_with_the_present_values(self, admin: httpx.AsyncClient) -> None:
        made = await add(admin)
        await admin.put(f"{URL}/{made['id']}", json=trunk_body(host="10.0.0.7", version=1))
        answer = await admin.put(f"{URL}/{made['id']}", json=trunk_body(host="10.0.0.8", version=1))
        assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
        assert answer.json()["current"]["host"] == "10.0.0.7"

    async def test_one_update_succeeds_when_several_have_the_same_version(self, admin: httpx.AsyncClient) -> None:
        made = await add(admin)
        url = f"{URL}/{made['id']}"
        answers = await asyncio.gather(
            *(admin.put(url, json=trunk_body(max_calls=i, password=None, version=1)) for i in range(8))
        )
        assert sorted(answer.status_code for answer in answers) == [200] + [409] * 7

    async def test_one_trunk_is_created_when_several_have_the_same_name(self, admin: httpx.AsyncClient) -> None:
        answers = await asyncio.gather(*(admin.post(URL, json=trunk_body()) for _ in range(8)))
        assert sorted(answer.status_code for answer in answers) == [201] + [422] * 7
        refused = {answer.json()["fields"]["name"]["code"] for answer in answers if answer.status_code == 422}
        assert refused <= {"trunk_name_taken", "trunk_name_taken_now"}

    async def test_unknown_trunk_is_not_found(self, admin: httpx.AsyncClient) -> None:
        body = trunk_body(version=1)
        for method, path in (("GET", ""), ("PUT", ""), ("DELETE", ""), ("GET", "/use")):
            answer = await admin.request(method, f"{URL}/999{path}", json=body if method == "PUT" else None)
            assert (answer.status_code, answer.json()["code"]) == (404, "trunk_not_found")


class TestFields:
    @pytest.mark.parametrize(
        ("values", "wrong"),
        [
            ({"name": ""}, {"name": "field_required"}),
            ({"name": "x" * 64}, {"name": "field_too_long"}),
            ({"host": ""}, {"host": "field_required"}),
            ({"host": "sip server"}, {"host": "trunk_host_invalid"}),
            ({"host": "300.1.2.3"}, {"host": "trunk_host_invalid"}),
            ({"host": "10.0.0"}, {"host": "trunk_host_invalid"}),
            ({"host": "sip.example.com:5060"}, {"host": "trunk_host_invalid"}),
            ({"domain": "a..b"}, {"domain": "trunk_host_invalid"}),
            ({"port": 0}, {"port": "field_too_small"}),
            ({"username": ""}, {"username": "trunk_username_required"}),
            ({"username": "a b"}, {"username": "trunk_username_characters"}),
            ({"auth_name": 'a"b'}, {"auth_name": "trunk_auth_name_characters"}),
            ({"password": ""}, {"password": "trunk_password_required"}),
            ({"password": None}, {"password": "trunk_password_required"}),
            ({"password": "密码"}, {"password": "trunk_password_characters"}),
            ({"password": "p" * 128}, {"password": "field_too_long"}),
            ({"codecs": []}, {"codecs": "trunk_codecs_none"}),
            ({"codecs": ["pcma", "pcma"]}, {"codecs": "trunk_codec_twice"}),
            ({"codecs": ["g729"]}, {"codecs.0": "field_invalid"}),
            ({"caller_id": "12;34"}, {"caller_id": "telephone_characters"}),
            ({"caller_id_name": 'A"B'}, {"caller_id_name": "trunk_caller_id_name_characters"}),
            ({"max_calls": -1}, {"max_calls": "field_too_small"}),
            ({"transport": "sctp"}, {"transport": "field_invalid"}),
            ({"passwort": "x"}, {"passwort": "field_unknown"}),
        ],
    )
    async def test_field_error_names_what_is_wrong(
        self, admin: httpx.AsyncClient, values: dict[str, Any], wrong: dict[str, str]
    ) -> None:
        assert await refused(admin, **values) == wrong

    @pytest.mark.parametrize("host", ["sip.example.com", "gw-1", "192.0.2.7", "2001:db8::7", "[2001:db8::7]", "a.b."])
    async def test_valid_host_is_accepted(self, admin: httpx.AsyncClient, host: str) -> None:
        assert (await add(admin, host=host))["host"] == host

    async def test_peer_needs_no_login(self, admin: httpx.AsyncClient) -> None:
        made = await add(admin, kind="peer", username="", password=None)
        assert made["password_set"] is False


class TestListAndTest:
    async def test_list_shows_the_reported_states(self, admin: httpx.AsyncClient, monitor: FakeTrunkMonitor) -> None:
        good = await add(admin, name="A")
        bad = await add(admin, name="B", host="other.example.cn")
        off = await add(admin, name="C", enabled=False)
        moment = datetime(2026, 1, 2, tzinfo=UTC)
        monitor.statuses[good["id"]] = TrunkStatus(state=TrunkState.REGISTERED, code=200, reason="OK", since=moment)
        monitor.statuses[bad["id"]] = TrunkStatus(state=TrunkState.FAILED, code=403, reason="Forbidden", since=moment)
        monitor.statuses[off["id"]] = TrunkStatus(state=TrunkState.REGISTERED)  # reported before it was switched off
        found = (await admin.get(URL)).json()
        assert [item["status"]["state"] for item in found["items"]] == ["registered", "failed", "disabled"]
        assert found["items"][1]["status"]["reason"] == "Forbidden"
        assert [item["name"] for item in (await admin.get(URL, params={"search": "OTHER"})).json()["items"]] == ["B"]
        down = (await admin.get(URL, params={"sort": "-name", "page_size": 2})).json()
        assert ([item["name"] for item in down["items"]], down["total"]) == (["C", "B"], 3)

    @pytest.mark.parametrize(
        ("status", "ok", "words"),
        [
            (TrunkStatus(state=TrunkState.REGISTERED, code=200, reason="OK"), True, "工作正常"),
            (TrunkStatus(state=TrunkState.FAILED, code=403, reason="Forbidden"), False, "拒绝了登录：403 Forbidden"),
            (TrunkStatus(state=TrunkState.FAILED, code=503, reason="Busy"), False, "返回了异常响应：503 Busy"),
            (TrunkStatus(state=TrunkState.UNREACHABLE), False, "5060 端口没有响应"),
            (TrunkStatus(state=TrunkState.UNREACHABLE, reason=NO_ADDRESS), False, "没有可用的 IP 地址"),
        ],
    )
    async def test_test_reports_what_the_provider_answered(
        self, admin: httpx.AsyncClient, monitor: FakeTrunkMonitor, status: TrunkStatus, ok: bool, words: str
    ) -> None:
        made = await add(admin)
        monitor.test_result = status
        answer = (await admin.post(f"{URL}/{made['id']}/test")).json()
        assert monitor.tested == [made["id"]]
        assert (answer["ok"], answer["code"]) == (ok, status.code)
        assert words in answer["message"]
        assert "sip.example.com" in answer["message"]

    async def test_disabled_trunk_is_not_tested(self, admin: httpx.AsyncClient, monitor: FakeTrunkMonitor) -> None:
        off = await add(admin, enabled=False)
        answer = await admin.post(f"{URL}/{off['id']}/test")
        assert (answer.status_code, answer.json()["code"]) == (503, "trunk_test_disabled")
        assert monitor.tested == []

    async def test_test_reports_that_the_engine_is_off(self, admin: httpx.AsyncClient) -> None:
        made = await add(admin)
        answer = await admin.post(f"{URL}/{made['id']}/test")
        assert (answer.status_code, answer.json()["code"]) == (503, "trunk_engine_off")
        assert "系统状态" in answer.json()["message"]
