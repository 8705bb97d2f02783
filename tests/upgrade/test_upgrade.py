"""A home that release 0.1.0 made keeps working: the database is migrated, and everything in it can be used."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from linkus.app import create_app
from linkus.kit.settings import Settings
from linkus.mail.outage import MAIL_SERVER
from linkus.mail.schemas import MailServerSettings
from linkus.runtime.migrate import is_at_head, upgrade
from linkus.shared.setting_groups import read_group, store_group
from linkus.trunk.models import Trunk
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import mail_worker, settled
from tests.support.api import Server
from tests.upgrade import make_home
from tests.upgrade.release import FORMER_REVISION, facts, restore_database, restore_files

pytestmark = pytest.mark.slow

ADMIN = "/api/v1/admin"
CLIENT = "/api/v1/client"


@dataclass
class Upgraded:
    """The present server with a home of the release, and what the release knew of it."""

    server: Server
    facts: dict[str, Any]

    def bearer(self, token: str) -> httpx.AsyncClient:
        client = self.server.browser()
        client.headers["Authorization"] = f"Bearer {token}"
        return client


async def read(client: httpx.AsyncClient, path: str) -> Any:
    answer = await client.get(path)
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def kind(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def released(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """Return the settings of an instance that the release has left, before the present code starts on it."""
    postgres = request.getfixturevalue("postgres") if kind == "postgresql" else None
    restore_files(tmp_path)
    return Settings(home=tmp_path, database_url=restore_database(kind, tmp_path, postgres), engine="off")


@pytest.fixture
def migrated(released: Settings) -> Settings:
    upgrade(released)
    return released


@pytest_asyncio.fixture
async def upgraded(migrated: Settings, kind: str) -> AsyncIterator[Upgraded]:
    app = create_app(migrated, tasks=False)
    async with app.router.lifespan_context(app):
        server = Server(app)
        yield Upgraded(server, facts(kind))
        for client in server.clients:
            await client.aclose()


@pytest_asyncio.fixture
async def admin(upgraded: Upgraded) -> httpx.AsyncClient:
    """Return the session of an administrator who was signed in before the upgrade."""
    return upgraded.bearer(upgraded.facts["admin_token"])


@pytest_asyncio.fixture
async def user(upgraded: Upgraded) -> httpx.AsyncClient:
    """Return the session of 1001, who was signed in before the upgrade."""
    return upgraded.bearer(upgraded.facts["user_token"])


async def sign_in(upgraded: Upgraded, username: str, password: str) -> httpx.Response:
    body = {"username": username, "password": password, "client_kind": "web", "transport": "bearer"}
    return await upgraded.server.browser().post("/api/v1/sessions", json=body)


async def revision(settings: Settings) -> tuple[str, bool]:
    """Return the schema's revision, and whether it is the newest one."""
    engine = create_async_engine(settings.database)
    async with engine.connect() as connection:
        number: str = (await connection.execute(text("SELECT version_num FROM alembic_version"))).scalar_one()
        is_newest = await connection.run_sync(lambda sync: is_at_head(settings, sync))
    await engine.dispose()
    return number, is_newest


def test_database_is_migrated_from_the_schema_of_the_release(released: Settings) -> None:
    assert asyncio.run(revision(released)) == (FORMER_REVISION, False)
    upgrade(released)
    number, is_newest = asyncio.run(revision(released))
    assert number > FORMER_REVISION
    assert is_newest


async def test_all_tasks_of_the_server_start(migrated: Settings) -> None:
    app = create_app(migrated)
    async with app.router.lifespan_context(app):
        server = Server(app)
        async with server.browser() as browser:
            assert (await browser.get("/readyz")).json()["status"] == "ok"


async def test_people_sign_in_with_their_passwords(upgraded: Upgraded) -> None:
    assert (await sign_in(upgraded, make_home.ADMINISTRATOR, make_home.ADMINISTRATOR_PASSWORD)).status_code == 201
    assert (await sign_in(upgraded, "1001", make_home.OWN_PASSWORD)).status_code == 201
    assert (await sign_in(upgraded, "1002@example.cn", make_home.USER_PASSWORD)).status_code == 201
    assert (await sign_in(upgraded, "1003", make_home.USER_PASSWORD)).json()["code"] == "linkus_disabled"


