"""After a full run, no log contains a secret, and only the instance's own users can read its files."""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import stat
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import websockets

from linkus.engine.keys import ensure_keys
from linkus.engine.logfile import LIMIT
from tests.calls.fake_brain import ha1
from tests.calls.media import Rtp
from tests.calls.sip import Agent
from tests.calls.transports import Udp, WebSocket
from tests.mail.smtp import HOST as MAIL_HOST
from tests.mail.smtp import Mailbox, mail_server
from tests.runtime.conftest import HOST, Instance
from tests.runtime.registrar import Registrar

pytestmark = [pytest.mark.engine, pytest.mark.timeout(300)]

# Secrets that each file needs. Only the brain and the test read keys/.
MAY_HOLD = {
    "engine/run/kamailio/kamailio.cfg": {"sip_ephemeral", "nonce"},
    "engine/run/kamailio/edge.json": {"edge", "core", "rpc", "proxy"},
    "engine/run/nginx/common.conf": {"proxy"},
    "engine/run/asterisk/extensions.conf": {"internal", "core"},
    "engine/run/asterisk/manager.conf": {"ami_secret"},
    "linkus.db": {"HA1 of the phone"},
    "linkus.db-wal": {"HA1 of the phone"},
}
SILENT = {"rtpengine.log", "nginx.log"}  # empty as long as nothing is wrong


def word() -> str:
    """Return a password that fulfils every rule, and occurs nowhere by chance."""
    return "Aa7-" + "".join(secrets.choice("bdfhkmpqrtvwxz") for _ in range(24))


@pytest.fixture(scope="module")
def used() -> dict[str, str]:
    """Return name and value of each secret of the run."""
    names = ("administrator", "user", "phone", "trunk", "mail server", "wrong phone", "wrong user")
    own = {"own password of user": word(), "voicemail PIN": "73910462"}
    return {f"password of {name}": word() for name in names} | own


@pytest.fixture(scope="module")
def instance(tmp_path_factory: pytest.TempPathFactory, used: dict[str, str]) -> Iterator[Instance]:
    home = tmp_path_factory.mktemp("used") / "home"
    home.mkdir(mode=0o755)
    password = used["password of administrator"]
    started = Instance(home, LINKUS_ADMIN_USERNAME="admin", LINKUS_ADMIN_PASSWORD=password, LINKUS_LOG_LEVEL="debug")
    try:
        started.wait_ready()
        used |= ensure_keys(home / "keys")
        asyncio.run(use_everything(started, used))
        move_all_logs_aside(started)
        yield started
    finally:
        assert started.server.stop() == []


async def use_everything(instance: Instance, used: dict[str, str]) -> None:
    async with httpx.AsyncClient(base_url=f"{instance.portal}/api/v1", timeout=20) as admin:
        await sign_in(admin, "admin", used["password of administrator"], used, "session of administrator")
        values = {
            "number": "1001", "linkus_enabled": True, "registration_name": "desk1001",
            "user_password": used["password of user"], "registration_password": used["password of phone"],
            "voicemail_pin": used["voicemail PIN"],
        }  # fmt: skip
        made = await ask(admin, "POST", "/admin/extensions", values)
        used["HA1 of the phone"] = ha1("desk1001", used["password of phone"])
        code = await ask(admin, "POST", f"/admin/extensions/{made['id']}/credential", {"client_kind": "web"})
        used["one-time link"] = str(code["link"]).partition("#t=")[2]
        await use_mail(admin, used)
        await use_trunk(admin, used)
        async with httpx.AsyncClient(base_url=f"{instance.linkus}/api/v1", timeout=20) as user:
            wrong = {"username": "1001", "password": used["password of wrong user"]}
            assert (await user.post("/sessions", json=wrong)).status_code == 401
            await sign_in(user, "1001", used["password of user"], used, "session of user")
            change = {"current_password": used["password of user"], "new_password": used["own password of user"]}
            await ask(user, "PUT", "/client/password", change)
            await use_client(instance, user, used)
    await use_phone(used)


async def ask(client: httpx.AsyncClient, method: str, path: str, body: object) -> dict[str, object]:
    answer = await client.request(method, path, json=body)
    assert answer.is_success, answer.text
    return dict(answer.json()) if answer.content else {}


async def sign_in(client: httpx.AsyncClient, name: str, password: str, used: dict[str, str], what: str) -> None:
    body = {"username": name, "password": password, "client_kind": "web", "transport": "bearer"}
    used[what] = str((await ask(client, "POST", "/sessions", body))["token"])
    client.headers["Authorization"] = f"Bearer {used[what]}"


async def use_mail(admin: httpx.AsyncClient, used: dict[str, str]) -> None:
    async with mail_server(Mailbox(password=used["password of mail server"])) as mailbox:
        account = {
            "host": MAIL_HOST, "port": mailbox.port, "tls_mode": "none", "sender_address": "pbx@example.cn",
            "username": "pbx", "password": used["password of mail server"],
        }  # fmt: skip
        await ask(admin, "PUT", "/admin/mail-server", {**account, "version": 1})
        tried = await ask(admin, "POST", "/admin/mail-server/test", {**account, "recipient": "a@example.cn"})
        assert mailbox.logins, tried


