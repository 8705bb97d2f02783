"""The variables of the mail about each kind of event, and example values for previews (OV-8). Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from linkus.kit.clock import local_time, now
from linkus.kit.messages import Language, text
from linkus.mail.template import Use, Values, Variable, Vocabulary
from linkus.shared.event_log.kinds import KINDS, EventKind
from linkus.shared.event_log.record import BUNDLE_PERIOD
from linkus.shared.event_log.words import all_parameters, event_facts, event_name, event_text, parameters
from linkus.shared.models.event import EventRecord

_OF_ALL_KINDS = (
    Variable("CompanyName", Use.TEXT, "公司名称", "Company name"),
    Variable("EventName", Use.TEXT, "事件名称", "Name of the event"),
    Variable("EventLevel", Use.TEXT, "级别", "Level"),
    Variable("EventTime", Use.TEXT, "发生时间", "When it happened"),
    Variable("EventText", Use.TEXT, "完整的事件内容", "What happened, in a sentence"),
    Variable("Repeats", Use.TEXT, "重复次数的说明；没有重复时为空", "How often it happened again; empty if it did not"),
    Variable("EventLogURL", Use.LINK, "事件日志的地址", "Address of the event log"),
)
_OF_FACTS = {
    "username": Variable("UserName", Use.TEXT, "登录时输入的用户名", "User name of the sign-in"),
    "number": Variable("ExtensionNumber", Use.TEXT, "分机号码", "Extension number"),
    "name": Variable("DisplayName", Use.TEXT, "分机用户的姓名", "Name of the extension's user"),
    "address": Variable("IPAddress", Use.TEXT, "IP 地址", "IP address"),
    "reason": Variable("Reason", Use.TEXT, "原因", "Reason"),
    "client": Variable("Client", Use.TEXT, "Linkus 客户端", "Linkus client"),
    "actor": Variable("ChangedBy", Use.TEXT, "操作者", "Who changed it"),
    "lock": Variable("Lock", Use.TEXT, "锁定方式和时长", "What is locked, and for how long"),
    "host": Variable("MailServer", Use.TEXT, "邮件服务器", "Mail server"),
    "trunk": Variable("TrunkName", Use.TEXT, "中继名称", "Name of the trunk"),
    "window": Variable("WindowMinutes", Use.TEXT, "统计时长（分钟）", "Minutes within which failures were counted"),
    "failures": Variable("Failures", Use.TEXT, "失败次数", "Number of failures"),
    "limit": Variable("FailureLimit", Use.TEXT, "永久封锁的失败次数", "Failures after which the address is blocked"),
    "identity": Variable("SIPUserName", Use.TEXT, "最后尝试的 SIP 用户名", "SIP user name of the last attempt"),
    "version": Variable("Version", Use.TEXT, "版本", "Version"),
    "before": Variable("PreviousVersion", Use.TEXT, "升级前的版本", "Version before the upgrade"),
    "how": Variable("LastStop", Use.TEXT, "上次停止的情况", "How the server was stopped before"),
    "part": Variable("Component", Use.TEXT, "组件", "Component"),
    "since": Variable("Since", Use.TEXT, "开始时间", "Since when"),
    "until": Variable("Until", Use.TEXT, "结束时间", "Until when"),
    "home": Variable("Folder", Use.TEXT, "数据目录", "Folder of the server's data"),
    "megabytes": Variable("FreeMegabytes", Use.TEXT, "剩余空间（MB）", "Free megabytes"),
    "path": Variable("CertificateFile", Use.TEXT, "证书文件", "File of the certificate"),
    "expires": Variable("CertificateExpiry", Use.TEXT, "证书的失效时间", "When the certificate expires"),
    "remaining": Variable("Remaining", Use.TEXT, "剩余天数的说明", "How many days are left"),
    "administrator": Variable("Administrator", Use.TEXT, "操作的管理员", "Administrator who did it"),
}
_EXAMPLES: dict[str, Any] = {
    "username": "zhangwei", "number": "1001", "name": "张伟", "address": "192.0.2.10", "actor": "admin",
    "reason_code": "event_reason_credentials", "client_code": "event_client_mobile", "lock_code": "event_lock_paused",
    "minutes": 5, "host": "smtp.example.com", "trunk": "SIP-1", "window": 10, "failures": 10, "limit": 15,
    "identity": "1001", "administrator": "admin", "version": "1.1.0", "before": "1.0.0",
    "how_code": "event_start_clean", "part_code": "event_part_asterisk", "since": "2026-01-31 09:00",
    "until": "2026-01-31 09:05", "home": "/var/lib/linkus",
    "megabytes": 512, "path": "/etc/linkus/cert.pem", "expires": "2026-03-01 00:00", "days": 14,
    "remaining_code": "event_certificate_days",
}  # fmt: skip  # the address is reserved for examples (RFC 5737)

_OTHER_EXAMPLES: dict[EventKind, dict[str, Any]] = {
    EventKind.ADMINISTRATOR_SIGNED_IN: {"username": "admin"},
    EventKind.ADMINISTRATOR_SIGN_IN_FAILED: {"username": "admin"},
    EventKind.ADMINISTRATOR_LOCKED: {"username": "admin"},
    EventKind.ADMINISTRATOR_PASSWORD_CHANGED: {"username": "admin"},
    EventKind.ADDRESS_BLOCKED: {"lock_code": "event_block_minutes", "minutes": 10},
    EventKind.SMTP_SERVER_ERROR: {"reason_code": "mail_timeout"},
    EventKind.COMPONENT_RESTARTED: {"reason_code": "part_killed", "detail": "SIGKILL"},
    EventKind.DATABASE_UNAVAILABLE: {"reason_code": "event_database_unreachable"},
    EventKind.STORAGE_NEARLY_FULL: {"reason_code": "storage_nearly_full"},
    EventKind.TRUNK_FAILED: {"reason_code": "trunk_no_answer", "host": "sip.example.com", "port": 5060},
}


@lru_cache
def vocabulary_of(kind: EventKind) -> Vocabulary:
    return Vocabulary((*_OF_ALL_KINDS, *(_OF_FACTS[name] for name in parameters(kind))))


def example_of(kind: EventKind) -> EventRecord:
    """Return an event that has not happened, with the parameters that one of its kind has."""
    examples = {**_EXAMPLES, **_OTHER_EXAMPLES.get(kind, {})}
    params = {name: examples[name] for name in all_parameters(kind, examples) if name in examples}
    return EventRecord(
        id=0,
        kind=kind.value,
        category=KINDS[kind].category.value,
        level=KINDS[kind].level.value,
        params=params,
        repeats=0,
        created_at=now(),
    )


def event_values(language: Language, event: EventRecord, company: str, link: str, repeats: int) -> Values:
    """Return a value for every variable of the event's kind.

    A fact that an earlier release did not record is empty."""
    kind = EventKind(event.kind)
    facts = event_facts(language, event.params)
    repeated = ""
    if repeats:
        minutes = int(BUNDLE_PERIOD.total_seconds() // 60)
        repeated = text(language, "event_mail_repeats", count=repeats, minutes=minutes)
    return {
        "CompanyName": company or text(language, "event_mail_company"),
        "EventName": event_name(language, kind),
        "EventLevel": text(language, f"event_level_{event.level}"),
        "EventTime": local_time(event.created_at, seconds=True),
        "EventText": event_text(language, kind, event.params),
        "Repeats": repeated,
        "EventLogURL": link,
        **{_OF_FACTS[name].name: str(facts.get(name, "")) for name in parameters(kind)},
    }
