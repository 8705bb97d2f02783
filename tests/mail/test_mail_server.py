"""Settings of the mail server, and the test mail that reports how far it came."""

from __future__ import annotations

import asyncio
import contextlib
import re
import socket
from pathlib import Path
from typing import Any

import aiosmtplib
import httpx
import pytest
from hypothesis import given as given_by_hypothesis
from hypothesis import strategies as st

from linkus.mail import send_test, transport
from linkus.mail.explain import explain, is_reply
from linkus.mail.own_ports import is_own_port
from linkus.mail.schemas import MailStage
from tests.mail.smtp import HOST, Mailbox, certificate, mail_server, other_service, silent_server
from tests.support.api import Server, codes

pytestmark = pytest.mark.slow

URL = "/api/v1/admin/mail-server"
TEST = f"{URL}/test"


def given(port: int, /, **values: Any) -> dict[str, Any]:
    return {"host": HOST, "port": port, "tls_mode": "none", "sender_address": "pbx@example.cn", **values}


async def tried(admin: httpx.AsyncClient, port: int, **values: Any) -> dict[str, Any]:
    answer = await admin.post(TEST, json={**given(port), "recipient": "a@example.cn", **values})
    assert answer.status_code == 200, answer.text
    body: dict[str, Any] = answer.json()
    return body


class TestSettings:
    async def test_password_is_never_returned(self, admin: httpx.AsyncClient, server: Server) -> None:
        before = (await admin.get(URL)).json()
        assert (before["configured"], before["version"]) == (False, 1)
        saved = await admin.put(URL, json={**given(25, username="pbx", password="Secret-7"), "version": 1})
        assert saved.status_code == 200
        after = (await admin.get(URL)).json()
        assert (after["configured"], after["password_set"], after["version"]) == (True, True, 2)
        assert "Secret-7" not in saved.text + str(after)
        async with server.database.transaction(write=False) as db:
            from linkus.mail.server import account, stored

            assert "Secret-7" not in (await stored(db)).model_dump_json()
            found = await account(db, server.services.seal)
        assert found is not None
        assert found.password == "Secret-7"

    async def test_password_stays_when_absent_and_is_removed_when_empty(self, admin: httpx.AsyncClient) -> None:
        login = {"username": "pbx", "host": "Mail.example.cn"}
        await admin.put(URL, json={**given(25, **login, password="Secret-7"), "version": 1})
        kept = (await admin.put(URL, json={**given(25, **login, sender_name="晨星"), "version": 2})).json()
        assert (kept["sender_name"], kept["password_set"]) == ("晨星", True)
        same = await admin.put(URL, json={**given(25, username="pbx", host="mail.EXAMPLE.cn"), "version": 3})
        assert same.json()["password_set"]
        body = {**given(25, **login, password=""), "version": 4}
        assert not (await admin.put(URL, json=body)).json()["password_set"]

    @pytest.mark.parametrize(
        "change", [{"host": "198.51.100.7"}, {"port": 2525}, {"tls_mode": "starttls"}, {"username": "other"}]
    )
    async def test_stored_password_goes_to_no_other_server(
        self, admin: httpx.AsyncClient, server: Server, change: dict[str, Any]
    ) -> None:
        """Otherwise whoever may edit the mail server would learn the password from a server of their own."""
        from linkus.mail.server import account

        await admin.put(URL, json={**given(25, username="pbx", password="Secret-7"), "version": 1})
        body = {**given(25, username="pbx"), **change, "version": 2}
        refused = await admin.put(URL, json=body)
        assert codes(refused) == {"password": "mail_password_again"}
        assert refused.json()["fields"]["password"]["message"].startswith("服务器地址、端口、加密方式或用户名已更改")
        english = await admin.put(URL, json=body, headers={"Accept-Language": "en"})
        assert "enter the password again" in english.json()["fields"]["password"]["message"]
        # also by way of a server that needs no login, or of none
        for step in ({"username": ""}, {"host": "", "sender_address": ""}):
            version = (await admin.get(URL)).json()["version"]
            assert (await admin.put(URL, json={**given(25), **step, "version": version})).status_code == 200
            assert codes(await admin.put(URL, json={**body, "version": version + 1})).keys() == {"password"}
        version = (await admin.get(URL)).json()["version"]
        saved = await admin.put(URL, json={**body, "password": "Secret-8", "version": version})
        assert saved.status_code == 200, saved.text
        async with server.database.transaction(write=False) as db:
            found = await account(db, server.services.seal)
        assert found is not None
        assert found.password == "Secret-8"

    async def test_stale_version_is_refused_with_the_present_values(self, admin: httpx.AsyncClient) -> None:
        await admin.put(URL, json={**given(25), "version": 1})
        answer = await admin.put(URL, json={**given(2525), "version": 1})
        assert (answer.status_code, answer.json()["current"]["port"]) == (409, 25)

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"host": "not a host"}, "host"),
            ({"port": 0}, "port"),
            ({"port": 70000}, "port"),
            ({"tls_mode": "maybe"}, "tls_mode"),
            ({"sender_address": "nobody"}, "sender_address"),
            ({"sender_address": ""}, "sender_address"),
            ({"sender_name": "a\r\nBcc: b@example.cn"}, "sender_name"),
        ],
    )
    async def test_field_error_names_its_field(
        self, admin: httpx.AsyncClient, values: dict[str, Any], field: str
    ) -> None:
        answer = await admin.put(URL, json={**given(25), **values, "version": 1})
        assert answer.status_code == 422
        assert list(answer.json()["fields"]) == [field]

    async def test_empty_host_removes_the_mail_server(self, admin: httpx.AsyncClient) -> None:
        await admin.put(URL, json={**given(25), "version": 1})
        cleared = await admin.put(URL, json={**given(25, host="", sender_address=""), "version": 2})
        assert not cleared.json()["configured"]