async def use_trunk(admin: httpx.AsyncClient, used: dict[str, str]) -> None:
    provider = await Registrar.open(HOST)
    trunk = {
        "name": "provider", "kind": "register", "host": HOST, "port": provider.port, "username": "acme",
        "password": used["password of trunk"],
    }  # fmt: skip
    await ask(admin, "POST", "/admin/trunks", trunk)
    async with asyncio.timeout(30):
        await provider.registered.wait()
    provider.close()


async def use_client(instance: Instance, user: httpx.AsyncClient, used: dict[str, str]) -> None:
    given = await ask(user, "POST", "/client/sip-credential", None)
    used["SIP credential"] = str(given["password"])
    address = instance.linkus.replace("http", "ws") + "/ws/sip"
    origin = websockets.Origin(instance.linkus)
    connection = await websockets.connect(
        address, subprotocols=[websockets.Subprotocol("sip")], origin=origin, proxy=None
    )
    agent = Agent(WebSocket(connection), "1001.web", str(given["username"]), used["SIP credential"])
    assert (await agent.register()).status == 200
    await agent.close()


async def use_phone(used: dict[str, str]) -> None:
    """Let a phone be refused, register, and call the echo."""
    phone = Agent(await Udp.open(HOST, (HOST, 5060)), "1001.phone", "desk1001", used["password of wrong phone"])
    assert (await phone.register()).status == 401
    phone.password = used["password of phone"]
    async with asyncio.timeout(20):
        while (await phone.register()).status != 200:
            await asyncio.sleep(0.2)
    media = await Rtp.open(HOST)
    call = await phone.call("*43", media.offer())
    await call.response(200)
    await call.bye()
    media.close()
    await phone.close()


def move_all_logs_aside(instance: Instance) -> None:
    """Rotate all logs, as when each has grown to its limit. Then each program starts a new one."""
    logs = instance.home / "logs"
    for path in logs.glob("*.log"):
        os.truncate(path, LIMIT)
    os.kill(instance.record["pid"], signal.SIGUSR1)
    before = instance.record["parts"]
    for part in before.values():
        os.kill(part["pid"], signal.SIGKILL)
    instance.until(
        lambda parts: all(p["state"] == "ready" and p["restarts"] > before[n]["restarts"] for n, p in parts.items())
    )
    instance.wait_ready()
    end = time.monotonic() + 20
    while missing := {path.name for path in logs.glob("*.log") if not Path(f"{path}.1").exists()} - SILENT:
        assert time.monotonic() < end, missing
        httpx.get(f"{instance.portal}/api/v1/system/info")
        time.sleep(0.2)


def files_of(home: Path) -> Iterator[Path]:
    """Yield the files of the home, except the image, which is shared and has no secrets."""
    for folder, folders, names in os.walk(home):
        if Path(folder) == home / "engine":
            folders[:] = [name for name in folders if name != "image"]
        for name in (*folders, *names):
            if not (path := Path(folder, name)).is_symlink():
                yield path


def test_no_secret_is_written_down(instance: Instance, used: dict[str, str]) -> None:
    assert len(used) > 20
    found: dict[str, set[str]] = {}
    for path in files_of(instance.home):
        name = str(path.relative_to(instance.home))
        if stat.S_ISREG(path.stat().st_mode) and not name.startswith("keys/"):
            content = path.read_bytes()
            if holds := {what for what, secret in used.items() if secret.encode() in content}:
                found[name] = holds
    beyond = {name: holds - MAY_HOLD.get(name, set()) for name, holds in found.items()}
    assert {name: holds for name, holds in beyond.items() if holds} == {}
    # and the list above is not longer than necessary
    for name in set(MAY_HOLD) - {"linkus.db", "linkus.db-wal"}:
        assert found[name] == MAY_HOLD[name]
        assert stat.S_IMODE((instance.home / name).stat().st_mode) == 0o600


def test_the_run_is_in_the_logs(instance: Instance) -> None:
    """Otherwise it would prove nothing that no secret is found in the logs."""
    logs = instance.home / "logs"
    said = {path.name: path.read_text(errors="replace") for path in logs.iterdir()}
    assert "event=registered" in said["kamailio.log"] + said.get("kamailio.log.1", "")
    assert "event=plan" in said["asterisk.log"] + said.get("asterisk.log.1", "")
    assert '"path": "/api/v1/sessions"' in said["linkus.log"] + said.get("linkus.log.1", "")
    assert '"path":"/api/v1/sessions"' in said["nginx-access.log"] + said.get("nginx-access.log.1", "")


def test_no_other_user_can_read_a_file(instance: Instance) -> None:
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in (instance.home, *files_of(instance.home))}
    assert {str(path): oct(mode) for path, mode in modes.items() if mode & 0o027} == {}
    assert {mode for path, mode in modes.items() if path.parent.name == "keys"} == {0o600}
    assert modes[instance.home / "keys"] == 0o700
    assert len([path for path in modes if path.suffix == ".1"]) >= 4
    for path, mode in modes.items():
        if path.is_file():
            assert mode & 0o137 == 0, f"{path} {mode:o}"
