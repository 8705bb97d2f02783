"""The key outside the database, and the loss of that key."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from cryptography.fernet import Fernet
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from linkus.engine.keys import read_key
from linkus.kit.database import Database
from linkus.kit.secrets import LOST_VALUE, Seal
from linkus.kit.settings import Settings
from linkus.mail.schemas import MailServerSettings
from linkus.mail.server import KEY as MAIL_SERVER
from linkus.runtime.key_check import accept_lost_keys, check_keys
from linkus.runtime.migrate import upgrade
from linkus.shared.models.audit import AuditEntry
from linkus.shared.models.extension import Extension
from linkus.shared.models.setting import Setting
from linkus.system.sealed import FINGERPRINT, KeyState, accept_loss, fingerprint_of, judge, key_state, remember
from linkus.trunk.models import Trunk
from linkus.trunk.schemas import PASSWORD_LOST, TrunkState, TrunkStatus
from tests.mail.worker import account
from tests.support.api import Server
from tests.system.secrets import sealed_trunk, trunk
from tests.system.watching import watcher
from tests.trunk.fake_monitor import trunk_body

pytestmark = pytest.mark.slow

KEY, OTHER = Fernet.generate_key().decode(), Fernet.generate_key().decode()


class TestJudgement:
    @pytest.mark.parametrize(
        ("stored", "present", "opens", "state"),
        [
            ("", None, [], KeyState.GOOD),  # the first start
            ("a", None, [], KeyState.GOOD),  # nothing can be lost
            ("a", "b", [], KeyState.GOOD),
            ("a", None, [False], KeyState.MISSING),
            ("", None, [False], KeyState.MISSING),
            ("a", "a", [True], KeyState.GOOD),
            ("a", "a", [False, False], KeyState.GOOD),  # the values are bad, not the key
            ("a", "b", [False], KeyState.FOREIGN),
            ("", "b", [False, False], KeyState.FOREIGN),  # before fingerprints were stored
            ("", "b", [False, True], KeyState.GOOD),
        ],
    )
    def test_examples(self, stored: str, present: str | None, opens: list[bool], state: KeyState) -> None:
        assert judge(stored, present, opens) is state

    @given(st.text("ab", max_size=1), st.none() | st.text("ab", min_size=1, max_size=1), st.lists(st.booleans()))
    def test_a_start_is_refused_only_for_what_would_be_lost(
        self, stored: str, present: str | None, opens: list[bool]
    ) -> None:
        state = judge(stored, present, opens)
        if not opens or (present is not None and stored == present):
            assert state is KeyState.GOOD
        if opens and (present is None or (stored and stored != present)):
            assert state is not KeyState.GOOD

    def test_a_fingerprint_does_not_tell_the_key(self) -> None:
        assert fingerprint_of(KEY) == fingerprint_of(KEY) != fingerprint_of(OTHER)
        assert KEY not in fingerprint_of(KEY)


async def seal_everything(server: Server, key: str) -> None:
    seal = Seal(key.encode())
    await server.make_extension("1001", voicemail_pin_sealed=seal.seal("593817"))
    async with server.database.transaction() as db:
        db.add(trunk("电信", seal.seal("secret")))
        db.add(trunk("联通", ""))
        mail = MailServerSettings(host="127.0.0.1", password_sealed=seal.seal("secret"))
        db.add(Setting(key=MAIL_SERVER, value=mail.model_dump(mode="json")))
        await remember(db, key)


class TestDatabase:
    async def test_the_key_that_belongs_to_it(self, server: Server) -> None:
        await seal_everything(server, KEY)
        async with server.database.transaction() as db:
            assert await key_state(db, KEY) is KeyState.GOOD
            assert await key_state(db, OTHER) is KeyState.FOREIGN
            assert await key_state(db, None) is KeyState.MISSING
            assert await key_state(db, "cut off") is KeyState.FOREIGN

    async def test_accepting_the_loss(self, server: Server) -> None:
        await seal_everything(server, KEY)
        async with server.database.transaction() as db:
            loss = await accept_loss(db, OTHER)
        assert (loss.trunks, loss.mail_server, loss.pins) == (("电信",), True, 1)
        async with server.database.transaction() as db:
            assert await key_state(db, OTHER) is KeyState.GOOD
            assert await key_state(db, KEY) is KeyState.FOREIGN
            sealed = (await db.scalars(select(Trunk.password_sealed).order_by(Trunk.id))).all()
        assert list(sealed) == [LOST_VALUE, ""]

    async def test_the_portal_asks_for_what_was_lost(self, server: Server, admin: httpx.AsyncClient) -> None:
        key = read_key(server.services.settings.home / "keys", "seal")
        await seal_everything(server, OTHER)
        async with server.database.transaction() as db:
            await accept_loss(db, key)
        trunks = (await admin.get("/api/v1/admin/trunks")).json()["items"]
        assert [row["password_set"] for row in trunks] == [False, False]
        assert (await admin.get("/api/v1/admin/mail-server")).json()["password_set"] is False
        lost = next(row for row in trunks if row["name"] == "电信")
        url = f"/api/v1/admin/trunks/{lost['id']}"
        without = await admin.put(url, json=trunk_body(password=None, version=1))
        assert "password" in without.json()["fields"]
        with_one = await admin.put(url, json=trunk_body(version=1))
        assert (with_one.status_code, with_one.json()["password_set"]) == (200, True)
        async with server.database.transaction(write=False) as db:
            pin = (await db.scalars(select(Extension.voicemail_pin_sealed))).one()
        assert server.services.seal.open(pin).isdecimal()


class TestOneUnreadableSecret:
    async def test_it_is_named_and_everything_else_goes_on(self, server: Server, admin: httpx.AsyncClient) -> None:
        async with server.database.transaction() as db:
            db.add(trunk("电信", Seal(OTHER.encode()).seal("secret")))
            db.add(trunk("联通", server.services.seal.seal("secret")))
        status = (await admin.get("/api/v1/admin/status")).json()
        part = next(part for part in status["parts"] if part["name"] == "secrets")
        assert status["ready"] is True
        assert part["state"] == "failed"
        assert "电信" in part["message"]
        assert "联通" not in part["message"]
        ready = await server.browser().get("/readyz", headers=watcher(server))
        assert (ready.status_code, ready.json()["parts"]["secrets"]) == (200, "failed")
        assert "电信" in ready.json()["messages"]["secrets"]
        assert (await server.browser().get("/readyz")).json() == {"status": "ok"}  # not to strangers

    async def test_the_mail_server_s(self, server: Server, admin: httpx.AsyncClient) -> None:
        await admin.put("/api/v1/admin/mail-server", json=account(25))
        async with server.database.transaction() as db:
            row = await db.get_one(Setting, MAIL_SERVER)
            row.value = {**row.value, "password_sealed": Seal(OTHER.encode()).seal("secret")}
        parts = (await admin.get("/api/v1/admin/status", headers={"Accept-Language": "en"})).json()["parts"]
        assert "mail server" in next(part for part in parts if part["name"] == "secrets")["message"]

    async def test_testing_its_trunk_says_what_to_do(
        self, server: Server, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def lost(_trunk_id: int) -> TrunkStatus:
            return TrunkStatus(state=TrunkState.FAILED, reason=PASSWORD_LOST)

        async with server.database.transaction() as db:
            db.add(trunk("电信", LOST_VALUE))
        monkeypatch.setattr(server.services.trunk_monitor, "test", lost)
        [row] = (await admin.get("/api/v1/admin/trunks")).json()["items"]
        answer = (await admin.post(f"/api/v1/admin/trunks/{row['id']}/test")).json()
        assert "keys/seal" in answer["message"]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = Settings(home=tmp_path, host="127.0.0.1", engine="off")
    upgrade(made)
    return made


class TestStart:
    async def test_the_first_start_makes_and_remembers_the_key(self, settings: Settings) -> None:
        assert await check_keys(settings) is None
        database = Database(settings.database)
        async with database.transaction(write=False) as db:
            row = await db.get_one(Setting, FINGERPRINT)
        await database.close()
        assert row.value["fingerprint"] == fingerprint_of((settings.home / "keys" / "seal").read_text())

    @pytest.mark.parametrize("how", ["missing", "foreign", "damaged", "binary"])
    async def test_without_its_key_it_does_not_start(self, settings: Settings, how: str) -> None:
        await sealed_trunk(settings, "电信")
        path = settings.home / "keys" / "seal"
        path.unlink()
        if how != "missing":
            path.write_bytes({"foreign": OTHER.encode(), "damaged": b"", "binary": b"\xff\xfe\x00"}[how])
        before = path.read_bytes() if path.exists() else None
        problem = await check_keys(settings)
        assert problem is not None
        for line in str(problem.refusal).splitlines():
            assert str(path) in line
            assert "accept-lost-keys" in line
        assert (path.read_bytes() if path.exists() else None) == before

    @pytest.mark.parametrize("how", ["missing", "foreign", "damaged"])
    async def test_after_the_loss_was_accepted_it_starts(self, settings: Settings, how: str) -> None:
        await sealed_trunk(settings, "电信")
        path = settings.home / "keys" / "seal"
        path.unlink()
        if how != "missing":
            path.write_bytes(OTHER.encode() if how == "foreign" else b"cut off")
        loss = await accept_lost_keys(settings)
        assert loss is not None
        assert loss.trunks == ("电信",)
        assert await check_keys(settings) is None
        assert await accept_lost_keys(settings) is None  # there is nothing more to accept
        database = Database(settings.database)
        async with database.transaction(write=False) as db:
            (entry,) = await db.scalars(select(AuditEntry))
        await database.close()
        assert (entry.actor_kind, entry.object_name, entry.after["trunks"]) == ("command_line", "keys", ["电信"])

    async def test_keys_that_came_back_are_good_again(self, settings: Settings) -> None:
        await sealed_trunk(settings, "电信")
        path = settings.home / "keys" / "seal"
        kept = path.read_text()
        path.unlink()
        assert await check_keys(settings) is not None
        path.write_text(kept)
        assert await check_keys(settings) is None

    async def test_the_commands(self, settings: Settings) -> None:
        """Run the commands as an operator does: refused with two sentences and no traceback, then accepted."""
        await sealed_trunk(settings, "电信")
        (settings.home / "keys" / "seal").unlink()
        refused = _linkus(settings, "serve")
        assert refused.returncode == 1
        assert "accept-lost-keys" in refused.stderr
        assert "Traceback" not in refused.stderr
        assert not (settings.home / "keys" / "seal").exists()
        accepted = _linkus(settings, "accept-lost-keys")
        assert accepted.returncode == 0, accepted.stderr
        assert "电信" in accepted.stdout
        assert "fit the database" in _linkus(settings, "accept-lost-keys").stdout


def _linkus(settings: Settings, command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "LINKUS_HOME": str(settings.home), "LINKUS_HOST": "127.0.0.1", "LINKUS_ENGINE": "off"}
    return subprocess.run(
        [sys.executable, "-m", "linkus", command],
        env=environment, capture_output=True, text=True, timeout=60, check=False, encoding="utf-8",
    )  # fmt: skip
