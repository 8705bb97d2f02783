"""Each kind of event has a mail template per language, with the facts of the event as variables (OV-8)."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from linkus.event_notification.templates import default_template
from linkus.event_notification.variables import event_values, example_of, vocabulary_of
from linkus.kit.bus import PORTAL
from linkus.kit.messages import LANGUAGES, Language
from linkus.mail.template import compile_template
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.words import event_text
from tests.event_notification.test_notification import CONTACTS, FAILED, OUTSIDE, TYPES, delivered, happen, work_off
from tests.mail.smtp import Mailbox, mail_server
from tests.mail.worker import account, mail_worker, settled
from tests.support.api import Server, codes, frames
from tests.welcome_mail.mails import parts

BODY = "<p>中继 {{.TrunkName}}：{{.Reason}}</p><p>{{.Repeats}}</p>"
OWN = {"mode": "custom", "subject": "{{.TrunkName}} 断了", "body": BODY}


def path(kind: str, language: str = "zh-CN") -> str:
    return f"{TYPES}/{kind}/templates/{language}"


async def save(admin: httpx.AsyncClient, kind: str, language: str = "zh-CN", **values: Any) -> httpx.Response:
    version = (await admin.get(path(kind, language))).json()["version"]
    return await admin.put(path(kind, language), json={**OWN, **values, "version": version})


class TestVariables:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", EventKind)
    def test_every_variable_of_a_kind_has_a_value_and_no_other_has(self, kind: EventKind, language: Language) -> None:
        values = event_values(language, example_of(kind), "Lotus", "https://pbx.example.cn/portal/event-log", 3)
        assert set(values) == set(vocabulary_of(kind).by_name)
        assert [name for name, value in values.items() if not value] == []

    def test_example_has_no_parameters_of_other_kinds(self) -> None:
        assert set(example_of(EventKind.STORAGE_NEARLY_FULL).params) == {"reason_code", "home", "megabytes"}
        assert set(example_of(EventKind.TRUNK_FAILED).params) == {"trunk", "reason_code", "host", "port"}

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", EventKind)
    def test_default_template_suits_every_kind(self, kind: EventKind, language: Language) -> None:
        default = default_template(language)
        compiled = compile_template(default.subject, default.body, vocabulary_of(kind))
        assert compiled.is_valid
        assert compiled.body == default.body
        event = example_of(kind)
        rendered = compiled.render(event_values(language, event, "Lotus", "https://a.cn/", 0), language, {})
        assert event_text(language, kind, event.params) in rendered.plain
        assert "Lotus" in rendered.subject

    def test_facts_that_an_earlier_release_did_not_record_are_empty(self) -> None:
        event = example_of(EventKind.WEB_SIGN_IN_SUCCEEDED)
        event.params = {**event.params, "more": "than known"}
        assert "more" not in event_values("en", event, "", "", 0)


async def test_mail_has_the_template_of_its_kind_and_language(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json=OUTSIDE)
    await admin.post(CONTACTS, json={**OUTSIDE, "email": "b@example.cn", "language": "en"})
    assert (await save(admin, "trunk_failed")).status_code == 200
    await happen(server, EventKind.TRUNK_FAILED, FAILED)
    box = await delivered(server, admin)
    subjects = [str(mail["Subject"]) for mail in box.mails]
    assert sorted(subjects) == ["[Warning] Trunk Failed", "电信 断了"]
    [own] = [mail for mail in box.mails if mail["Subject"] == "电信 断了"]
    plain, html, _ = parts(own)
    assert plain.strip() == "中继 电信：403 Forbidden"
    assert "<p>中继 电信：403 Forbidden</p>" in html


async def test_other_kinds_keep_the_default(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json={**OUTSIDE, "levels": ["info"]})
    await save(admin, "trunk_failed")
    await happen(server, EventKind.TRUNK_RECOVERED, FAILED)
    assert [mail["Subject"] for mail in (await delivered(server, admin)).mails] == ["【通知】中继已恢复"]


async def test_own_template_tells_of_repeats(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json=OUTSIDE)
    await save(admin, "trunk_failed")
    for _ in range(3):
        await happen(server, EventKind.TRUNK_FAILED, FAILED, bundle="same")
    box = await delivered(server, admin)
    assert sum("10 分钟内又发生了 2 次。" in parts(mail)[0] for mail in box.mails) == 1


async def test_values_of_strangers_stay_text(server: Server, admin: httpx.AsyncClient) -> None:
    await admin.post(CONTACTS, json=OUTSIDE)
    await save(admin, "web_sign_in_failed", subject="{{.UserName}}", body='<p title="{{.UserName}}">{{.UserName}}</p>')
    stranger = '"><script>alert(1)</script>\r\nBcc: x@example.cn {{.Reason}}'
    await happen(
        server,
        EventKind.WEB_SIGN_IN_FAILED,
        {"username": stranger, "address": "192.0.2.1", "reason_code": "event_reason_credentials"},
    )
    [mail] = (await delivered(server, admin)).mails
    assert mail["Bcc"] is None
    html = parts(mail)[1]
    assert "<script" not in html
    assert "{{.Reason}}" in html


class TestSaving:
    @pytest.mark.parametrize(
        ("field", "value", "code"),
        [
            ("body", "<p>{{.TrunkNam}}</p>", "template_variable_misspelt"),
            ("body", "<p>{{.UserName}}</p>", "template_variable_unknown"),
            ("subject", "{{.EventLogURL}}", "template_variable_not_in_subject"),
            ("subject", "", "template_subject_empty"),
            ("body", "", "template_body_empty"),
        ],
    )
    async def test_wrong_template_is_refused_and_changes_nothing(
        self, admin: httpx.AsyncClient, field: str, value: str, code: str
    ) -> None:
        answer = await save(admin, "trunk_failed", **{field: value})
        assert answer.status_code == 422
        assert codes(answer)[field] == code
        assert (await admin.get(path("trunk_failed"))).json()["mode"] == "default"

    async def test_default_keeps_the_own_template_for_later(self, admin: httpx.AsyncClient) -> None:
        await save(admin, "trunk_failed")
        version = (await admin.get(path("trunk_failed"))).json()["version"]
        answer = (await admin.put(path("trunk_failed"), json={"mode": "default", "version": version})).json()
        assert (answer["mode"], answer["body"], answer["version"]) == ("default", BODY, version + 1)

    async def test_script_is_removed_with_a_warning(self, admin: httpx.AsyncClient) -> None:
        answer = (await save(admin, "trunk_failed", body="<p>{{.EventText}}</p><script>1</script>")).json()
        assert answer["body"] == "<p>{{.EventText}}</p>"
        assert [warning["code"] for warning in answer["warnings"]] == ["template_content_removed"]

    async def test_stale_version_changes_nothing(self, admin: httpx.AsyncClient) -> None:
        await save(admin, "trunk_failed")
        answer = await admin.put(path("trunk_failed"), json={**OWN, "subject": "late", "version": 1})
        assert (answer.status_code, answer.json()["code"]) == (409, "version_conflict")
        assert answer.json()["current"]["subject"] == OWN["subject"]

    async def test_types_name_the_languages_with_an_own_template(self, admin: httpx.AsyncClient) -> None:
        await save(admin, "trunk_failed", "en")
        items = {item["kind"]: item for item in (await admin.get(TYPES)).json()["items"]}
        assert items["trunk_failed"]["own_templates"] == ["en"]
        assert items["trunk_recovered"]["own_templates"] == []

    async def test_change_is_in_the_audit_log_and_reaches_other_pages(
        self, server: Server, admin: httpx.AsyncClient
    ) -> None:
        listening = server.listen(PORTAL)
        await save(admin, "trunk_failed")
        assert [frame["type"] for frame in frames(listening)] == ["event_template.changed"]
        log = (await admin.get("/api/v1/admin/audit-log", params={"object": "event_template"})).json()["items"]
        assert [entry["object_name"] for entry in log] == ["中继不可用 中文"]


async def test_preview_shows_an_example(admin: httpx.AsyncClient) -> None:
    shown = (await admin.post(f"{path('trunk_failed')}/preview", json=OWN)).json()
    assert shown["subject"] == "SIP-1 断了"
    assert "中继 SIP-1：sip.example.com 的 5060 端口没有响应。" in shown["text"]
    default = (await admin.post(f"{path('trunk_failed', 'en')}/preview", json={"mode": "default"})).json()
    assert default["subject"] == "[Warning] Trunk Failed"
    wrong = await admin.post(f"{path('trunk_failed')}/preview", json={**OWN, "body": "{{.Trunk}}"})
    assert [problem["suggestion"] for problem in wrong.json()["problems"]] == ["{{.TrunkName}}"]


async def test_test_mail_shows_the_draft(server: Server, admin: httpx.AsyncClient) -> None:
    test = {**OWN, "recipient": "me@example.cn"}
    refused = await admin.post(f"{path('trunk_failed')}/test", json=test)
    assert (refused.status_code, refused.json()["code"]) == (409, "mail_no_server")
    async with mail_server(Mailbox()) as box:
        version = (await admin.get("/api/v1/admin/mail-server")).json()["version"]
        await admin.put("/api/v1/admin/mail-server", json=account(box.port, version))
        mail_id = (await admin.post(f"{path('trunk_failed')}/test", json=test)).json()["mail_id"]
        await work_off(server)
        async with mail_worker(server):
            await settled(server)
        assert [(str(mail["Subject"]), mail["To"]) for mail in box.mails] == [("SIP-1 断了", "me@example.cn")]
        assert (await admin.get(f"{TYPES}/test/{mail_id}")).json()["status"] == "sent"
    nobody = await admin.post(f"{path('trunk_failed')}/test", json={**OWN, "recipient": ""})
    assert codes(nobody) == {"recipient": "field_required"}
