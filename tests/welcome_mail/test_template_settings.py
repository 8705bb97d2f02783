from __future__ import annotations

from functools import partial
from typing import Any

import httpx
import pytest

from linkus.kit.messages import LANGUAGES
from linkus.mail.template import compile_template
from linkus.shared.models.extension import Extension
from linkus.welcome_mail.template_settings import default_template
from linkus.welcome_mail.variables import WELCOME_VARIABLES
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, until
from tests.support.api import Server
from tests.welcome_mail.mails import parts, tokens

compile_welcome = partial(compile_template, vocabulary=WELCOME_VARIABLES)

URL = "/api/v1/admin/linkus-server/mail-template"
REDEEM = "/api/v1/credentials/redeem"
BODY = '<p>{{.DisplayName}}：{{.ExtensionNumber}}</p><p><a href="{{.WebLoginLink}}">登录</a></p>{{.MobileQRCode}}'


async def save(admin: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    given = {"mode": "custom", "credential_validity_days": 3, "subject": "{{.ExtensionNumber}} 登录", "body": BODY}
    return await admin.put(URL, json={**given, "version": 1, **changes})


@pytest.mark.parametrize("language", LANGUAGES)
def test_default_template_is_a_valid_custom_template(language: Any) -> None:
    made = default_template(language)
    compiled = compile_welcome(made.subject, made.body)
    assert (compiled.is_valid, compiled.removed, compiled.has_credentials) == (True, (), True)


class TestSettings:
    @pytest.mark.manual("WM-4", "WM-5")
    async def test_template_changes_to_custom_and_back(self, admin: httpx.AsyncClient) -> None:
        first = (await admin.get(URL)).json()
        assert (first["mode"], first["credential_validity_days"], first["version"]) == ("default", 7, 1)
        assert first["validity_choices"] == [1, 3, 7, 14, 30]
        saved = (await save(admin)).json()
        assert (saved["mode"], saved["credential_validity_days"], saved["version"]) == ("custom", 3, 2)
        assert (saved["subject"], saved["warnings"]) == ("{{.ExtensionNumber}} 登录", [])
        back = await admin.put(URL, json={"mode": "default", "credential_validity_days": 30, "version": 2})
        assert (back.json()["mode"], back.json()["body"]) == ("default", saved["body"])
        assert (await admin.get("/api/v1/admin/linkus-server")).json()["credential_validity_days"] == 30

    async def test_template_stays_when_the_validity_changes(self, admin: httpx.AsyncClient) -> None:
        await save(admin)
        await admin.put("/api/v1/admin/linkus-server", json={"credential_validity_days": 14, "version": 2})
        now = (await admin.get(URL)).json()
        assert (now["mode"], now["credential_validity_days"], now["version"]) == ("custom", 14, 3)

    async def test_stale_version_is_refused_with_the_present_values(self, admin: httpx.AsyncClient) -> None:
        await save(admin)
        answer = await save(admin, subject="{{.Nonsense}}")
        assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
        assert answer.json()["current"]["version"] == 2

    @pytest.mark.manual("WM-6")
    async def test_wrong_variables_are_named(self, admin: httpx.AsyncClient) -> None:
        answer = await save(admin, subject="{{.FirstNam}}", body="<p>x</p>\n<p>{{.WebLoginLink}</p>{{.Qqqq}}")
        assert answer.status_code == 422
        body = answer.json()
        assert "{{.FirstName}}" in body["fields"]["subject"]["message"]
        assert "第 2 行第 4 列" in body["fields"]["body"]["message"]
        found = [(one["field"], one["code"], one["line"]) for one in body["problems"]]
        assert found == [
            ("subject", "template_variable_misspelt", 1),
            ("body", "template_variable_broken_near", 2),
            ("body", "template_variable_unknown", 2),
        ]
        assert (await admin.get(URL)).json()["version"] == 1

    async def test_empty_template_is_refused(self, admin: httpx.AsyncClient) -> None:
        answer = await save(admin, subject="", body="<script>x</script>")
        fields = answer.json()["fields"]
        assert (fields["subject"]["code"], fields["body"]["code"]) == ("template_subject_empty", "template_body_empty")

    async def test_template_without_credentials_is_warned_of(self, admin: httpx.AsyncClient) -> None:
        saved = (await save(admin, body="<p onclick=x>你好</p>")).json()
        assert [one["code"] for one in saved["warnings"]] == ["template_content_removed", "template_no_credentials"]
        assert saved["body"] == "<p>你好</p>"

    async def test_variables_and_default_template_are_read(self, admin: httpx.AsyncClient) -> None:
        variables = (await admin.get(URL, headers={"Accept-Language": "en"})).json()["variables"]
        assert variables[0] == {
            "name": "CompanyName",
            "placeholder": "{{.CompanyName}}",
            "use": "text",
            "explanation": "Company name",
            "in_subject": True,
        }
        assert "sign in" in (await admin.get(f"{URL}/default", params={"language": "en"})).json()["body"]


class TestPreview:
    async def test_preview_shows_real_data_but_no_secrets(self, admin: httpx.AsyncClient, extension: Extension) -> None:
        draft = {"subject": "S", "body": BODY + "{{.VoicemailPIN}}", "language": "zh-CN", "extension_id": extension.id}
        body = (await admin.post(f"{URL}/preview", json=draft)).json()
        assert "张伟：1001" in body["html"]
        assert "data:image/png;base64," in body["html"]
        assert "593817" not in body["html"]
        assert "/login/web#t=preview" in body["text"]
        assert (await admin.post("/api/v1/credentials/inspect", json={"token": "preview"})).json()[
            "status"
        ] == "unknown"

    async def test_preview_shows_the_default_with_an_example(self, admin: httpx.AsyncClient) -> None:
        body = (await admin.post(f"{URL}/preview", json={"mode": "default", "language": "en"})).json()
        assert "Your Linkus login credentials" in body["html"]
        assert "cid:" not in body["html"]

    async def test_preview_refuses_a_wrong_draft(self, admin: httpx.AsyncClient) -> None:
        answer = await admin.post(f"{URL}/preview", json={"subject": "S", "body": "{{.Bad}}"})
        assert (answer.status_code, len(answer.json()["problems"])) == (422, 1)
        missing = await admin.post(f"{URL}/preview", json={"subject": "S", "body": "x", "extension_id": 9999})
        assert missing.status_code == 404


class TestSending:
    @pytest.mark.manual("WM-1", "WM-4", "WM-6")
    async def test_welcome_mail_uses_the_custom_template(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        await save(admin)
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await admin.post("/api/v1/admin/welcome-mails", json={"extension_ids": [extension.id]})
            async with mail_worker(server):
                await until(server, lambda found: found[0].status == "sent")
        mail = box.mails[0]
        plain, html, pictures = parts(mail)
        assert mail["Subject"] == "1001 登录"
        assert "张伟：1001" in html
        assert set(tokens(plain)) == {"web", "mobile"}  # the QR code's link is in the text too
        [cid] = pictures
        assert f'src="cid:{cid}"' in html
        answer = await server.browser().post(REDEEM, json={"token": tokens(html)["web"]})
        assert answer.status_code == 201

    async def test_subject_is_cut_when_names_make_it_too_long(self, admin: httpx.AsyncClient, server: Server) -> None:
        extension = await server.make_extension("1002", email="b@example.cn", first_name="名" * 60, last_name="")
        await save(admin, subject="{{.FirstName}}" * 10)
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            await admin.post("/api/v1/admin/welcome-mails", json={"extension_ids": [extension.id]})
            async with mail_worker(server):
                [mail] = await until(server, lambda found: found[0].status in ("sent", "failed"))
        assert (mail.status, mail.subject) == ("sent", "名" * 255)
        assert box.mails[0]["Subject"] == "名" * 255

    async def test_test_mail_uses_the_draft(
        self, admin: httpx.AsyncClient, extension: Extension, server: Server
    ) -> None:
        given = {"subject": "试", "body": BODY, "recipient": "boss@example.cn", "extension_id": extension.id}
        async with mail_server(Mailbox()) as box:
            await admin.put("/api/v1/admin/mail-server", json=account(box.port))
            answer = await admin.post(f"{URL}/test", json=given)
            assert answer.status_code == 202
            async with mail_worker(server):
                await until(server, lambda found: found[0].status == "sent")
            seen = (await admin.get(f"{URL}/test/{answer.json()['mail_id']}")).json()
        assert (seen["status"], seen["message"]) == ("sent", "")
        assert box.recipients == ["boss@example.cn"]
        plain, html, _ = parts(box.mails[0])
        assert "张伟：1001" in html
        assert set(tokens(plain).values()) == {"preview"}
        assert (await admin.get("/api/v1/admin/welcome-mails")).json()["total"] == 0

    async def test_test_mail_needs_recipient_and_server(self, admin: httpx.AsyncClient) -> None:
        given = {"subject": "试", "body": BODY, "recipient": ""}
        answer = await admin.post(f"{URL}/test", json=given)
        assert answer.json()["fields"]["recipient"]["code"] == "field_required"
        answer = await admin.post(f"{URL}/test", json={**given, "recipient": "a@example.cn"})
        assert (answer.status_code, answer.json()["code"]) == (409, "mail_no_server")