async def test_sessions_go_on(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    assert (await read(admin, f"{ADMIN}/session"))["username"] == make_home.ADMINISTRATOR
    session = await read(user, f"{CLIENT}/session")
    assert (session["extension"]["number"], session["must_change_password"]) == ("1001", False)
    credential = await user.post(f"{CLIENT}/sip-credential")
    assert credential.status_code == 201


async def test_login_link_still_signs_in_once(upgraded: Upgraded) -> None:
    body = {"token": upgraded.facts["link_token"], "transport": "bearer"}
    redeem = "/api/v1/credentials/redeem"
    first = await upgraded.server.browser().post(redeem, json=body)
    assert first.status_code == 201, first.text
    assert (await upgraded.server.browser().post(redeem, json=body)).json()["code"] == "credential_used"
    session = await read(upgraded.bearer(first.json()["token"]), f"{CLIENT}/session")
    assert (session["extension"]["number"], session["client_kind"]) == ("1004", "mobile")


async def test_extensions_are_there_and_can_be_changed(admin: httpx.AsyncClient) -> None:
    items = (await read(admin, f"{ADMIN}/extensions"))["items"]
    assert [(item["number"], item["linkus_enabled"]) for item in items] == [
        ("1001", True),
        ("1002", True),
        ("1003", False),
        ("1004", True),
    ]
    first = await read(admin, f"{ADMIN}/extensions/1")
    read_only = {"id", "display_name", "online", "phone_contacts", "created_at", "updated_at", "password_set"}
    read_only |= {"departments", "groups"}
    values = {name: value for name, value in first.items() if name not in read_only}
    del values["password_set_by"], values["new_registration_password"]
    changed = await admin.put(f"{ADMIN}/extensions/1", json={**values, "mobile_number": "13800138000"})
    assert (changed.status_code, changed.json()["mobile_number"]) == (200, "13800138000")
    added = await admin.post(f"{ADMIN}/extensions", json={"number": "1005", "linkus_enabled": True})
    assert added.status_code == 201


async def test_trunks_keep_their_passwords(upgraded: Upgraded, admin: httpx.AsyncClient) -> None:
    items = (await read(admin, f"{ADMIN}/trunks"))["items"]
    assert {(item["name"], item["kind"], item["password_set"]) for item in items} == {
        ("电信", "register", True),
        ("联通", "peer", False),
    }
    async with upgraded.server.database.transaction(write=False) as db:
        trunk = await db.get_one(Trunk, 1)
    assert upgraded.server.services.seal.open(trunk.password_sealed) == make_home.TRUNK_PASSWORD
    added = await admin.post(f"{ADMIN}/trunks", json={"name": "移动", "kind": "peer", "host": "192.0.2.9"})
    assert added.status_code == 201


async def test_routes_and_paging_groups_decide_as_before(admin: httpx.AsyncClient) -> None:
    routes = (await read(admin, f"{ADMIN}/inbound-routes"))["items"]
    assert [(route["name"], route["destination_number"]) for route in routes] == [("总机", "1001"), ("其他", "6001")]
    tried = await admin.post(f"{ADMIN}/outbound-routes/try", json={"number": "913800138000"})
    assert (tried.json()["sent"], [trunk["name"] for trunk in tried.json()["trunks"]]) == (
        "13800138000",
        ["联通", "电信"],
    )
    group = await read(admin, f"{ADMIN}/paging-groups/1")
    assert [member["number"] for member in group["members"]] == ["1001", "1002"]
    explained = await read(admin, f"{ADMIN}/calls/explain?kind=trunk&trunk_id=1&from=13800138000&to=01088886666")
    assert "explain_inbound_route" in {step["code"] for step in explained["steps"]}


async def test_settings_are_the_same(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    general = await read(admin, f"{ADMIN}/settings/general")
    assert (general["company_name"], general["public_address"]) == ("晨星", "https://pbx.example.cn:8088")
    assert (await read(admin, f"{ADMIN}/linkus-server"))["credential_validity_days"] == 14
    assert (await read(admin, f"{ADMIN}/linkus-server/mobile-default"))["codec"] == "g722"
    assert (await read(admin, f"{ADMIN}/integrations/linkus-sdk"))["enabled"] is True
    own = (await read(user, f"{CLIENT}/settings"))["values"]
    assert (own["auto_answer"], own["auto_answer_delay"], own["call_waiting"]) == (True, 5, False)
    assert own["screen_pop_url"] == "https://crm.example.cn/{{.CallerNumber}}"


async def test_bulk_change_of_the_release_can_be_undone(
    upgraded: Upgraded, admin: httpx.AsyncClient, user: httpx.AsyncClient
) -> None:
    undone = await admin.post(f"{ADMIN}/client-settings/bulk/{upgraded.facts['bulk_change']}/undo")
    assert undone.status_code == 202, undone.text
    await upgraded.server.services.background.idle()
    assert (await read(user, f"{CLIENT}/settings"))["values"]["call_waiting"] is True


async def test_calls_messages_and_events_are_kept(admin: httpx.AsyncClient, user: httpx.AsyncClient) -> None:
    records = (await read(admin, f"{ADMIN}/call-records?sort=started_at"))["items"]
    assert {(record["call_id"], record["duration"], record["trunk_name"]) for record in records} == {
        ("first", 125, None),
        ("second", 0, "电信"),
    }
    own = await read(user, f"{CLIENT}/calls")
    assert (own["total"], own["missed_unseen"]) == (2, 1)
    [message] = (await read(user, f"{CLIENT}/voicemail"))["items"]
    assert message["from_number"] == "13800138000"
    sound = await user.get(f"{CLIENT}/voicemail/{message['id']}/audio")
    assert sound.content == make_home.silence(1)
    [event] = (await read(admin, f"{ADMIN}/events"))["items"]
    assert "电信" in event["text"]
    assert (await read(admin, f"{ADMIN}/blocked-addresses"))["items"] == []  # a table that the release did not have


async def test_queued_mails_are_sent_with_what_was_sealed(upgraded: Upgraded, admin: httpx.AsyncClient) -> None:
    async with mail_server(Mailbox(password=make_home.MAIL_PASSWORD)) as box:
        # not by the API: a stored password does not go to another server without being entered again
        async with upgraded.server.database.transaction() as db:
            values, version = await read_group(db, MAIL_SERVER, MailServerSettings)
            await store_group(db, MAIL_SERVER, values.model_copy(update={"port": box.port}), version)
        async with mail_worker(upgraded.server):
            assert [mail.status for mail in await settled(upgraded.server)] == ["sent", "sent"]
    assert set(box.logins) == {("pbx", make_home.MAIL_PASSWORD)}
    assert sorted(box.recipients) == ["1001@example.cn", "1002@example.cn"]
    for mail in box.mails:
        plain = mail.get_body(("plain",))
        assert plain is not None
        assert make_home.PIN in plain.get_content()
