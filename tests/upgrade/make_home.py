"""Makes a home as release 0.1.0 left it: database, keys and files, for tests/upgrade/test_upgrade.py.

Run it with the code of that release and the packages of this one:

    git worktree add --detach /tmp/linkus-0.1.0 bf1cb38
    PYTHONPATH=/tmp/linkus-0.1.0 .venv/bin/python tests/upgrade/make_home.py tests/upgrade/release_0_1_0

It writes `home.tar.gz` (keys and recordings), `sqlite.sql.gz` and `postgresql.sql.gz` (the same steps on each
database), and `facts.json` (what the test must know of each). The server has no engine, so call records, an event and a
voicemail message are written into their tables. All secrets are made for tests.
"""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine

from linkus import __version__
from linkus.app import create_app
from linkus.kit.settings import Settings
from linkus.runtime.migrate import upgrade
from tests.support.postgres import create_database, temporary_cluster

RELEASE = "0.1.0"
ORIGIN = "http://127.0.0.1:8088"
ADMINISTRATOR, ADMINISTRATOR_PASSWORD = "boss", "Correct-Horse-7"
USER_PASSWORD, OWN_PASSWORD, PIN = "Given-By-Boss-7", "Chosen-By-User-7", "593817"
TRUNK_PASSWORD, MAIL_PASSWORD, PHONE_PASSWORD = "Trunk-Secret-7", "Mail-Secret-7", "Desk-phone-7"
VOICEMAIL_FILE = "1001-20261126.wav"
Facts = dict[str, Any]


