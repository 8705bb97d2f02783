"""Builds what a webhook gets: a signed JSON body, by the specification of Standard Webhooks. Pure functions."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from linkus.kit.errors import FieldError
from linkus.kit.messages import Language
from linkus.mail.own_ports import OWN_PORTS, is_this_machine
from linkus.shared.event_log.kinds import EventKind
from linkus.shared.event_log.words import event_name, event_text
from linkus.shared.models.event import EventRecord

_SECRET_BYTES = 32
_PREFIX = "whsec_"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def new_secret() -> str:
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def signature(secret: str, message_id: str, moment: datetime, body: bytes) -> str:
    """Return the header `webhook-signature`: HMAC-SHA256 of id, Unix time and body, joined by dots."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = b".".join([message_id.encode(), str(int(moment.timestamp())).encode(), body])
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def headers_of(secret: str, message_id: str, moment: datetime, body: bytes) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(moment.timestamp())),
        "webhook-signature": signature(secret, message_id, moment, body),
    }


def body_of(event: EventRecord, language: Language, company: str, link: str, repeats: int, *, is_test: bool) -> bytes:
    """Return what a webhook is told of an event: texts in the contact's language, and the facts as they are."""
    kind = EventKind(event.kind)
    told: dict[str, Any] = {
        "type": f"event.{kind.value}",
        "timestamp": event.created_at.isoformat(),
        "data": {
            "id": event.id,
            "kind": kind.value,
            "name": event_name(language, kind),
            "category": event.category,
            "level": event.level,
            "text": event_text(language, kind, event.params),
            "params": event.params,
            "repeats": repeats,
            "company": company,
            "link": link,
            "test": is_test,
        },
    }
    return json.dumps(told, ensure_ascii=False).encode()


def url_error(url: str) -> FieldError | None:
    """Return what is wrong with the address of a webhook."""
    try:
        parts = urlsplit(url)
        port = _DEFAULT_PORTS.get(parts.scheme, 0) if parts.port is None else parts.port
        host = httpx.URL(url).raw_host.decode("ascii")  # as it will be connected to
    except (ValueError, httpx.InvalidURL):
        return FieldError("webhook_url_invalid")
    if (
        parts.scheme not in _DEFAULT_PORTS
        or not port
        or not host
        or "%" in host
        or parts.username is not None
        or parts.fragment
    ):
        return FieldError("webhook_url_invalid")
    if is_this_machine(host) and port in OWN_PORTS:
        return FieldError("webhook_own_port")
    return None


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""