class TestTestMail:
    async def test_test_mail_arrives(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox()) as box:
            body = await tried(admin, box.port, sender_name="晨星 PBX")
        assert (body["ok"], body["stage"], body["server_answer"]) == (True, "done", "250 2.0.0 queued as 4711")
        [mail] = box.mails
        assert mail["From"] == "晨星 PBX <pbx@example.cn>"
        assert mail["To"] == "a@example.cn"
        assert "测试邮件" in mail["Subject"]

    async def test_test_mail_reports_a_refused_recipient(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox(on_recipient=lambda _: "550 5.1.1 No such user")) as box:
            body = await tried(admin, box.port)
        assert (body["ok"], body["stage"], body["server_answer"]) == (False, "recipient", "550 5.1.1 No such user")
        assert "a@example.cn" in body["message"]

    async def test_test_mail_reports_refused_content(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox(on_data=lambda _: "554 5.7.1 looks like spam")) as box:
            body = await tried(admin, box.port)
        assert (body["stage"], body["server_answer"]) == ("data", "554 5.7.1 looks like spam")

    async def test_test_mail_reports_a_broken_connection(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox(drop_after_data=1)) as box:
            body = await tried(admin, box.port)
        assert (body["ok"], body["stage"]) == (False, "data")

    async def test_test_mail_reports_a_refused_connection(self, admin: httpx.AsyncClient) -> None:
        with socket.socket() as unused:
            unused.bind((HOST, 0))
            body = await tried(admin, unused.getsockname()[1])
        assert (body["ok"], body["stage"]) == (False, "connect")
        assert "拒绝了端口" in body["message"]

    @pytest.mark.parametrize("service", ["closed", "silent", "other", "tls"])
    async def test_only_super_administrators_learn_which_ports_are_open(
        self, admin: httpx.AsyncClient, server: Server, monkeypatch: pytest.MonkeyPatch, service: str
    ) -> None:
        """For everybody else each port without a mail server looks and takes the same."""
        monkeypatch.setattr(send_test, "GREETING_SECONDS", 1.0)
        async with contextlib.AsyncExitStack() as stack:
            if service == "closed":
                unused = stack.enter_context(socket.socket())
                unused.bind((HOST, 0))
                port = unused.getsockname()[1]
            elif service == "silent":
                port = await stack.enter_async_context(silent_server())
            elif service == "other":
                port = await stack.enter_async_context(other_service(b"SSH-2.0-x\r\n"))
            else:
                port = (await stack.enter_async_context(mail_server(Mailbox()))).port
            body = {**given(port), "tls_mode": "tls" if service == "tls" else "none", "recipient": "a@example.cn"}
            helper = await server.sign_in(await server.make_administrator("helper", role="administrator"))
            began = asyncio.get_running_loop().time()
            answers = [await helper.post(TEST, json=body, headers={"Accept-Language": one}) for one in ("zh-CN", "en")]
            assert asyncio.get_running_loop().time() - began >= 2
            assert [(one.json()["ok"], one.json()["stage"], one.json()["server_answer"]) for one in answers] == [
                (False, "connect", "")
            ] * 2
            assert [one.json()["message"][:9] for one in answers] == ["没有连接到邮件服务", "No mail s"]

    async def test_who_is_no_super_administrator_still_tests_a_mail_server(
        self, admin: httpx.AsyncClient, server: Server
    ) -> None:
        helper = await server.sign_in(await server.make_administrator("helper", role="administrator"))
        async with mail_server(Mailbox(password="Secret-7")) as box:
            wrong = await tried(helper, box.port, username="pbx", password="x")
            assert (await tried(helper, box.port, username="pbx", password="Secret-7"))["ok"]
        assert (wrong["stage"], wrong["server_answer"][:3]) == ("login", "535")

    async def test_test_mail_reports_an_unknown_host(self, admin: httpx.AsyncClient) -> None:
        body = await tried(admin, 25, host="mail.invalid")
        assert (body["stage"], "mail.invalid" in body["message"]) == ("connect", True)

    async def test_test_mail_times_out_when_the_server_is_silent(
        self, admin: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(transport, "COMMAND_TIMEOUT_SECONDS", 0.3)
        async with silent_server() as port:
            body = await tried(admin, port)
        assert (body["stage"], "没有及时响应" in body["message"]) == ("connect", True)

    async def test_test_mail_reports_a_refused_login(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox(password="Secret-7")) as box:
            wrong = await tried(admin, box.port, username="pbx", password="x")
            right = await tried(admin, box.port, username="pbx", password="Secret-7")
        assert (wrong["stage"], wrong["server_answer"][:3]) == ("login", "535")
        assert right["ok"]
        assert box.logins[-1] == ("pbx", "Secret-7")

    async def test_test_mail_reports_that_no_login_is_offered(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox()) as box:
            body = await tried(admin, box.port, username="pbx", password="x")
        assert (body["stage"], "不支持登录" in body["message"]) == ("login", True)

    async def test_stored_password_is_used_for_the_stored_server_only(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox(password="Secret-7")) as box, mail_server(Mailbox(password="other")) as foreign:
            await admin.put(URL, json={**given(box.port, username="pbx", password="Secret-7"), "version": 1})
            assert (await tried(admin, box.port, username="pbx"))["ok"]
            assert not (await tried(admin, foreign.port, username="pbx"))["ok"]
        assert "Secret-7" not in {password for _, password in foreign.logins}

    async def test_bad_recipient_is_a_field_error(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(TEST, json={**given(25), "recipient": "nobody"})
        assert (answer.status_code, list(answer.json()["fields"])) == (422, ["recipient"])


SECRET = "internal-host-7"


class TestOtherServices:
    """An administrator must not read the machine's other services by the test of a mail server."""

    @pytest.mark.parametrize(
        ("greeting", "answer"),
        [
            (f"SSH-2.0-OpenSSH_9.2 {SECRET}\r\n", ""),
            (f"HTTP/1.1 400 Bad Request\r\nServer: {SECRET}\r\n\r\n", ""),
            (f"-ERR unknown command {SECRET}\r\n", f"-ERR unknown command {SECRET}\r\n"),
            (f"+OK POP3 {SECRET}\r\n", ""),
            (f"* OK IMAP4rev1 {SECRET}\r\n", ""),
            (f"Asterisk Call Manager/11 {SECRET}\r\n", ""),
            (f"200 {SECRET} NNTP\r\n", ""),
            (f"530 {SECRET} FTP\r\n", ""),
            (f"999 {SECRET}\r\n", ""),
            (f"12 {SECRET}\r\n", ""),
            (f"220 {SECRET} FTP\r\n", f"-1 {SECRET}\r\n"),
            (f"220-{SECRET}\r\n{SECRET}\r\n", ""),
            (SECRET * 20_000 + "\r\n", ""),
            (f"\0\xff{SECRET}\n", ""),
        ],
    )
    @pytest.mark.parametrize("tls_mode", ["none", "starttls", "tls"])
    async def test_greeting_of_another_service_is_not_shown(
        self, admin: httpx.AsyncClient, greeting: str, answer: str, tls_mode: str
    ) -> None:
        async with other_service(greeting.encode("latin-1"), answer.encode()) as port:
            body = await tried(admin, port, tls_mode=tls_mode)
        assert not body["ok"]
        assert SECRET not in str(body)
        if tls_mode == "none":
            assert body["message"].startswith(f"{HOST} 的端口 {port} 上没有邮件服务器")

    @pytest.mark.parametrize("greeting", ["554 5.7.1 your address is listed", "421 4.3.2 try again later"])
    async def test_refusing_mail_server_is_quoted(self, admin: httpx.AsyncClient, greeting: str) -> None:
        async with other_service(f"{greeting}\r\n".encode()) as port:
            assert (await tried(admin, port))["server_answer"] == greeting

    @pytest.mark.parametrize(
        "host", ["127.0.0.1", "localhost", "127.1", "2130706433", "::1", "::ffff:127.0.0.1", "0.0.0.0", "127.9.9.9"]
    )
    @pytest.mark.parametrize("port", [5038, 8089, 8091])
    async def test_own_ports_are_refused(self, admin: httpx.AsyncClient, host: str, port: int) -> None:
        body = {**given(port, host=host), "recipient": "a@example.cn"}
        assert codes(await admin.post(TEST, json=body)) == {"port": "mail_port_own"}
        assert codes(await admin.put(URL, json={**given(port, host=host), "version": 1})) == {"port": "mail_port_own"}

    @pytest.mark.parametrize("host", ["１２７。０。０。１", "localhost。", "ｌocalhost", "loc\u00adalhost"])
    def test_own_ports_are_found_in_chinese_spelling(self, host: str) -> None:
        assert is_own_port(host, 5038)

    @pytest.mark.parametrize(
        "host", ["mail.example.cn", "192.0.2.1", "2001:db8::1", "0x7g", "e..cn", "例子.cn", "x" * 99]
    )
    def test_any_port_of_another_machine_is_accepted(self, host: str) -> None:
        assert not is_own_port(host, 5038)

    @given_by_hypothesis(st.integers(-10, 1100))
    def test_only_smtp_reply_codes_are_quoted(self, code: int) -> None:
        error = explain(MailStage.RECIPIENT, aiosmtplib.SMTPResponseException(code, SECRET))
        assert (error.answer != "") == is_reply(code)
        assert is_reply(code) == bool(re.fullmatch("[2-5][0-5][0-9]", str(code)))


class TestTls:
    async def test_test_mail_uses_starttls_with_a_trusted_certificate(
        self, admin: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context, authority = certificate(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        async with mail_server(Mailbox(password="Secret-7"), starttls=context) as box:
            body = await tried(
                admin, box.port, host="localhost", tls_mode="starttls", username="pbx", password="Secret-7"
            )
        assert body["ok"], body
        assert box.encrypted == [True]

    async def test_test_mail_uses_implicit_tls(
        self, admin: httpx.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        context, authority = certificate(tmp_path)
        monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        async with mail_server(Mailbox(), tls=context) as box:
            assert (await tried(admin, box.port, host="localhost", tls_mode="tls"))["ok"]

    @pytest.mark.parametrize("tls_mode", ["starttls", "tls"])
    @pytest.mark.parametrize(
        ("name", "days", "trusted", "words"),
        [
            ("localhost", 1, False, "不受信任"),
            ("localhost", -1, True, "已过期"),
            ("elsewhere.example.cn", 1, True, "不是为 localhost 签发的"),
        ],
    )
    async def test_test_mail_explains_a_bad_certificate(
        self,
        admin: httpx.AsyncClient,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        tls_mode: str,
        name: str,
        days: int,
        trusted: bool,
        words: str,
    ) -> None:
        context, authority = certificate(tmp_path, name, days=days)
        if trusted:
            monkeypatch.setenv("SSL_CERT_FILE", str(authority))
        implicit = tls_mode == "tls"
        async with mail_server(
            Mailbox(), tls=context if implicit else None, starttls=None if implicit else context
        ) as box:
            body = await tried(admin, box.port, host="localhost", tls_mode=tls_mode)
        assert (body["ok"], body["stage"]) == (False, "tls")
        assert words in body["message"]
        assert box.mails == []

    async def test_test_mail_reports_tls_on_a_plain_port(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox()) as box:
            body = await tried(admin, box.port, tls_mode="tls")
        assert (body["ok"], body["stage"]) == (False, "tls")

    async def test_starttls_is_not_skipped_when_it_is_not_offered(self, admin: httpx.AsyncClient) -> None:
        async with mail_server(Mailbox()) as box:
            body = await tried(admin, box.port, tls_mode="starttls")
        assert (body["stage"], "STARTTLS" in body["message"]) == ("tls", True)
        assert box.mails == []