class Api:
    """Calls the API of one session, and stops at any other answer than success."""

    def __init__(self, client: httpx.AsyncClient, token: str | None = None) -> None:
        self._client = client
        self._headers = {"Authorization": f"Bearer {token}"} if token else {}

    async def call(self, method: str, path: str, body: object = None, **more: Any) -> Any:
        answer = await self._client.request(method, f"/api/v1{path}", json=body, headers=self._headers, **more)
        if answer.is_error:
            raise RuntimeError(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer.json() if answer.content else None

    async def change(self, path: str, **values: object) -> Any:
        """Write a settings page with the version that it has now."""
        version = (await self.call("GET", path))["version"]
        return await self.call("PUT", path, {**values, "version": version})

    async def sign_in(self, username: str, password: str) -> tuple[Api, str]:
        body = {"username": username, "password": password, "client_kind": "web", "transport": "bearer"}
        token: str = (await self.call("POST", "/sessions", body))["token"]
        return Api(self._client, token), token


def silence(seconds: int) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(8000)
        sound.writeframes(bytes(2 * 8000 * seconds))
    return file.getvalue()


async def write_settings(admin: Api) -> None:
    await admin.change(
        "/admin/settings/general",
        company_name="晨星",
        system_language="zh-CN",
        public_address="https://pbx.example.cn:8088",
    )
    await admin.change(
        "/admin/mail-server",
        host="127.0.0.1",
        port=2525,
        tls_mode="none",
        username="pbx",
        password=MAIL_PASSWORD,
        sender_address="pbx@example.cn",
        sender_name="晨星",
    )
    await admin.change("/admin/linkus-server", credential_validity_days=14)
    await admin.change("/admin/linkus-server/mobile-default", codec="g722", only_this_codec=False, apply_to="new")
    await admin.change("/admin/integrations/linkus-sdk", enabled=True)


async def write_extensions(admin: Api) -> None:
    for number, name in (("1001", "伟"), ("1002", "娜"), ("1003", "军"), ("1004", "丽")):
        body = {"number": number, "first_name": name, "last_name": "张", "linkus_enabled": number != "1003"}
        secrets = {"user_password": USER_PASSWORD, "registration_password": PHONE_PASSWORD, "voicemail_pin": PIN}
        await admin.call("POST", "/admin/extensions", {**body, **secrets, "email": f"{number}@example.cn"})


async def write_calls_and_settings(admin: Api) -> Facts:
    path = "/admin/extensions/1/client-settings/web"
    version = (await admin.call("GET", path))["version"]
    values = {"auto_answer": True, "auto_answer_delay": 5, "screen_pop_url": "https://crm.example.cn/{{.CallerNumber}}"}
    await admin.call("PUT", path, {"kind": "web", "version": version, "values": values})
    await admin.call(
        "POST",
        "/admin/trunks",
        {
            "name": "电信",
            "kind": "register",
            "host": "sip.example.com",
            "username": "01088886666",
            "password": TRUNK_PASSWORD,
        },
    )
    await admin.call("POST", "/admin/trunks", {"name": "联通", "kind": "peer", "host": "192.0.2.7"})
    group = {"number": "6001", "name": "仓库", "mode": "two_way", "callers": "all", "member_ids": [1, 2]}
    await admin.call("POST", "/admin/paging-groups", group)
    inbound = {
        "name": "总机",
        "trunk_id": 1,
        "did_number": "01088886666",
        "destination": "extension",
        "extension_id": 1,
    }
    await admin.call("POST", "/admin/inbound-routes", inbound)
    await admin.call(
        "POST", "/admin/inbound-routes", {"name": "其他", "destination": "paging_group", "paging_group_id": 1}
    )
    outbound = {"name": "外线", "pattern": "9.", "strip": 1, "trunk_ids": [2, 1]}
    await admin.call("POST", "/admin/outbound-routes", outbound)
    changes = {"extension_ids": [1, 2], "changes": {"web": {"call_waiting": False}}}
    change = await admin.call("POST", "/admin/client-settings/bulk", changes)
    for _attempt in range(100):
        state = await admin.call("GET", f"/admin/client-settings/bulk/{change['id']}")
        if state["state"] == "done":
            return {"bulk_change": change["id"]}
        await asyncio.sleep(0.1)
    raise RuntimeError("the bulk change is not done")


async def write_sessions_and_mails(nobody: Api, admin: Api) -> Facts:
    """Sign 1001 in with a password of its own, make a link for 1004, and queue mails that nobody sends."""
    user, _first_token = await nobody.sign_in("1001", USER_PASSWORD)
    own = {"current_password": USER_PASSWORD, "new_password": OWN_PASSWORD}
    await user.call("PUT", "/client/password", own)
    _user, user_token = await nobody.sign_in("1001", OWN_PASSWORD)
    code = await admin.call("POST", "/admin/extensions/4/credential", {"client_kind": "mobile"})
    mails = await admin.call("POST", "/admin/welcome-mails", {"extension_ids": [1, 2]})
    if mails["queued"] != 2:
        raise RuntimeError(f"mails: {mails}")
    return {"user_token": user_token, "link_token": code["link"].partition("#t=")[2]}


def _calls(moment: datetime) -> list[dict[str, Any]]:
    common = {"started_at": moment, "seen_at": None, "hidden_from_caller": False, "hidden_from_callee": False}
    internal = {
        "from_extension_id": 1,
        "from_number": "1001",
        "from_name": "张伟",
        "from_kind": "web",
        "origin": "internal",
    }
    outside = {
        "from_extension_id": None,
        "from_number": "13800138000",
        "from_name": "",
        "from_kind": "trunk",
        "origin": "inbound",
    }
    answered = {"answered_at": moment + timedelta(seconds=6), "ended_at": moment + timedelta(seconds=131)}
    missed = {"answered_at": None, "ended_at": moment + timedelta(seconds=20)}
    return [
        {
            **common,
            **internal,
            **answered,
            "call_id": "first",
            "to_extension_id": 2,
            "to_number": "1002",
            "to_name": "张娜",
        }
        | {"to_kind": "mobile", "trunk_id": None, "did_number": "", "did_name": "", "result": "answered", "cause": 16},
        {
            **common,
            **outside,
            **missed,
            "call_id": "second",
            "to_extension_id": 1,
            "to_number": "1001",
            "to_name": "张伟",
        }
        | {
            "to_kind": "",
            "trunk_id": 1,
            "did_number": "01088886666",
            "did_name": "",
            "result": "unanswered",
            "cause": 19,
        },
    ]


async def write_rows(url: str) -> None:
    """Write what only the engine causes. SQLite stores times without their zone."""
    moment = datetime.now(UTC).replace(tzinfo=None if url.startswith("sqlite") else UTC)
    event = {
        "kind": "trunk_failed",
        "category": "telephony",
        "level": "alert",
        "params": '{"trunk": "电信", "reason": "403"}',
    }
    message = {"extension_id": 1, "call_id": "third", "from_number": "13800138000", "from_name": "", "seconds": 1}
    rows = [("call_record", row) for row in _calls(moment)] + [
        ("event_record", {**event, "words": "中继 电信 403", "created_at": moment}),
        ("voicemail_message", {**message, "file_name": VOICEMAIL_FILE, "created_at": moment, "heard_at": None}),
    ]
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        for table, row in rows:
            names = ", ".join(row)
            places = ", ".join(f":{name}" for name in row)
            await connection.execute(text(f"INSERT INTO {table} ({names}) VALUES ({places})"), row)  # noqa: S608 - our names
    await engine.dispose()


async def fill(settings: Settings) -> Facts:
    settings.admin_username, settings.admin_password = ADMINISTRATOR, ADMINISTRATOR_PASSWORD
    app = create_app(settings, tasks=False)
    async with app.router.lifespan_context(app):
        from linkus.administrator.service import ensure_setup_link

        await ensure_setup_link(app.state.database, settings)
        transport = httpx.ASGITransport(app, client=("127.0.0.1", 40000))
        async with httpx.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            nobody = Api(client)
            admin, admin_token = await nobody.sign_in(ADMINISTRATOR, ADMINISTRATOR_PASSWORD)
            await write_settings(admin)
            await write_extensions(admin)
            facts = await write_calls_and_settings(admin)
            facts |= await write_sessions_and_mails(nobody, admin)
    await write_rows(settings.database)
    return {**facts, "admin_token": admin_token, "made_at": datetime.now(UTC).isoformat(timespec="seconds")}


def save(path: Path, content: bytes) -> None:
    """Write without a time, so that the same content is the same file."""
    path.write_bytes(gzip.compress(content, mtime=0))


def dump_sqlite(home: Path) -> bytes:
    with sqlite3.connect(home / "linkus.db") as database:
        return "\n".join(database.iterdump()).encode()


def dump_postgresql(socket_folder: str, name: str) -> bytes:
    program = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))[-1]
    command = [str(program), "-h", socket_folder, "-U", "linkus", "--no-owner", "--inserts", name]
    lines = subprocess.run(command, capture_output=True, check=True).stdout.splitlines(keepends=True)
    # older versions of psql do not know these two commands
    return b"".join(line for line in lines if not line.startswith((b"\\restrict", b"\\unrestrict")))


def make(folder: Path, postgres: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    facts: dict[str, Facts] = {}
    urls: dict[str, str] = {}
    home = Path(tempfile.mkdtemp(prefix="linkus-home-"))
    for name in ("sqlite", "postgresql"):  # with the same keys
        url = f"sqlite:///{home / 'linkus.db'}" if name == "sqlite" else create_database(postgres, "linkus")
        settings = Settings(home=home, database_url=url, engine="off")
        upgrade(settings)
        facts[name] = asyncio.run(fill(settings))
        urls[name] = url
    messages = home / "voicemail" / "1"  # of the extension with this id
    messages.mkdir(parents=True)
    (messages / VOICEMAIL_FILE).write_bytes(silence(1))
    save(folder / "sqlite.sql.gz", dump_sqlite(home))
    save(folder / "postgresql.sql.gz", dump_postgresql(postgres, urlsplit(urls["postgresql"]).path.removeprefix("/")))
    with tarfile.open(folder / "home.tar.gz", "w:gz") as archive:
        for part in ("keys", "voicemail"):
            archive.add(home / part, part)
    (folder / "facts.json").write_text(json.dumps(facts, indent=2) + "\n")
    shutil.rmtree(home)


if __name__ == "__main__":
    if __version__ != RELEASE:
        raise SystemExit(f"this is the code of {__version__}; see the first lines of this file")
    with temporary_cluster() as socket_folder:
        make(Path(sys.argv[1]), socket_folder)
